/** Entry of the package `wechat-pay-client` for Mini Programs. */
export { createWxBridge, type WxBridgeOptions, type WxPayment } from './bridges/wx.ts'
export { createCheckout } from './client/checkout.ts'
export { checkoutErrorFrom, isCheckoutError } from './client/errors.ts'
export { createSession, type SessionOptions } from './client/session.ts'
export type * from './client/types.ts'
export type { CancelTimer, Clock } from './clock.ts'
