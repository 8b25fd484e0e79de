import { describe, expect, test } from 'vitest'
import { paid, pproWorld, started } from './world.ts'

const HOUR_MS = 3_600_000

describe('GETTXSTATUS', () => {
  test('tells of the payment, without what served once', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    const answer = await world.status(txid)
    expect(answer).toMatchObject({ REQUESTSTATUS: 'SUCCEEDED', STATUS: 'PENDING', TXID: txid })
    expect(answer['REDIRECTURL']).toBeDefined()
    expect(answer['REDIRECTSECRET']).toBeUndefined()
    expect(answer['SPECOUT.QRCODEURL']).toBeUndefined()
  })

  test('of an unknown payment fails as a question and says nothing about any payment', async () => {
    const world = await pproWorld()
    const answer = await world.status('881495832')
    expect(answer).toMatchObject({ REQUESTSTATUS: 'FAILED', REQUESTFAILREASON: 'INPUT_DATA' })
    expect(answer['STATUS']).toBeUndefined()
  })

  test('by merchanttxid finds the newest, whatever its capitals', async () => {
    const world = await pproWorld()
    await started(world)
    const newest = await started(world)
    const find = (merchanttxid: string) =>
      world.call({ txtype: 'GETTXSTATUSBYMERCHANTTXID', merchanttxid })
    expect((await find('J2WKC3CDDAJS'))['TXID']).toBe(newest)
    expect(await find('J2wkc3cdDaJ')).toMatchObject({ REQUESTSTATUS: 'FAILED' })
    expect(await find('')).toMatchObject({ REQUESTSTATUS: 'FAILED' })
  })
})

describe('money', () => {
  test('in CNY is settled in dollars as in the published example', async () => {
    const world = await pproWorld()
    const txid = await paid(world, { currency: 'CNY', amount: '1000' })
    expect(await world.status(txid)).toMatchObject({
      STATUS: 'SUCCEEDED',
      'SPECOUT.FXRATE': '6.44145000',
      'SPECOUT.CNYAMOUNT': '10.00',
      'SPECOUT.SRCAMOUNT': '1000',
      'SPECOUT.SRCCURRENCY': 'CNY',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
    })
  })

  test('in CNY is settled in euros where the contract says so', async () => {
    const world = await pproWorld({ settlementRate: '7.80000000', settlementStepMinor: 1 })
    world.simulator.register({ ...world.contract, settlementCurrency: 'EUR' })
    const txid = await paid(world, { currency: 'CNY', amount: '78000' })
    expect(await world.status(txid)).toMatchObject({
      'SPECOUT.SETTLEMENTAMOUNT': '10000',
      'SPECOUT.SETTLEMENTCURRENCY': 'EUR',
    })
  })

  test('in euros debits the wallet as in the published sample and is settled in euros', async () => {
    const world = await pproWorld()
    const before = world.people.balanceFen('li-wei')
    const txid = await paid(world)
    expect(await world.status(txid)).toMatchObject({
      'SPECOUT.SRCAMOUNT': '8274',
      'SPECOUT.CNYAMOUNT': '82.74',
      'SPECOUT.SETTLEMENTAMOUNT': '1055',
      'SPECOUT.SETTLEMENTCURRENCY': 'EUR',
    })
    expect(before - world.people.balanceFen('li-wei')).toBe(8_274)
  })

  test('arrives as funds a day later', async () => {
    const world = await pproWorld({ freeQueries: 1 })
    const txid = await paid(world)
    expect((await world.status(txid))['FUNDSSTATUS']).toBe('WAITING')
    await world.clock.advance(24 * HOUR_MS)
    expect((await world.status(txid))['FUNDSSTATUS']).toBe('RECEIVED')
  })
})

describe('the end of a payment', () => {
  test('unpaid, it fails by time-out at its expiry and can no longer be paid', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    await world.clock.advance(2 * HOUR_MS - 1)
    expect(world.simulator.books().payments[0]?.state).toBe('open')
    await world.clock.advance(1)
    expect(await world.status(txid)).toMatchObject({
      REQUESTSTATUS: 'SUCCEEDED',
      STATUS: 'FAILED',
      FAILREASON: 'TIMEOUT',
      FUNDSSTATUS: 'NOT_EXPECTED',
    })
    await expect(world.simulator.pay(txid)).rejects.toMatchObject({ status: 409 })
  })

  test('paid, its expiry changes nothing', async () => {
    const world = await pproWorld()
    await paid(world)
    await world.clock.advance(3 * HOUR_MS)
    expect(world.simulator.books().payments[0]?.state).toBe('paid')
    expect(world.notifications()).toHaveLength(1)
  })

  test('a vain try leaves it pending; declined or aborted, it fails for that reason', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    world.simulator.failTry(txid)
    expect((await world.status(txid))['STATUS']).toBe('PENDING')
    world.simulator.decline(txid, 'USER_ABORT')
    await world.simulator.notifications.idle()
    expect(await world.status(txid)).toMatchObject({ STATUS: 'FAILED', FAILREASON: 'USER_ABORT' })
    expect(() => world.simulator.decline(txid)).toThrow('FAILED')
    const other = await started(world)
    world.simulator.decline(other)
    expect((await world.status(other))['FAILREASON']).toBe('REMOTE_DECLINE')
  })

  test('CANCELTX cancels only where the switch allows it, and never a paid one', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    const cancel = (id: string) => world.call({ txtype: 'CANCELTX', txid: id })
    expect(await cancel(txid)).toMatchObject({ REQUESTSTATUS: 'FAILED' })
    world.simulator.configure({ cancellable: true })
    expect(await cancel(txid)).toMatchObject({ STATUS: 'FAILED', FAILREASON: 'CANCELED' })
    const done = await paid(world)
    expect(await cancel(done)).toMatchObject({ REQUESTSTATUS: 'FAILED' })
    expect((await world.status(done))['STATUS']).toBe('SUCCEEDED')
  })
})

describe('polling', () => {
  test('without anything new is counted as forbidden', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    await world.status(txid)
    await world.status(txid)
    expect(world.simulator.pollingViolations(txid)).toBe(2)
    expect(world.simulator.figures()).toEqual({ pollingViolations: 2 })
  })

  test('one question per notification is allowed, a second one is not', async () => {
    const world = await pproWorld()
    const txid = await paid(world)
    await world.status(txid)
    expect(world.simulator.pollingViolations()).toBe(0)
    await world.status(txid)
    expect(world.simulator.pollingViolations()).toBe(1)
  })

  test('at the expiry one may ask although the notification was lost', async () => {
    const world = await pproWorld()
    world.simulator.faults.set({ notifications: { delay: { ms: 10 * HOUR_MS } } })
    const txid = await paid(world)
    await world.clock.advance(2 * HOUR_MS)
    expect((await world.status(txid))['STATUS']).toBe('SUCCEEDED')
    expect(world.simulator.pollingViolations()).toBe(0)
  })

  test('looking up by merchanttxid is for lost answers and free', async () => {
    const world = await pproWorld()
    await started(world)
    await world.call({ txtype: 'GETTXSTATUSBYMERCHANTTXID', merchanttxid: 'J2wkc3cdDaJS' })
    expect(world.simulator.pollingViolations()).toBe(0)
  })
})

test('a reset forgets payments, timers and changed switches, and keeps contracts', async () => {
  const world = await pproWorld()
  const txid = await started(world)
  world.simulator.configure({ cancellable: true })
  world.simulator.reset()
  expect(await world.status(txid)).toMatchObject({ REQUESTSTATUS: 'FAILED' })
  expect(world.simulator.behaviour().cancellable).toBe(false)
  await world.clock.advance(3 * HOUR_MS)
  expect(world.notifications()).toEqual([])
  expect((await world.call(world.transaction))['STATUS']).toBe('PENDING')
})
