/** WeChat's own page on which a payer confirms that the goods have arrived. */
import type { Shipment } from './api/shop'

/** `wx.openBusinessView`, absent from both typings packages, as far as it is used here. */
interface BusinessView {
  openBusinessView(option: {
    businessType: 'weappOrderConfirm'
    extraData: { transaction_id: string; merchant_id: string; merchant_trade_no: string }
    success: (answer: { extraData?: { status?: string } }) => void
    fail: () => void
  }): void
}

function hasBusinessView(platform: object): platform is BusinessView {
  return 'openBusinessView' in platform && typeof platform.openBusinessView === 'function'
}

export function canConfirmReceipt(): boolean {
  return hasBusinessView(wx)
}

/** True once the payer has confirmed there. Never rejects: a page that is left confirms nothing. */
export function confirmReceipt({ transactionId, merchantId, outTradeNo }: Shipment) {
  return new Promise<boolean>((resolve) => {
    const platform: object = wx
    if (!hasBusinessView(platform)) return resolve(false)
    platform.openBusinessView({
      businessType: 'weappOrderConfirm',
      extraData: {
        transaction_id: transactionId,
        merchant_id: merchantId,
        merchant_trade_no: outTradeNo,
      },
      success: ({ extraData }) => resolve(extraData?.status === 'success'),
      fail: () => resolve(false),
    })
  })
}
