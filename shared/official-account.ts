/** Entry for the page inside WeChat, which pays through `WeixinJSBridge`. */
export {
  bridgeReady,
  createWeixinJSBridge,
  type WeixinJSBridge,
  type WeixinJSBridgeOptions,
} from './bridges/weixin-js-bridge.ts'
export { createCheckout } from './client/checkout.ts'
export { checkoutErrorFrom, isCheckoutError } from './client/errors.ts'
export { createSession, type SessionOptions } from './client/session.ts'
export type * from './client/types.ts'
export type { CancelTimer, Clock } from './clock.ts'
