import { en } from '../../../../shared/messages/en.ts'
import { translatorOf } from '../../../../shared/messages/translator.ts'
import type { Texts, Words } from '../words.ts'

const words: Words = {
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
  ways: {
    relay: [
      'Pay in the Mini Program',
      'A Mini Program opened this page, and takes the payment itself. Come back here afterwards.',
    ],
    openInWeChat: [
      'Pay in WeChat',
      'Copy the link, send it to any chat in WeChat, such as File Transfer, and open it there.',
    ],
    openInBrowser: [
      'Pay in your browser',
      'Tap ··· at the top and choose “Open in Browser”, or copy the link and paste it there.',
    ],
    scanInWeChat: [
      'Open it in WeChat on your phone',
      'Scan this code in WeChat and pay on the phone. This page updates by itself.',
    ],
    scanWithPhone: [
      'Open it on your phone',
      'Scan this code with the camera and pay on the phone. This page updates by itself.',
    ],
    nowhere: [
      'Cannot be paid here',
      'The shop does not take payments this way. Nothing was charged. Please contact the shop.',
    ],
  },
  paidText: 'The shop has received your payment. Thank you.',
  pendingText: 'The bank has not answered yet. Do not pay again; check once more in a moment.',
  failedText: 'Nothing was charged. You can pay again.',
  closedText: 'This order can no longer be paid. Please make a new one.',
  readyText: 'This opens WeChat Pay.',
  newOrder: 'New order',
  tryAgain: 'Try again',
  codeLabel: 'WeChat Pay QR code',
  scanHow: 'Open WeChat on your phone and scan the code. This page updates by itself.',
  scanByOther: 'Scan the code with WeChat on another phone. This page updates by itself.',
  showCode: 'Show a code for another phone',
  linkLabel: 'Payment link',
  copyLink: 'Copy link',
  copied: 'Copied',
  linkCodeLabel: 'QR code of the payment link',
  leaving: 'Going to WeChat…',
  reconnecting: 'No connection, trying again…',
  paidAt: 'Paid',
  openMiniProgram: 'Pay in the Mini Program',
}

export const enTexts: Texts = { locale: 'en', words, say: translatorOf(en) }
