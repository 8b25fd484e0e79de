/** Where the page in front was opened from, such as `pages/orders/orders`; empty for the first one. */
export function pageBelow(): string {
  const [below] = getCurrentPages().slice(-2, -1)
  return below?.route ?? ''
}

/**
 * A page in a web-view can pay by no means of its own. It opens the cashier here by
 * `wx.miniProgram.navigateTo`, and is shown again when that is done.
 */
export function cameFromWebView(): boolean {
  return pageBelow() === 'pages/web/web'
}
