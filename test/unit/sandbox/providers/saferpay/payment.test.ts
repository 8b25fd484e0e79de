import { describe, expect, test } from 'vitest'
import { assert, inquire, paid, saferpayWorld, started } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const INITIALIZE = 'PaymentPage/Initialize'

describe('PaymentPage/Initialize', () => {
  test('answers token, expiration and the page', async () => {
    const world = await saferpayWorld()
    const { status, json } = await world.call(INITIALIZE, world.page)
    expect(status).toBe(200)
    expect(json).toEqual({
      ResponseHeader: { SpecVersion: '1.53', RequestId: 'r-1' },
      Token: expect.stringMatching(/^[a-z0-9]{28}$/),
      Expiration: '2026-06-24T08:35:00.000+00:00',
      RedirectUrl: `${world.simulator.url}/vt2/api/PaymentPage/245294/17925578/${String(json['Token'])}`,
    })
    expect(world.simulator.books().payments).toMatchObject([
      { reference: 'order-1001', amount: { value: 1999, currency: 'CHF' }, state: 'open' },
    ])
  })

  test.each([
    ['Amount', { Amount: { Value: 1999, CurrencyCode: 'CHF' } }],
    ['Amount', { Amount: { Value: '19.99', CurrencyCode: 'CHF' } }],
    ['Amount', { Amount: { Value: '0', CurrencyCode: 'CHF' } }],
    ['OrderId', { OrderId: 'o'.repeat(51) }],
    ['OrderId', { OrderId: 'order 1001' }],
    ['Description', { Description: undefined }],
    ['Description', { Description: 'd'.repeat(1_001) }],
  ])('refuses a wrong %s: %j', async (name, Payment) => {
    const world = await saferpayWorld()
    const body = { ...world.page, Payment: { ...world.page.Payment, ...Payment } }
    const { status, json } = await world.call(INITIALIZE, body)
    expect({ status, name: json['ErrorName'] }).toEqual({ status: 400, name: 'VALIDATION_FAILED' })
    expect(JSON.stringify(json['ErrorDetail'])).toContain(name)
  })

  test('demands both notification addresses for WeChat Pay', async () => {
    const world = await saferpayWorld()
    const { FailNotifyUrl } = world.page.Notification
    const { json } = await world.call(INITIALIZE, {
      ...world.page,
      Notification: { FailNotifyUrl },
    })
    expect(json['ErrorDetail']).toEqual(['Notification.SuccessNotifyUrl: missing'])
  })

  test('takes only currencies of the terminal', async () => {
    const world = await saferpayWorld()
    const Amount = { Value: '1', CurrencyCode: 'USD' }
    const body = { ...world.page, Payment: { ...world.page.Payment, Amount } }
    expect((await world.call(INITIALIZE, body)).json['ErrorName']).toBe('CURRENCY_INVALID')
  })

  test('before 1.40 does not know WeChat Pay: the page lists other methods', async () => {
    const world = await saferpayWorld()
    const { json } = await world.call(INITIALIZE, world.page, { SpecVersion: '1.39' })
    await expect(world.simulator.pay(String(json['Token']))).rejects.toThrow('not by WeChat')
    const page = await (await fetch(String(json['RedirectUrl']))).text()
    expect(page).toContain('请选择支付方式')
  })
})

describe('PaymentPage/Assert', () => {
  test('tells a captured payment with everything about it', async () => {
    const world = await saferpayWorld()
    const { token } = await paid(world)
    const { status, json } = await assert(world, token)
    const [booked] = world.simulator.books().payments
    expect(status).toBe(200)
    expect(json['Transaction']).toMatchObject({
      Type: 'PAYMENT',
      Status: 'CAPTURED',
      Id: booked?.id,
      CaptureId: `${booked?.id}_c`,
      Date: '2026-06-24T08:15:00.000+00:00',
      Amount: { Value: '1999', CurrencyCode: 'CHF' },
      OrderId: 'order-1001',
    })
    expect(json['PaymentMeans']).toMatchObject({ Brand: { PaymentMethod: 'WECHATPAY' } })
    expect(json['Payer']).toEqual({ IpAddress: '203.0.113.7', IpLocation: 'CH' })
    expect(booked).toMatchObject({ state: 'paid', paidAtMs: world.clock.nowMs() })
  })

  test('debits the wallet in yuan, rounded half up', async () => {
    const world = await saferpayWorld()
    const before = world.people.balanceFen('li-wei')
    const { token } = await started(world)
    await world.simulator.pay(token, { person: 'li-wei' })
    // 19.99 CHF at 8.91 are 178.1109 CNY.
    expect(before - world.people.balanceFen('li-wei')).toBe(17_811)
  })

  test.each([
    ['decline', 'TRANSACTION_DECLINED', 'failed'],
    ['abort', 'TRANSACTION_ABORTED', 'closed'],
  ] as const)(
    'after %s is %s with 402, and its fail address is called',
    async (verb, name, state) => {
      const world = await saferpayWorld()
      const { token } = await started(world)
      world.simulator[verb](token)
      await world.simulator.notifications.idle()
      expect(await assert(world, token)).toMatchObject({
        status: 402,
        json: { ErrorName: name, Behavior: 'DO_NOT_RETRY', OrderId: 'order-1001' },
      })
      expect(world.notified()).toEqual(['GET ok=0'])
      expect(world.simulator.books().payments).toMatchObject([{ state }])
    },
  )

  test('before the payer starts says so, and asking on is polling', async () => {
    const world = await saferpayWorld()
    const { token } = await started(world)
    const first = await assert(world, token)
    expect(first.json['ErrorName']).toBe('TRANSACTION_NOT_STARTED')
    await assert(world, token)
    expect(world.simulator.pollingViolations()).toBe(2)
    expect(world.simulator.figures()).toEqual({ pollingViolations: 2 })
  })

  test('in vain too often blocks the account', async () => {
    const world = await saferpayWorld({ blockedAfterPolls: 2 })
    const { token } = await started(world)
    expect((await assert(world, token)).status).toBe(402)
    expect((await assert(world, token)).status).toBe(402)
    expect((await assert(world, token)).status).toBe(403)
    expect((await world.call(INITIALIZE, world.page)).status).toBe(403)
  })

  test.each(['TRANSACTION_NOT_STARTED', 'TRANSACTION_ABORTED', 'TOKEN_EXPIRED'] as const)(
    'of a page that lapsed can be %s, and costs one question',
    async (lapsedAs) => {
      const world = await saferpayWorld({ lapsedAs })
      const { token } = await started(world)
      await world.clock.advance(20 * MINUTE_MS)
      expect((await assert(world, token)).json['ErrorName']).toBe(lapsedAs)
      expect(world.simulator.pollingViolations()).toBe(0)
      expect(world.notified()).toEqual([])
    },
  )

  test('works for 24 hours, and not longer', async () => {
    const world = await saferpayWorld()
    const { token } = await paid(world)
    await world.clock.advance(24 * HOUR_MS)
    expect((await assert(world, token)).status).toBe(200)
    await world.clock.advance(1)
    expect((await assert(world, token)).json['ErrorName']).toBe('TOKEN_EXPIRED')
  })

  test('knows no other tokens, and where so set each end only once', async () => {
    const world = await saferpayWorld({ assertOnce: true })
    const { token } = await paid(world)
    expect((await assert(world, 'another')).json['ErrorName']).toBe('TOKEN_INVALID')
    expect((await assert(world, token)).status).toBe(200)
    expect((await assert(world, token)).json['ErrorName']).toBe('TOKEN_INVALID')
  })

  test('of a pending payment is PENDING, then CAPTURED with a notification', async () => {
    const world = await saferpayWorld({ paysAs: 'PENDING' })
    const { token } = await paid(world)
    expect((await assert(world, token)).json['Transaction']).toMatchObject({ Status: 'PENDING' })
    expect(world.notified()).toEqual([])
    await world.clock.advance(10 * MINUTE_MS)
    await world.simulator.notifications.idle()
    expect((await assert(world, token)).json['Transaction']).toMatchObject({ Status: 'CAPTURED' })
    expect(world.notified()).toEqual(['GET ok=1'])
  })
})

describe('Transaction/Inquire', () => {
  test('finds a success by either number, some minutes later', async () => {
    const world = await saferpayWorld()
    await paid(world)
    const TransactionId = world.simulator.books().payments[0]?.id ?? ''
    const { json } = await inquire(world, { TransactionId })
    expect(json['ErrorName']).toBe('TRANSACTION_NOT_FOUND')
    await world.clock.advance(2 * MINUTE_MS)
    for (const reference of [{ TransactionId }, { OrderId: 'order-1001' }]) {
      const found = await inquire(world, reference)
      expect(found.json['Transaction']).toMatchObject({ Id: TransactionId, Status: 'CAPTURED' })
    }
  })

  test('finds nothing that is open or failed', async () => {
    const world = await saferpayWorld({ inquireLagMs: 0 })
    const { token } = await started(world)
    const ask = () => inquire(world, { OrderId: 'order-1001' })
    expect((await ask()).json['ErrorName']).toBe('TRANSACTION_NOT_FOUND')
    world.simulator.decline(token)
    expect((await ask()).json['ErrorName']).toBe('TRANSACTION_NOT_FOUND')
  })

  test('takes exactly one number', async () => {
    const world = await saferpayWorld()
    const both = { OrderId: 'order-1001', TransactionId: 'x' }
    for (const reference of [both, {}]) {
      expect((await inquire(world, reference)).status).toBe(400)
    }
  })
})
