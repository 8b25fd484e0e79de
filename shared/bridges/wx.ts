import type { Bridge } from '../client/types.ts'
import { bridgeByAction } from './by-action.ts'
import { outcomeOf } from './outcome.ts'
import { unavailable } from './unavailable.ts'

interface WxAnswer {
  readonly errMsg: string
}

/** The one member of `wx` that is used; the `wx` of either typings package fits. */
export interface WxPayment {
  requestPayment(option: {
    timeStamp: string
    nonceStr: string
    package: string
    signType: 'MD5' | 'HMAC-SHA256' | 'RSA'
    paySign: string
    success: (answer: WxAnswer) => void
    fail: (answer: WxAnswer) => void
    complete: (answer: WxAnswer) => void
  }): unknown
}

export interface WxBridgeOptions {
  readonly wx: WxPayment
  /**
   * `wx.getDeviceInfo().platform`. In `devtools` nothing is opened: the tool shows a code for a real
   * payment and reports success before anybody has paid.
   */
  readonly platform?: string
}

/** The cashier of a Mini Program. Call it from the handler of a tap. */
export function createWxBridge({ wx, platform }: WxBridgeOptions): Bridge {
  return bridgeByAction({
    wechatPay: {
      async invoke({ payParams }) {
        if (platform === 'devtools') return unavailable('simulator')
        if (!wx.requestPayment) return unavailable('bridgeMissing')
        const { timeStamp, nonceStr, package: prepay, signType, paySign } = payParams
        return new Promise((resolve) => {
          const answer = wx.requestPayment({
            timeStamp,
            nonceStr,
            package: prepay,
            // Without it WeChat assumes MD5, which is right for no order of today.
            signType,
            paySign,
            success: resolve,
            fail: resolve,
            // Old clients call this one alone, and wrappers of wx forget it: the first answer counts.
            complete: resolve,
          })
          // A wrapper may answer by promise instead; WeChat itself answers undefined here.
          if (answer instanceof Promise) answer.then(resolve, resolve)
        }).then(outcomeOf, outcomeOf)
      },
    },
  })
}
