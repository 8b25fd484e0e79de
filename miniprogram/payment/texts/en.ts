import type { PaymentTexts } from './texts'

export const en: PaymentTexts = {
  button: {
    ready: 'Pay with WeChat Pay',
    amount: 'Pay {amount}',
    loading: 'One moment',
    paying: 'Paying',
    confirming: 'Confirming the payment',
  },
  why: {
    outdated: 'This WeChat is too old to pay here. Update WeChat, then open this page again.',
    singlePage: 'This is a preview page. Open the whole Mini Program to pay.',
    simulator:
      'DevTools only shows a code for a real payment. Preview on a phone, or use the sandbox.',
    noPermission: 'WeChat does not allow paying here. Please contact the shop.',
    prepayInvalid: 'This payment is no longer valid. Please try again.',
    bridgeMissing: 'This version of WeChat cannot pay. Please update WeChat.',
    urlNotRegistered: 'WeChat does not allow paying here. Please contact the shop.',
    unsupportedAction: 'This device cannot pay this way. Please contact the shop.',
    providerUnavailable: 'The payment service cannot be reached. Nothing was charged.',
    providerOutcomeUnknown: 'The payment service did not answer in time. Trying again is safe.',
    paymentBusy: 'Another payment is being settled. Try again shortly.',
    tooManyRequests: 'That was a little fast. Please wait a moment.',
    identityUnavailable: 'WeChat login is not available right now. Try again shortly.',
    payerBlocked: 'WeChat does not let this account pay.',
    snapshotUser: 'This is a preview. Open the full Mini Program to pay.',
    virtualGoods: 'Virtual goods cannot be bought here.',
    overloaded: 'Many people pay right now. Try again shortly.',
    shuttingDown: 'The service is restarting. Try again shortly.',
  },
  whyElse: 'Nothing was charged. Try again later, or contact the shop.',
  outcomes: {
    paid: { title: 'Paid', text: 'The shop has your payment.', main: 'Done', other: '' },
    pending: {
      title: 'Still checking',
      text: 'The bank has not answered yet. Do not pay again; check once more in a moment.',
      main: 'Check again',
      other: 'Back to the shop',
    },
    dismissed: {
      title: 'Not paid yet',
      text: 'Your order is kept for you. You can go on paying.',
      main: 'Pay now',
      other: 'I have paid, check again',
    },
    failed: {
      title: 'Payment failed',
      text: 'Nothing was charged. You can pay again.',
      main: 'Pay again',
      other: 'Back to the shop',
    },
    closed: {
      title: 'Order closed',
      text: 'This order can no longer be paid.',
      main: 'New order',
      other: '',
    },
    offline: {
      title: 'No connection',
      text: 'We do not know yet whether you paid. Check again once online; nothing is charged twice.',
      main: 'Check again',
      other: 'Back to the shop',
    },
    problem: {
      title: 'Cannot pay right now',
      text: '',
      main: 'Try again',
      other: 'Back to the shop',
    },
    refused: { title: 'Cannot pay', text: '', main: 'Back to the shop', other: '' },
    missing: {
      title: 'Order not found',
      text: 'There is no such order here. It may belong to another WeChat account.',
      main: 'Back to the shop',
      other: '',
    },
  },
}
