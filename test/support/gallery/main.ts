/** Runs in the browser: the real view of the payer's page, and nothing behind it. */
import * as elsewhere from '../../../server/pages/checkout/elsewhere.ts'
import * as code from '../../../server/pages/checkout/qr-code.ts'
import { readPageData } from '../../../server/pages/checkout/read-page-data.ts'
import { enTexts } from '../../../server/pages/checkout/texts/en.ts'
import { zhCNTexts } from '../../../server/pages/checkout/texts/zh-CN.ts'
import { zhTWTexts } from '../../../server/pages/checkout/texts/zh-TW.ts'
import { createView } from '../../../server/pages/checkout/view.ts'
import type { GalleryState } from './states.ts'

const TEXTS = { en: enTexts, 'zh-CN': zhCNTexts, 'zh-TW': zhTWTexts }
const CONTENT = 'weixin://wxpay/bizpayurl?pr=AbC123xyz'

function show({ state, onHandheld = true, offline }: GalleryState): void {
  const stage = document.querySelector<HTMLElement>('#stage')
  if (!stage) throw new Error('the page has no stage')
  const page = readPageData(stage)
  const view = createView({
    page,
    texts: TEXTS[page.locale],
    stage,
    onStep: () => undefined,
    onHandheld: () => onHandheld,
    parts: {
      code: { now: () => code, load: async () => code },
      elsewhere: { now: () => elsewhere, load: async () => elsewhere },
    },
  })
  view.setOnline(!offline)
  if (state.kind === 'code') {
    const { image = null, remainingMs } = state
    const content = image === null ? CONTENT : null
    view.show({ kind: 'code', code: { content, image, remainingMs, close: () => undefined } })
  } else view.show(state)
}

Object.assign(window, { showInGallery: show })
