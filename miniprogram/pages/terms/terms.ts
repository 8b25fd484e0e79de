import { partsOfApp } from '../../parts'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

const initial: { t: Texts } = { t: textsFor('zh-CN') }

/** What an order means here. A shop writes its own. */
Component({
  data: initial,
  methods: {
    onLoad() {
      const { texts } = partsOfApp()
      this.setData({ t: texts })
      void wx.setNavigationBarTitle({ title: texts.terms })
    },
  },
})
