import type { PhoneState } from '../host.ts'
import type { ModalOptions, Overlays } from '../view/overlays.ts'
import { textOption, type WxApi, WxFailure, wxFunction } from './api.ts'

/** Pages that are WeChat's own, each played by a dialog: the privacy statement, confirm receipt. */
export function createBusiness(overlays: Overlays, language: () => PhoneState['language']): WxApi {
  return {
    openPrivacyContract: wxFunction('openPrivacyContract', async () => {
      await overlays.modal({ ...ONE_BUTTON, ...BUSINESS_WORDS[language()].privacy })
    }),
    openBusinessView: wxFunction('openBusinessView', async (given) => {
      if (textOption(given, 'businessType') !== 'weappOrderConfirm') {
        throw new WxFailure('openBusinessView:fail unknown businessType')
      }
      const confirmed = await overlays.modal({
        ...ONE_BUTTON,
        cancelText: '',
        ...BUSINESS_WORDS[language()].receipt,
      })
      return { extraData: { status: confirmed ? 'success' : 'cancel' } }
    }),
  }
}

const ONE_BUTTON: Omit<ModalOptions, 'title' | 'content'> = {
  cancelText: null,
  confirmText: '',
  cancelColor: null,
  confirmColor: null,
}

/** WeChat's own pages, played by a dialog each. */
const BUSINESS_WORDS = {
  zh_CN: {
    privacy: { title: '小程序隐私保护指引', content: '沙盒里的小程序不收集任何信息。' },
    receipt: { title: '确认收货', content: '确认已收到商品？确认后款项将结算给商家。' },
  },
  zh_TW: {
    privacy: { title: '小程式隱私權保護指引', content: '沙盒裡的小程式不收集任何資訊。' },
    receipt: { title: '確認收貨', content: '確認已收到商品？確認後款項將結算給商家。' },
  },
  en: {
    privacy: {
      title: 'Privacy statement',
      content: 'A Mini Program of the sandbox collects nothing.',
    },
    receipt: {
      title: 'Confirm receipt',
      content: 'Have the goods arrived? The money is then settled to the shop.',
    },
  },
} as const
