import { partsOfApp } from '../../parts'
import { textsFor } from '../../texts/language'
import type { Texts } from '../../texts/texts'

interface WebData {
  t: Texts
  src: string
}

const initial: WebData = { t: textsFor('zh-CN'), src: '' }

/**
 * `?path=…`: a page of the shop's own web in a web-view. It cannot pay there; it opens the cashier by
 * `wx.miniProgram.navigateTo({url: '/pages/cashier/cashier?orderRef=…&t=…'})` and is shown again after.
 */
Component({
  data: initial,
  methods: {
    onLoad({ path = '' }: { path?: string }) {
      const { texts, webUrl } = partsOfApp()
      this.setData({ t: texts, src: webUrl(decoded(path)) })
      void wx.setNavigationBarTitle({ title: texts.web.title })
    },
    onShop() {
      void wx.reLaunch({ url: '/pages/catalogue/catalogue' })
    },
  },
})

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
