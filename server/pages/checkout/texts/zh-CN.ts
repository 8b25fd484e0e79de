import { translatorOf } from '../../../../shared/messages/translator.ts'
import { zhCN } from '../../../../shared/messages/zh-CN.ts'
import type { Texts, Words } from '../words.ts'

const words: Words = {
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
  ways: {
    relay: [
      '在小程序中支付',
      '此页面由小程序打开，付款在小程序内完成。付款后返回这里，页面会自动更新。',
    ],
    openInWeChat: [
      '请在微信中支付',
      '复制链接，发到微信任意聊天中（例如“文件传输助手”），再从微信打开。',
    ],
    openInBrowser: [
      '请在浏览器中支付',
      '点右上角“···”，选择“在浏览器打开”；或复制链接，粘贴到浏览器。',
    ],
    scanInWeChat: [
      '请用手机微信打开',
      '用微信“扫一扫”扫描，在手机上付款。付款后此页面会自动更新。',
    ],
    scanWithPhone: ['请用手机打开', '用手机相机扫描，在手机上付款。付款后此页面会自动更新。'],
    nowhere: ['此处无法支付', '商家尚未开通这种支付方式，没有扣款。请联系商家。'],
  },
  paidText: '商家已收到付款，谢谢惠顾。',
  pendingText: '银行尚未答复，请不要重复付款，稍后再查一次。',
  failedText: '没有扣款，可以重新支付。',
  closedText: '这笔订单不能再支付了，请重新下单。',
  readyText: '点击后将打开微信支付。',
  newOrder: '重新下单',
  tryAgain: '再试一次',
  codeLabel: '微信支付二维码',
  scanHow: '打开手机微信，用“扫一扫”扫描二维码。支付后此页面会自动更新。',
  scanByOther: '请用另一部手机的微信“扫一扫”扫描。支付后此页面会自动更新。',
  showCode: '用另一部手机扫码支付',
  linkLabel: '付款链接',
  copyLink: '复制链接',
  copied: '已复制',
  linkCodeLabel: '付款链接的二维码',
  leaving: '正在前往微信…',
  reconnecting: '网络未连接，正在重试…',
  paidAt: '支付时间',
  openMiniProgram: '在小程序中支付',
}

export const zhCNTexts: Texts = { locale: 'zh-CN', words, say: translatorOf(zhCN) }
