/** The part of the page for places where it cannot take the money itself. */
export { drawLinkBox } from './link-box.ts'
export { cashierPath, navigateTo } from './relay.ts'
export { watchOrder } from './watch-order.ts'
