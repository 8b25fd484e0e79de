import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Provider } from '../../../../../server/providers/provider.ts'
import { failureOf } from '../support/failure.ts'
import { type Peer, type Reply, startPeer } from '../support/peer.ts'
import {
  aReference,
  aWish,
  type Connected,
  connect,
  form,
  known,
  PUBLISHED_OUTPUT,
  pending,
  SECRETS,
} from './fixture.ts'

/** The whole adapter over HTTP, against answers as the documents show them. */

let script: Map<string, () => Reply | 'reset' | Promise<Reply>>
let peer: Peer
let connected: Connected
let provider: Provider

beforeEach(async () => {
  script = new Map()
  peer = await startPeer(({ body }) => {
    const txtype = new URLSearchParams(body).get('txtype') ?? ''
    return script.get(txtype)?.() ?? { status: 404 }
  })
  connected = connect(peer.url)
  provider = connected.provider
})
afterEach(async () => {
  await connected.close()
  await peer.close()
})

function on(txtype: string, body: string): void {
  script.set(txtype, () => ({ body }))
}

/** The forms that PPRO heard, as names and values. */
function heard(): Record<string, string>[] {
  return peer.heard.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
}

const refund = {
  payment: aReference({ amount: { value: 1000, currency: 'CNY' } }),
  outRefundNo: 'rf-1001-1',
  amount: { value: 1000, currency: 'CNY' },
  reason: null,
}
const ask = async (wish = refund) => provider.refund?.(wish)

describe('the capabilities', () => {
  test('are those of the Simple API', () => {
    expect(provider).toMatchObject({
      accountId: 'ppro',
      name: 'ppro',
      capabilities: {
        scenes: ['desktopQr', 'mobileWeb'],
        query: { rule: 'onEvent' },
        idempotency: 'lookup',
        needsOpenid: [],
      },
    })
  })

  test('have no close unless the account switches CANCELTX on', async () => {
    expect('closePayment' in provider).toBe(false)
    const other = connect(peer.url, { cancelTx: true })
    expect('closePayment' in other.provider).toBe(true)
    await other.close()
  })
})

describe('a payment is created', () => {
  test('with the published request', async () => {
    on('TRANSACTION', pending())
    await provider.createPayment(aWish())
    expect(peer.last()).toMatchObject({ method: 'POST', path: '/' })
    expect(peer.last().headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(peer.last().body).toContain('accountholdername=John%20Doe')
    expect(heard()).toEqual([
      {
        tag: 'wechatpay',
        txtype: 'TRANSACTION',
        countrycode: 'CN',
        currency: 'EUR',
        amount: '1055',
        merchanttxid: 'j2wkc3cddajs',
        login: 'johndoe',
        password: SECRETS[0],
        contractid: 'JOHNDOECONTRACT',
        channel: 'testchannel',
        merchantredirecturl: 'https://merchant.com/work/ppro2/happylanding.php',
        notificationurl: 'https://merchant.com/work/ppro2/notification.php',
        'specin.dynamicdescriptor': 'DynDescriptor',
        'specin.locale': 'zh-CN',
        accountholdername: 'John Doe',
        returnmode: 'urlencodeext',
      },
    ])
  })

  test.each([
    ['as it was published', PUBLISHED_OUTPUT],
    ['as a live system would send it', pending()],
  ])('and its answer is read %s: the code, its end, and the redirect secret', async (_, body) => {
    on('TRANSACTION', body)
    const created = await provider.createPayment(aWish())
    expect(created).toMatchObject({
      fact: { source: 'create', status: 'pending', providerPaymentId: '881495832' },
      clientAction: {
        kind: 'qrCode',
        content: 'weixin://wxpay/bizpayurl?pr=abcdefg',
        image: null,
        expiresAtMs: 1_618_842_495_000,
      },
      providerState: { redirectSecret: '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343' },
    })
    expect(created.fact.outTradeNo).toBe('j2wkc3cddajs')
  })

  test.each([
    ['in a phone browser', { scene: 'mobileWeb' }, {}],
    ['at a desktop, where PPRO hosts the code', {}, { desktopQr: 'hostedPage' }],
  ] as const)('%s, and the payer goes to PPRO', async (_, wish, config) => {
    on('TRANSACTION', pending())
    const other = connect(peer.url, config)
    const { clientAction } = await other.provider.createPayment(aWish(wish))
    expect(clientAction).toMatchObject({
      kind: 'redirect',
      url: 'https://sim.example/wechatpay/881495832',
    })
    await other.close()
  })

  test('and ends with the order where PPRO does not say when', async () => {
    on('TRANSACTION', pending({ 'SPECOUT.EXPIRYTIMESTAMP': '' }))
    const { clientAction } = await provider.createPayment(aWish())
    expect(clientAction?.expiresAtMs).toBe(aWish().expiresAtMs)
  })

  test('and decided as failed where PPRO made it and failed it', async () => {
    on('TRANSACTION', form({ STATUS: 'FAILED', TXID: '88', FAILREASON: 'REMOTE_DECLINE' }))
    expect(await provider.createPayment(aWish())).toMatchObject({
      fact: { status: 'failed', providerPaymentId: '88' },
      clientAction: null,
    })
  })

  test('but not where PPRO refuses it outright', async () => {
    const said = { ERRMSG: 'currency: not allowed', FAILREASON: 'INPUT_DATA' }
    on('TRANSACTION', form({ STATUS: 'FAILED', TXID: '0', ...said }))
    const failure = await failureOf(() => provider.createPayment(aWish()))
    expect(failure).toMatchObject({ outcome: 'rejected', providerCode: 'INPUT_DATA' })
    expect(failure.message).toContain('currency: not allowed')
  })

  test.each([
    ['nothing to show', pending({ REDIRECTURL: '', 'SPECOUT.QRCODEURL': '' })],
    ['an address that is none', pending({ 'SPECOUT.QRCODEURL': '', REDIRECTURL: 'javascript:1' })],
    ['no number', pending({ TXID: '' })],
    ['two states', `${pending()}&STATUS=FAILED`],
    ['no form', '<html></html>'],
    ['nothing', ''],
  ])('but an answer with %s leaves it unknown', async (_, body) => {
    on('TRANSACTION', body)
    const failure = await failureOf(() => provider.createPayment(aWish()))
    expect(failure.outcome).toBe('unknown')
  })
})

describe('the truth about a payment', () => {
  test('is asked by their number', async () => {
    on('GETTXSTATUS', known({ STATUS: 'SUCCEEDED' }))
    expect(await provider.queryPayment(aReference())).toMatchObject({
      source: 'query',
      status: 'paid',
      amount: { value: 1055, currency: 'EUR' },
    })
    expect(heard()[0]).toMatchObject({ txtype: 'GETTXSTATUS', txid: '881495832' })
  })

  test('is looked up by our number while theirs is not known', async () => {
    on('GETTXSTATUSBYMERCHANTTXID', known({ STATUS: 'PENDING', MERCHANTTXID: 'j2wkc3cddajs' }))
    const fact = await provider.queryPayment(aReference({ providerPaymentId: null }))
    expect(fact).toMatchObject({ status: 'pending', providerPaymentId: '881495832' })
    expect(heard()[0]).toMatchObject({ merchanttxid: 'j2wkc3cddajs' })
  })

  test('is null where they never heard of our number', async () => {
    const no = form({ REQUESTSTATUS: 'FAILED', REQUESTFAILREASON: 'INPUT_DATA' })
    on('GETTXSTATUSBYMERCHANTTXID', no)
    expect(await provider.queryPayment(aReference({ providerPaymentId: null }))).toBeNull()
  })

  test.each([
    ['LOCAL_ERROR', 'unknown'],
    ['INPUT_DATA', 'rejected'],
  ])('is not told by a question that was not answered (%s)', async (reason, outcome) => {
    const answer = { REQUESTSTATUS: 'FAILED', REQUESTFAILREASON: reason, STATUS: 'FAILED' }
    on('GETTXSTATUS', form({ ...answer, ERRMSG: 'no' }))
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure).toMatchObject({ outcome, providerCode: reason })
  })
})

describe('a refund', () => {
  test('is the published call, with the figures of its answer', async () => {
    const figures = {
      'SPECOUT.FXRATE': '6.44145000',
      'SPECOUT.DSTCURRENCY': 'CNY',
      'SPECOUT.DSTAMOUNT': '1000',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
    }
    on('REFUND', form({ STATUS: 'SUCCEEDED', REFUNDID: '77', ...figures }))
    expect(await ask()).toMatchObject({
      status: 'succeeded',
      providerRefundId: '77',
      settlement: { settled: { value: 160, currency: 'USD' }, rate: '6.44145000' },
    })
    expect(heard()[0]).toMatchObject({
      tag: 'wechatpay',
      txtype: 'REFUND',
      txid: '881495832',
      currency: 'CNY',
      amount: '1000',
      merchantrefundid: 'rf-1001-1',
    })
  })

  test('beyond what is left has failed, and says so', async () => {
    on('REFUND', form({ STATUS: 'FAILED', REFUNDID: '78', FAILREASON: 'QUOTA' }))
    expect(await ask()).toMatchObject({
      status: 'failed',
      providerStatus: 'FAILED QUOTA',
      advice: expect.stringContaining('no further refund'),
    })
  })

  test('that PPRO refuses outright is rejected', async () => {
    on('REFUND', form({ STATUS: 'FAILED', REFUNDID: '0', FAILREASON: 'INPUT_DATA' }))
    expect((await failureOf(() => ask())).outcome).toBe('rejected')
  })

  test('in another currency than the payment is refused before it is sent', async () => {
    const wish = { ...refund, amount: { value: 1, currency: 'EUR' } }
    expect((await failureOf(() => ask(wish))).outcome).toBe('rejected')
    expect(peer.heard).toEqual([])
  })

  test('is asked about by their number, and by ours while that is not known', async () => {
    on('GETREFUNDSTATUS', known({ STATUS: 'SUCCEEDED', REFUNDID: '77' }))
    on('GETREFUNDBYMERCHANTREFUNDID', known({ STATUS: 'FAILED', REFUNDID: '77' }))
    const { payment, outRefundNo } = refund
    const query = (providerRefundId: string | null) =>
      provider.queryRefund?.({ payment, outRefundNo, providerRefundId })
    expect(await query('77')).toMatchObject({ status: 'succeeded' })
    expect(await query(null)).toMatchObject({ status: 'failed', providerRefundId: '77' })
    const no = form({ REQUESTSTATUS: 'FAILED', REQUESTFAILREASON: 'INPUT_DATA' })
    on('GETREFUNDBYMERCHANTREFUNDID', no)
    on('GETTXSTATUSBYMERCHANTTXID', known({ STATUS: 'SUCCEEDED' }))
    expect(await query(null)).toBeNull()
    expect(heard()[0]).toMatchObject({ refundid: '77' })
    expect(heard()[1]).toMatchObject({ merchantrefundid: 'rf-1001-1' })
  })
})

describe('a close', () => {
  test.each([
    ['works', form({ STATUS: 'FAILED', FAILREASON: 'CANCELED', TXID: '881495832' })],
    ['is refused', form({ REQUESTSTATUS: 'FAILED', REQUESTFAILREASON: 'INPUT_DATA' })],
  ])('that %s ends in what the payment is afterwards', async (_, answer) => {
    const other = connect(peer.url, { cancelTx: true })
    on('CANCELTX', answer)
    on('GETTXSTATUS', known({ STATUS: 'FAILED', FAILREASON: 'CANCELED' }))
    const fact = await other.provider.closePayment?.(aReference())
    expect(fact).toMatchObject({ source: 'close', status: 'cancelled' })
    expect(heard().map(({ txtype }) => txtype)).toEqual(['CANCELTX', 'GETTXSTATUS'])
    await other.close()
  })
})
