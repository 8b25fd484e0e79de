import { describe, expect, test } from 'vitest'
import { elements, MERCHANT, paid, payablWorld, sign, started } from './world.ts'

const MINUTE_MS = 60_000

describe('a notification', () => {
  test('names the order and is signed, as the text of the page says', async () => {
    const world = await payablWorld()
    await paid(world, { orderid: 'Payabl-Test' })
    // The notification of payabl.'s WeChat Pay page, byte for byte.
    expect(world.sink.bodies()).toEqual([
      [
        'PAYMENTGUARANTEE=NONE&TXID=Payabl-Test&HASH=138217dc940e0698eb9a9803afb31025ff3d3b87',
        '&REQUESTSTATUS=SUCCEEDED&TAG=wechatpay&ERRMSG=&STATUS=SUCCEEDED',
      ].join(''),
    ])
    expect(world.sink.received[0]?.headers['content-type']).toContain('x-www-form-urlencoded')
  })

  test('of H5 as published names PPRO’s number, has figures, and no hash', async () => {
    const world = await payablWorld({ notification: 'asPublished' })
    const h5 = { custom2: 'wechatpayh5', amount: '1.23', currency: 'USD' }
    const answer = await world.call('payment_preauthorize', { ...world.payment, ...h5 })
    await world.simulator.pay(answer['transactionid'] ?? '')
    await world.simulator.notifications.idle()
    // The notification of payabl.'s WeChat Pay page, but for its two random words.
    expect(world.sink.bodies()).toEqual([
      [
        `REQUESTSTATUS=SUCCEEDED&STATUS=SUCCEEDED&TXID=${answer['ppro_id']}&ERRMSG=`,
        '&CHANNEL=testchannel&TAG=wechatpayh5&PAYMENTGUARANTEE=NONE',
        `&REDIRECTSECRET=${answer['redirect_secret']}&SPECOUT.CNYAMOUNT=9.64`,
        '&SPECOUT.FXRATE=7.843417&SPECOUT.SETTLEMENTAMOUNT=123&SPECOUT.SETTLEMENTCURRENCY=USD',
        '&SPECOUT.SRCAMOUNT=964&SPECOUT.SRCCURRENCY=CNY',
      ].join(''),
    ])
  })

  test('of H5 with a hash has the same figures, under the hash, and those of a failure have none', async () => {
    const world = await payablWorld()
    const h5 = { custom2: 'wechatpayh5', amount: '1.23', currency: 'USD' }
    const begun = () => world.call('payment_preauthorize', { ...world.payment, ...h5 })
    await world.simulator.pay((await begun())['transactionid'] ?? '')
    world.simulator.leave((await begun())['transactionid'] ?? '')
    await world.simulator.notifications.idle()
    const [paidFields = {}, failedFields = {}] = world.notifications()
    const { HASH, ...hashed } = paidFields
    expect(HASH).toBe(sign(hashed))
    expect(hashed).toMatchObject({
      TXID: 'order-1001',
      'SPECOUT.SRCAMOUNT': '964',
      'SPECOUT.CNYAMOUNT': '9.64',
      'SPECOUT.SETTLEMENTAMOUNT': '123',
      'SPECOUT.FXRATE': '7.843417',
    })
    expect(Object.keys(failedFields).filter((name) => name.startsWith('SPECOUT'))).toEqual([])
  })

  test.each(['signed', 'unsigned'] as const)(
    'is sent for a failure too (%s), and not while the payment is pending',
    async (notification) => {
      const world = await payablWorld({ notification })
      const id = await started(world)
      expect(world.notifications()).toEqual([])
      world.simulator.leave(id)
      await world.simulator.notifications.idle()
      const [fields = {}] = world.notifications()
      expect(fields).toMatchObject({ STATUS: 'FAILED', ERRMSG: 'payment aborted by user' })
      const { HASH, ...hashed } = fields
      expect(HASH).toBe(notification === 'signed' ? sign(hashed) : undefined)
    },
  )

  test('is sent when the payment’s time is over', async () => {
    const world = await payablWorld()
    await started(world)
    await world.clock.advance(2 * 60 * MINUTE_MS)
    expect(world.notifications()).toMatchObject([{ STATUS: 'FAILED', ERRMSG: 'timeout' }])
  })

  test('not taken is repeated with growing pauses', async () => {
    const world = await payablWorld()
    await world.sink.close()
    await paid(world)
    await world.clock.advance(24 * 60 * MINUTE_MS)
    const log = world.simulator.notifications.log()
    const pauses = log
      .slice(1)
      .map(({ atMs }, index) => (atMs - (log[index]?.atMs ?? 0)) / MINUTE_MS)
    expect(pauses).toEqual([1, 5, 30, 120, 720])
    expect(world.simulator.notifications.pending()).toBe(0)
  })

  test('can be forged, with a hash that does not fit', async () => {
    const world = await payablWorld()
    const id = await started(world)
    world.simulator.forgePaid(id)
    await world.simulator.notifications.idle()
    const [{ HASH, ...hashed } = { HASH: '' }] = world.notifications()
    expect(hashed).toMatchObject({ STATUS: 'SUCCEEDED', TXID: 'order-1001' })
    expect(HASH).toMatch(/^[0-9a-f]{40}$/)
    expect(HASH).not.toBe(sign(hashed))
    expect(world.simulator.books().payments[0]?.state).toBe('open')
  })

  test('goes to the merchant’s usual address where the payment names none', async () => {
    const world = await payablWorld()
    await paid(world, { notification_url: '' })
    expect(world.notifications()).toEqual([])
    world.simulator.register({ ...MERCHANT, notificationUrl: world.sink.url })
    await paid(world, { notification_url: '' })
    expect(world.notifications()).toHaveLength(1)
  })

  test('is sent once more on request, for what is final', async () => {
    const world = await payablWorld()
    const [done, open] = [await paid(world), await started(world)]
    const form = { transactionid: `${done},${open},1` }
    const xml = await world.text('send_notification', form)
    await world.simulator.notifications.idle()
    expect(elements(xml, 'notification_status')).toEqual(['0'])
    expect(elements(xml, 'transaction_id')).toEqual([done, open, '1'])
    expect(elements(xml, 'notification_sent')).toEqual(['1', '0', '0'])
    expect(elements(xml, 'error_code')).toEqual(['0', '0', '-6000'])
    const bodies = world.sink.bodies()
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toBe(bodies[0])
  })
})
