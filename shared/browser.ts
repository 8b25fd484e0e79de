/** Entry for pages outside WeChat: a code on a desktop, a redirect on a phone. */
export { bridgeByAction } from './bridges/by-action.ts'
export { createQrBridge, type QrBridgeOptions, type QrCode } from './bridges/qr.ts'
export { createRedirectBridge } from './bridges/redirect.ts'
export { createCheckout } from './client/checkout.ts'
export { checkoutErrorFrom, isCheckoutError } from './client/errors.ts'
export { createSession, type SessionOptions } from './client/session.ts'
export type * from './client/types.ts'
export type { CancelTimer, Clock } from './clock.ts'
