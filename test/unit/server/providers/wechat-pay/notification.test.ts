import { describe, expect, test } from 'vitest'
import { everythingIn, failureOf } from '../support/failure.ts'
import {
  API_V3_KEY,
  aConfig,
  aNotice,
  anOrder,
  aRefund,
  connect,
  merchant,
  notified,
  sealed,
  stranger,
  wechat,
} from './fixture.ts'

const { provider } = connect('http://127.0.0.1:1')
const parse = (notification: ReturnType<typeof notified>) =>
  provider.parseNotification(notification)
const refused = async (notification: ReturnType<typeof notified>) => {
  const failure = await failureOf(() => parse(notification))
  expect(failure.outcome).toBe('unverifiable')
  return failure.message
}

describe('a genuine notification', () => {
  test('of a payment tells what was paid, by whom we were asked, in which app', () => {
    expect(parse(notified(aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS'))))).toMatchObject({
      kind: 'event',
      eventId: 'EV-2026062410150000001',
      queries: [],
      facts: [
        {
          kind: 'payment',
          source: 'notification',
          accountId: 'wechat',
          outTradeNo: 'p1001abc',
          providerPaymentId: '4200001234202606240000000001',
          status: 'paid',
          amount: { value: 1999, currency: 'CNY' },
          appId: 'wx-mini',
          occurredAtMs: Date.UTC(2026, 5, 24, 10, 15, 30),
          settlement: { source: { value: 1899, currency: 'CNY' }, settled: null, rate: null },
          unknownStatus: false,
        },
      ],
    })
  })

  test.each([
    ['REFUND.SUCCESS', 'SUCCESS', 'succeeded'],
    ['REFUND.ABNORMAL', 'ABNORMAL', 'needsAction'],
    ['REFUND.CLOSED', 'CLOSED', 'failed'],
  ])('%s tells what became of a refund', (type, word, status) => {
    const { status: _, ...rest } = aRefund('x')
    const amount = { total: 1999, refund: 500, payer_total: 1899, payer_refund: 475 }
    const content = { ...rest, mchid: '1900007291', refund_status: word, amount }
    expect(parse(notified(aNotice(type, content)))).toMatchObject({
      facts: [
        {
          kind: 'refund',
          status,
          outRefundNo: 'rf1001',
          providerRefundId: '50000000382019052709732678859',
          providerPaymentId: '4200001234202606240000000001',
          amount: { value: 500, currency: 'CNY' },
          providerStatus: word,
        },
      ],
    })
  })

  test('with an unknown word leaves the payment open and says so', () => {
    const event = parse(notified(aNotice('TRANSACTION.SUCCESS', anOrder('ACCEPTED'))))
    expect(event).toMatchObject({ facts: [{ status: 'pending', unknownStatus: true }] })
  })

  test('whose content cannot be read is a reason to ask', () => {
    const content = { out_trade_no: 'p1001abc', trade_state: 7 }
    expect(parse(notified(aNotice('TRANSACTION.SUCCESS', content)))).toMatchObject({
      facts: [],
      queries: [{ outTradeNo: 'p1001abc', providerPaymentId: null }],
    })
  })

  test('of another product is taken and means nothing', () => {
    const event = parse(notified(aNotice('PAYSCORE.USER_OPEN_SERVICE', { a: 1 })))
    expect(event).toEqual({
      kind: 'event',
      eventId: 'EV-2026062410150000001',
      facts: [],
      queries: [],
    })
  })

  test('with empty associated data opens too', () => {
    const resource = { original_type: 'transaction', ...sealed(anOrder('SUCCESS'), { aad: '' }) }
    const { associated_data: _, ...without } = resource
    for (const box of [resource, without]) {
      const event = parse(notified(aNotice('TRANSACTION.SUCCESS', {}, { resource: box })))
      expect(event).toMatchObject({ facts: [{ status: 'paid' }] })
    }
  })

  test('is acknowledged with 204 and nothing else', () => {
    expect(provider.acknowledge()).toEqual({ status: 204, headers: {}, body: '' })
  })
})

describe('refused is', () => {
  const genuine = () => notified(aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS')))

  test('every byte of the body changed', async () => {
    const { body } = genuine()
    for (let at = 0; at < body.length; at += 7) {
      const other = Buffer.from(body)
      other[at] = (other[at] ?? 0) ^ 1
      expect(await refused({ ...genuine(), body: other })).toContain('does not belong')
    }
  })

  test('a stranger’s or the merchant’s own signature', async () => {
    const notice = aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS'))
    for (const { privateKey } of [stranger, merchant]) {
      expect(await refused(notified(notice, { privateKey }))).toContain('does not belong')
    }
  })

  test('one of five minutes ago, or of 2010, with both times told', async () => {
    const late = { ...genuine(), receivedAtMs: genuine().receivedAtMs + 300_000 }
    expect(await refused(late)).toContain(
      '2026-06-24T10:15:00.000Z, and our clock says 2026-06-24T10:20',
    )
    const notice = aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS'))
    expect(await refused(notified(notice, { atMs: Date.UTC(2010, 0, 1) }))).toContain('2010-01-01')
  })

  test('a GET, and one without signature', async () => {
    expect(await refused({ ...genuine(), method: 'GET' })).toContain('POST')
    expect(await refused({ ...genuine(), headers: {} })).toContain('not signed')
  })

  test('WeChat’s own probe, recognised as one', async () => {
    const headers = { ...genuine().headers, 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc==' }
    expect(await refused({ ...genuine(), headers })).toContain('probe')
  })

  test('a signature by a key that we do not have', async () => {
    const notice = aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS'))
    const unknown = notified(notice, { serialNo: 'PUB_KEY_ID_0000' })
    expect(await refused(unknown)).toContain('a key that we do not have')
  })

  test('a content that our APIv3 key does not open, and no error shows the key', async () => {
    const resource = {
      original_type: 'transaction',
      ...sealed(anOrder('SUCCESS'), { key: 'b'.repeat(32) }),
    }
    const failure = await failureOf(() =>
      parse(notified(aNotice('TRANSACTION.SUCCESS', {}, { resource }))),
    )
    expect(failure).toMatchObject({ outcome: 'unverifiable' })
    expect(failure.message).toContain('APIv3 key')
    expect(everythingIn(failure)).not.toContain(API_V3_KEY)
  })

  test.each([
    ['no JSON', 'nonsense'],
    [
      'another algorithm',
      { ...aNotice('TRANSACTION.SUCCESS', {}), resource: { ...sealed({}), algorithm: 'X' } },
    ],
    ['no id', { ...aNotice('TRANSACTION.SUCCESS', {}), id: undefined }],
    ['a payment without its number', aNotice('TRANSACTION.SUCCESS', { trade_state: 'SUCCESS' })],
    ['a refund that is none', aNotice('REFUND.SUCCESS', { a: 1 })],
    [
      'another merchant’s payment',
      aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS', { mchid: '1900000109' })),
    ],
    [
      'a sub-merchant’s payment',
      aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS', { sub_mchid: '1900000109' })),
    ],
    [
      'another merchant’s refund',
      aNotice('REFUND.SUCCESS', aRefund('SUCCESS', { mchid: '1900000109' })),
    ],
  ])('%s, though it is signed', async (_, content) => {
    expect(await refused(notified(content))).not.toContain('not genuine')
  })
})

test('several public keys are valid at once, while one replaces another', () => {
  const both = { PUB_KEY_ID_0: wechat.publicKey, PUB_KEY_ID_1: stranger.publicKey }
  const changing = connect('http://127.0.0.1:1', { publicKeys: both }).provider
  const notice = aNotice('TRANSACTION.SUCCESS', anOrder('SUCCESS'))
  const old = notified(notice, { serialNo: 'PUB_KEY_ID_0' })
  const fresh = notified(notice, { serialNo: 'PUB_KEY_ID_1', privateKey: stranger.privateKey })
  expect(changing.parseNotification(old)).toMatchObject({ kind: 'event' })
  expect(changing.parseNotification(fresh)).toMatchObject({ kind: 'event' })
  expect(Object.keys(aConfig({ publicKeys: both }).publicKeys)).toEqual([
    'PUB_KEY_ID_0',
    'PUB_KEY_ID_1',
  ])
})
