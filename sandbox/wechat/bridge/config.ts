/** What the in-app browser tells its page script; written into the script when it is built. */
export interface BridgeConfig {
  readonly userAgent: string
  /** iOS checks a payment against the address that was loaded, Android against the present one. */
  readonly platform: 'ios' | 'android'
  /** How long `WeixinJSBridge` is missing after the page began; null: it never comes. */
  readonly readyAfterMs: number | null
  /** Inside a Mini Program's web-view: pages are told so, and cannot pay. */
  readonly inMiniProgram: boolean
}
