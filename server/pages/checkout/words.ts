import type { Locale } from '../../../shared/messages/translate.ts'

/** Headings and labels of this page; everything about payments itself is in `shared/messages`. */
export interface Words {
  readonly dismissed: string
  readonly dismissedText: string
  readonly expired: string
  readonly codeExpired: string
  readonly expiredText: string
  readonly cancelled: string
  readonly cancelledText: string
  readonly offline: string
  readonly offlineText: string
  readonly problem: string
  readonly missing: string
  readonly elsewhere: string
  readonly paidText: string
  readonly pendingText: string
  readonly failedText: string
  readonly closedText: string
  readonly readyText: string
  readonly newOrder: string
  readonly tryAgain: string
  readonly codeLabel: string
  readonly scanHow: string
  readonly leaving: string
  readonly reconnecting: string
  readonly paidAt: string
  readonly openMiniProgram: string
}

const ZH_CN: Words = {
  dismissed: '尚未支付',
  dismissedText: '订单为你保留，可以继续支付。如已支付，请再次查询。',
  expired: '支付已超时',
  codeExpired: '二维码已过期',
  expiredText: '订单仍为你保留，可以重新支付。如已支付，请再次查询。',
  cancelled: '已取消支付',
  cancelledText: '没有扣款，订单仍为你保留，可以重新支付。',
  offline: '网络未连接',
  offlineText: '支付结果还不清楚。联网后会自动查询，不会重复扣款。',
  problem: '暂时无法支付',
  missing: '没有找到订单',
  elsewhere: '请换个地方支付',
  paidText: '商家已收到付款，谢谢惠顾。',
  pendingText: '银行尚未答复，请不要重复付款，稍后再查一次。',
  failedText: '没有扣款，可以重新支付。',
  closedText: '这笔订单不能再支付了，请重新下单。',
  readyText: '点击后将打开微信支付。',
  newOrder: '重新下单',
  tryAgain: '再试一次',
  codeLabel: '微信支付二维码',
  scanHow: '打开手机微信，用“扫一扫”扫描二维码。支付后此页面会自动更新。',
  leaving: '正在前往微信…',
  reconnecting: '网络未连接，正在重试…',
  paidAt: '支付时间',
  openMiniProgram: '在小程序中支付',
}

const EN: Words = {
  dismissed: 'Not paid yet',
  dismissedText: 'Your order is kept: you can go on paying. If you have paid, check again.',
  expired: 'This attempt has timed out',
  codeExpired: 'The code has expired',
  expiredText: 'Your order is kept: you can pay it again. If you have paid, check again.',
  cancelled: 'Payment cancelled',
  cancelledText: 'Nothing was taken. Your order is kept: you can pay it again.',
  offline: 'No connection',
  offlineText: 'We do not know yet whether you paid. We check as soon as you are online.',
  problem: 'Cannot pay right now',
  missing: 'Order not found',
  elsewhere: 'Please pay elsewhere',
  paidText: 'The shop has received your payment. Thank you.',
  pendingText: 'The bank has not answered yet. Do not pay again; check once more in a moment.',
  failedText: 'Nothing was charged. You can pay again.',
  closedText: 'This order can no longer be paid. Please make a new one.',
  readyText: 'This opens WeChat Pay.',
  newOrder: 'New order',
  tryAgain: 'Try again',
  codeLabel: 'WeChat Pay QR code',
  scanHow: 'Open WeChat on your phone and scan the code. This page updates by itself.',
  leaving: 'Going to WeChat…',
  reconnecting: 'No connection, trying again…',
  paidAt: 'Paid',
  openMiniProgram: 'Pay in the Mini Program',
}

export function wordsFor(locale: Locale): Words {
  return locale === 'en' ? EN : ZH_CN
}
