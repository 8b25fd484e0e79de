import { demoWechatPayMerchant } from '../../../sandbox/demo-accounts.ts'
import type { WechatPayMerchant } from '../../../sandbox/providers/wechat-pay/options.ts'
import { adding, saying } from './line.ts'
import type { Pairing } from './simulated.ts'

/** A word that no document of any provider has. */
export const STRANGE_WORD = 'LEVITATING'

export const WORLDLINE = {
  name: 'Worldline Connect',
  provider: 'worldlineConnect',
  simulator: 'worldline',
  scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'],
  currency: 'USD',
  notifications: { method: 'POST', carryFacts: true, areSigned: true },
  ends: { unpaid: 'pending', declined: 'failed' },
  strange: {
    payment: ({ line }) => line.meddle(saying(/"CAPTURED"/g, `"${STRANGE_WORD}"`)),
    refund: ({ line }) => line.meddle(saying(/"REFUNDED"/g, `"${STRANGE_WORD}"`)),
  },
  refundsFail: ({ sandbox }) => sandbox.worldline.configure({ refundEndsAs: 'REJECTED' }),
} as const satisfies Pairing

const SAYS_SUCCEEDED = /(?<=(?:^|&)STATUS=)SUCCEEDED/g

export const PPRO = {
  name: 'PPRO, own code',
  provider: 'ppro',
  simulator: 'ppro',
  scenes: ['desktopQr', 'mobileWeb'],
  currency: 'CNY',
  notifications: { method: 'POST', carryFacts: false, areSigned: true },
  ends: { unpaid: 'expired', declined: 'failed' },
  strange: {
    payment: ({ line }) => line.meddle(saying(SAYS_SUCCEEDED, STRANGE_WORD)),
    refund: ({ line }) => line.meddle(saying(SAYS_SUCCEEDED, STRANGE_WORD)),
  },
  repeatSum: ({ line }) => line.meddle(adding('AMOUNT=1999&CURRENCY=CNY')),
  refundsFail: ({ sandbox }) => sandbox.ppro.configure({ refundEndsAs: 'REMOTE_DECLINE' }),
} as const satisfies Pairing

export const WOOSHPAY = {
  name: 'WooshPay',
  provider: 'wooshpay',
  simulator: 'wooshpay',
  changes: () => ({
    miniProgramTerminalType: undefined,
    scenes: ['officialAccount', 'desktopQr', 'mobileWeb'],
  }),
  scenes: ['officialAccount', 'desktopQr', 'mobileWeb'],
  currency: 'CNY',
  notifications: { method: 'POST', carryFacts: true, areSigned: true },
  ends: { unpaid: 'pending', declined: 'failed' },
  strange: {
    payment: ({ sandbox }) => sandbox.wooshpay.configure({ successWord: STRANGE_WORD }),
    refund: ({ line }) => line.meddle(saying(/"succeeded"/g, `"${STRANGE_WORD}"`)),
  },
  refundsFail: ({ sandbox }) => sandbox.wooshpay.configure({ refundEndsAs: 'failed' }),
} as const satisfies Pairing

export const PAYABL = {
  name: 'payabl., signed notifications',
  provider: 'payabl',
  simulator: 'payabl',
  scenes: ['desktopQr', 'mobileWeb'],
  currency: 'EUR',
  actions: { desktopQr: 'redirect' },
  notifications: { method: 'POST', carryFacts: false, areSigned: true },
  ends: { unpaid: 'expired', declined: 'failed' },
  strange: {
    payment: ({ sandbox }) => sandbox.payabl.configure({ strangeCode: STRANGE_WORD }),
    refund: ({ sandbox }) => sandbox.payabl.configure({ strangeCode: STRANGE_WORD }),
  },
  refundsFail: ({ sandbox }) => sandbox.payabl.configure({ refundEndsAs: '-5007' }),
} as const satisfies Pairing

export const SAFERPAY = {
  name: 'Saferpay',
  provider: 'saferpay',
  simulator: 'saferpay',
  scenes: ['desktopQr', 'mobileWeb'],
  currency: 'CHF',
  actions: { desktopQr: 'redirect' },
  notifications: { method: 'GET', carryFacts: false, areSigned: true },
  ends: { unpaid: 'expired', declined: 'failed' },
  strange: {
    payment: ({ line }) => line.meddle(saying(/"CAPTURED"/g, `"${STRANGE_WORD}"`)),
    refund: ({ line }) => line.meddle(saying(/"CAPTURED"/g, `"${STRANGE_WORD}"`)),
  },
  refundsFail: ({ sandbox }) =>
    sandbox.saferpay.configure({ refundsAs: 'PENDING', pendingRefundsEndAs: 'DECLINED' }),
} as const satisfies Pairing

const WITHOUT_CODES = { paymentCode: false, store: undefined }

const merchant = (changes: Partial<WechatPayMerchant>) => ({
  wechatPay: { merchants: [{ ...demoWechatPayMerchant(), ...changes }] },
})

export const WECHAT_PAY = {
  name: 'WeChat Pay',
  provider: 'wechatPay',
  simulator: 'wechatPay',
  sandbox: merchant({}),
  changes: () => WITHOUT_CODES,
  scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'],
  currency: 'CNY',
  notifications: { method: 'POST', carryFacts: true, areSigned: true },
  // WeChat knows no refusal for good but closing, and says nothing of time that is over.
  ends: { unpaid: 'pending', declined: 'expired' },
  strange: {
    payment: ({ sandbox }) => sandbox.wechatPay.configure({ tradeStateWord: STRANGE_WORD }),
    refund: ({ sandbox }) => sandbox.wechatPay.configure({ refundStatusWord: STRANGE_WORD }),
  },
  refundsFail: ({ sandbox }) => sandbox.wechatPay.configure({ refundEndsAs: 'CLOSED' }),
} as const satisfies Pairing

const SUB_MERCHANT = '1900010001'

/** One adapter and one account each: whatever is written once for all must hold for every one. */
export const PAIRINGS: readonly Pairing[] = [
  { ...WORLDLINE },
  {
    ...WORLDLINE,
    name: 'Worldline Connect, approved refunds',
    sandbox: { worldline: { behaviour: { refundsNeedApproval: true, cancellable: true } } },
    changes: () => ({ approveRefunds: false, scenes: ['miniProgram', 'officialAccount'] }),
    scenes: ['miniProgram', 'officialAccount'],
  },
  { ...PPRO },
  {
    ...PPRO,
    name: 'PPRO, hosted page and CANCELTX',
    sandbox: { ppro: { behaviour: { cancellable: true } } },
    changes: () => ({ desktopQr: 'hostedPage', cancelTx: true, scenes: ['desktopQr'] }),
    scenes: ['desktopQr'],
    actions: { desktopQr: 'redirect' },
  },
  { ...WOOSHPAY },
  {
    ...WOOSHPAY,
    name: 'WooshPay, Mini Programs, payment codes',
    changes: () => ({
      miniProgramTerminalType: 'MINI_PROGRAM',
      scenes: ['officialAccount', 'desktopQr', 'mobileWeb', 'paymentCode'],
    }),
    scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'paymentCode'],
  },
  { ...PAYABL },
  {
    ...PAYABL,
    name: 'payabl., mobile web, unsigned',
    sandbox: { payabl: { behaviour: { notification: 'unsigned', redirectUrl: 'unescaped' } } },
    changes: () => ({ scenes: ['mobileWeb'] }),
    scenes: ['mobileWeb'],
    notifications: { ...PAYABL.notifications, areSigned: false },
  },
  { ...SAFERPAY },
  {
    ...SAFERPAY,
    name: 'Saferpay, Official Account pages too',
    changes: () => ({ officialAccount: true }),
    scenes: ['officialAccount', 'desktopQr', 'mobileWeb'],
    actions: { officialAccount: 'redirect', desktopQr: 'redirect' },
  },
  {
    ...WECHAT_PAY,
    name: 'WeChat Pay, both keys, payment codes',
    sandbox: { wechatPay: { behaviour: { codepay: true } } },
    changes: () => ({ paymentCode: true, store: { id: 'tea-shop-1' } }),
    scenes: [...WECHAT_PAY.scenes, 'paymentCode'],
    actions: { paymentCode: null },
  },
  {
    ...WECHAT_PAY,
    name: 'WeChat Pay, public key',
    sandbox: merchant({ wechatKeys: 'publicKey' }),
    changes: () => ({ ...WITHOUT_CODES, platformCertificates: false }),
  },
  {
    ...WECHAT_PAY,
    name: 'WeChat Pay, certificates',
    sandbox: merchant({ wechatKeys: 'certificate' }),
    changes: () => ({ ...WITHOUT_CODES, publicKeys: {} }),
  },
  {
    ...WECHAT_PAY,
    name: 'WeChat Pay, service provider',
    sandbox: merchant({ subMerchants: [{ mchId: SUB_MERCHANT }] }),
    changes: () => ({ ...WITHOUT_CODES, partner: { subMchId: SUB_MERCHANT } }),
  },
  {
    ...WECHAT_PAY,
    name: 'WeChat Pay, global',
    sandbox: merchant({ region: 'global' }),
    changes: ({ wechatPay }) => ({
      ...WITHOUT_CODES,
      region: 'global',
      endpoint: wechatPay.urls.global,
      secondaryEndpoint: undefined,
      currencies: ['USD', 'HKD'],
      merchantCategoryCode: '4111',
      store: { id: 'tea-shop-1', name: 'Tea shop', address: 'Bahnhofstrasse 1, Zurich' },
    }),
    currency: 'USD',
  },
]
