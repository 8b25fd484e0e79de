import { translatorOf } from '../../../../shared/messages/translator.ts'
import { zhTW } from '../../../../shared/messages/zh-TW.ts'
import type { Texts, Words } from '../words.ts'

const words: Words = {
  dismissed: '尚未付款',
  dismissedText: '訂單為你保留，可以繼續付款。如果已經付款，請再查詢一次。',
  expired: '付款已逾時',
  codeExpired: 'QR Code 已過期',
  expiredText: '訂單仍為你保留，可以重新付款。如果已經付款，請再查詢一次。',
  cancelled: '已取消付款',
  cancelledText: '沒有扣款，訂單仍為你保留，可以重新付款。',
  offline: '沒有網路連線',
  offlineText: '還不知道是否已經付款。連上網路後會自動查詢，不會重複扣款。',
  problem: '暫時無法付款',
  missing: '找不到訂單',
  ways: {
    relay: [
      '在小程式中付款',
      '這個頁面由小程式開啟，付款在小程式裡完成。付款後回到這裡，頁面會自動更新。',
    ],
    openInWeChat: [
      '請在微信中付款',
      '複製連結，傳到微信的任一聊天（例如「檔案傳輸助手」），再從微信開啟。',
    ],
    openInBrowser: [
      '請在瀏覽器中付款',
      '點右上角「···」，選擇「在瀏覽器開啟」；或複製連結，貼到瀏覽器。',
    ],
    scanInWeChat: [
      '請用手機微信開啟',
      '用微信「掃一掃」掃描，在手機上付款。付款後這個頁面會自動更新。',
    ],
    scanWithPhone: ['請用手機開啟', '用手機相機掃描，在手機上付款。付款後這個頁面會自動更新。'],
    nowhere: ['這裡無法付款', '店家尚未開通這種付款方式，沒有扣款。請聯絡店家。'],
  },
  paidText: '店家已收到款項，謝謝惠顧。',
  pendingText: '銀行尚未回覆，請不要重複付款，稍後再查詢一次。',
  failedText: '沒有扣款，可以重新付款。',
  closedText: '這筆訂單不能再付款了，請重新下單。',
  readyText: '點選後會開啟微信支付。',
  newOrder: '重新下單',
  tryAgain: '再試一次',
  codeLabel: '微信支付 QR Code',
  scanHow: '打開手機微信，用「掃一掃」掃描。付款後這個頁面會自動更新。',
  scanByOther: '請用另一部手機的微信「掃一掃」掃描。付款後這個頁面會自動更新。',
  showCode: '用另一部手機掃描付款',
  linkLabel: '付款連結',
  copyLink: '複製連結',
  copied: '已複製',
  linkCodeLabel: '付款連結的 QR Code',
  leaving: '正在前往微信…',
  reconnecting: '沒有網路連線，正在重試…',
  paidAt: '付款時間',
  openMiniProgram: '在小程式中付款',
}

export const zhTWTexts: Texts = { locale: 'zh-TW', words, say: translatorOf(zhTW) }
