import { expect } from 'vitest'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aReference, aWish, formOf, golden, postedForm, printed, unwrapped } from './golden.ts'
import { answerOf, pproAnswering } from './ppro.ts'
import { ppro } from './register/ppro.ts'

const WISH = aWish({
  outTradeNo: 'j2wkc3cddajs',
  amount: { value: 1055, currency: 'EUR' },
  description: 'DynDescriptor',
  returnUrl: 'https://merchant.com/work/ppro2/happylanding.php',
  notifyUrl: 'https://merchant.com/work/ppro2/notification.php',
})
const QR_CODE = 'weixin://wxpay/bizpayurl?pr=abcdefg'
const OUTPUT = printed('ppro/transaction-output.txt')
const PAGE = 'https://sim.example/wechatpay/881495832'
const OPEN = {
  STATUS: 'PENDING',
  REDIRECTURL: PAGE,
  'SPECOUT.QRCODEURL': QR_CODE,
  'SPECOUT.EXPIRYTIMESTAMP': '1618842495',
}

golden(ppro, 'ppro-messages', {
  'TRANSACTION call input': async () => {
    const { provider, sent } = pproAnswering([answerOf(OPEN)])
    await provider.createPayment(WISH)
    // The printed password holds a bare `%`, which no reader of forms could make sense of.
    const theirs = unwrapped('ppro/transaction-input.txt').replace('^%wd', '%5E%25wd')
    const ours = formOf(sent[0]?.text ?? '')
    expect({ ...ours, merchanttxid: 'J2wkc3cdDaJS' }).toEqual(formOf(theirs))
    expect(ours['merchanttxid']).toBe('J2wkc3cdDaJS'.toLowerCase())
  },

  'TRANSACTION call output, as the answer to TRANSACTION': async () => {
    // Spaces at the ends of its lines, colons for equals signs: as an editor would not leave it.
    expect(OUTPUT).toContain('STATUS=SUCCEEDED  \n&TXID=881495832  \n')
    expect(OUTPUT).toContain('&SPECOUT.SETTLEMENTAMOUNT: 15  \n')
    const { provider } = pproAnswering([OUTPUT])
    const { fact, clientAction, providerState } = await provider.createPayment(WISH)
    expect(fact).toMatchObject({
      status: 'pending',
      unknownStatus: true,
      providerPaymentId: '881495832',
      providerStatus: 'SUCCEEDED',
      settlement: null,
    })
    const expiresAtMs = 1_618_842_495_000
    expect(clientAction).toEqual({ kind: 'qrCode', content: QR_CODE, image: null, expiresAtMs })
    expect(providerState).toEqual({ redirectSecret: '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343' })
  },

  'TRANSACTION call output, as the answer to GETTXSTATUS': async () => {
    const { provider, sent } = pproAnswering([OUTPUT, OUTPUT])
    const payment = aReference({ outTradeNo: 'j2wkc3cddajs', amount: WISH.amount })
    const asked = { ...payment, providerPaymentId: '881495832' }
    expect(await provider.queryPayment(asked)).toMatchObject({
      status: 'paid',
      unknownStatus: false,
      amount: { value: 1055, currency: 'EUR' },
      settlement: {
        source: { value: 8274, currency: 'CNY' },
        settled: { value: 15, currency: 'EUR' },
        rate: '6.59430000',
      },
    })
    expect(formOf(sent[0]?.text ?? '')).toMatchObject({ txtype: 'GETTXSTATUS', txid: '881495832' })
    // It is no word about any other transaction.
    const other = { ...payment, providerPaymentId: '881495833' }
    expect((await failureOf(() => provider.queryPayment(other))).outcome).toBe('unverifiable')
  },

  'PPRO hosts the QR code': async () => {
    const { provider } = pproAnswering([answerOf(OPEN)], { desktopQr: 'hostedPage' })
    const { clientAction } = await provider.createPayment(WISH)
    expect(clientAction).toEqual({ kind: 'redirect', url: PAGE, expiresAtMs: 1_618_842_495_000 })
  },

  'You host the QR code': async () => {
    const { provider } = pproAnswering([answerOf(OPEN)])
    const { clientAction } = await provider.createPayment(WISH)
    const expiresAtMs = 1_618_842_495_000
    expect(clientAction).toEqual({ kind: 'qrCode', content: QR_CODE, image: null, expiresAtMs })
  },

  'Do not poll PPRO for transaction status': async () => {
    const { provider } = pproAnswering([], { notificationSecret: 'topsecret' })
    expect(provider.capabilities.query).toEqual({ rule: 'onEvent' })
    // A notification is the trigger: it brings a question, and no verdict.
    const hash = 'd88354b3aa20827b3d9afa5766163eda4718ae7bc953916d432330fe1626d1f5'
    const notice = `txid=881495832&finaltimestamp=2021-06-15T11:37:01Z&sha256hash=${hash}`
    expect(provider.parseNotification(postedForm(notice))).toMatchObject({
      facts: [],
      queries: [{ outTradeNo: null, providerPaymentId: '881495832' }],
    })
    const forged = postedForm(notice.replace('881495832', '881495833'))
    expect((await failureOf(() => provider.parseNotification(forged))).outcome).toBe('unverifiable')
  },
})
