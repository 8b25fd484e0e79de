/** What the in-app browser tells its page script; written into the script when it is built. */
export interface BridgeConfig {
  readonly userAgent: string
  /** How long `WeixinJSBridge` is missing after the page began; null: it never comes. */
  readonly readyAfterMs: number | null
  /** Inside a Mini Program's web-view: pages are told so, and cannot pay. */
  readonly inMiniProgram: boolean
}
