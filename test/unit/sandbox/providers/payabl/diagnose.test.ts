import { describe, expect, test } from 'vitest'
import { elements, type PayablWorld, paid, payablWorld, sign, started } from './world.ts'

const DAY_MS = 86_400_000
const today = { start_date: '24.06.2026', end_date: '24.06.2026' }
const diagnose = (world: PayablWorld, form: Record<string, string>) =>
  world.text('tx_diagnose', form)
const ids = async (world: PayablWorld, form: Record<string, string>) =>
  elements(await diagnose(world, form), 'transaction_id')

describe('tx_diagnose', () => {
  test('tells one transaction as its page shows it', async () => {
    const world = await payablWorld()
    const id = await started(world)
    const item = (code: string) =>
      [
        `<transaction><transaction_id>${id}</transaction_id><order_id>order-1001</order_id>`,
        '<type>preauthorization</type><amount>19.99</amount><currency>EUR</currency>',
        '<creation_date>24.06.2026 08:15:00</creation_date><custom1/>',
        `<error_code>${code}</error_code></transaction>`,
      ].join('')
    const xml = await diagnose(world, { type: 'tx', transactionid: id })
    expect(xml).toContain('<?xml version="1.0" encoding="ISO-8859-1"?>')
    expect(xml).toContain('<process><error_message/><process_time>24.06.2026 08:15:00')
    expect(xml).toContain(item('2000'))
    await world.simulator.pay(id)
    expect(await diagnose(world, { type: 'tx', transactionid: id })).toContain(item('0'))
  })

  test.each([
    ['expire', '-1315', 'closed'],
    ['leave', '-5003', 'closed'],
    ['decline', '-5002', 'failed'],
  ] as const)('tells what "%s" made of it: %s', async (verb, code, state) => {
    const world = await payablWorld()
    const id = await started(world)
    world.simulator[verb](id)
    const xml = await diagnose(world, { type: 'tx', transactionid: id })
    expect(elements(xml, 'error_code')).toEqual([code])
    expect(world.simulator.books().payments[0]?.state).toBe(state)
    expect(await ids(world, { type: 'failed', ...today })).toEqual([id])
    expect(await ids(world, { type: 'pending', ...today })).toEqual([])
  })

  test('finds every payment of an order within the days, both included', async () => {
    const world = await payablWorld()
    const first = await started(world)
    await world.clock.advance(DAY_MS)
    const second = await started(world)
    await started(world, { orderid: 'order-1002' })
    const find = (start_date: string, end_date: string) =>
      ids(world, { type: 'orderid', orderid: 'order-1001', start_date, end_date })
    expect(await find('24.06.2026', '25.06.2026')).toEqual([first, second])
    expect(await find('24.06.2026', '24.06.2026')).toEqual([first])
    expect(await find('26.06.2026', '26.06.2026')).toEqual([])
  })

  test('lists captures of paid payments, pending ones apart', async () => {
    const world = await payablWorld()
    const open = await started(world)
    const done = await paid(world)
    expect(await ids(world, { type: 'capture', ...today })).toEqual([done])
    expect(await ids(world, { type: 'pending', ...today })).toEqual([open])
    expect(await ids(world, { type: 'chb', ...today })).toEqual([])
    const tomorrow = { start_date: '25.06.2026', end_date: '25.06.2026' }
    expect(await ids(world, { type: 'capture', ...tomorrow })).toEqual([])
  })

  test('knows the other ways in which it could list captures', async () => {
    const world = await payablWorld({ captureNumbers: 'own', captureAfterMs: 1_000 })
    const id = await paid(world)
    const list = { type: 'capture', ...today }
    expect(await ids(world, list)).toEqual([])
    await world.clock.advance(1_000)
    const xml = await diagnose(world, list)
    expect(elements(xml, 'order_id')).toEqual(['order-1001'])
    expect(elements(xml, 'transaction_id')).not.toEqual([id])
    world.simulator.configure({ listsCaptures: false })
    expect(await ids(world, list)).toEqual([])
  })

  test('can say 0 of an open payment, a strange word, and another sum', async () => {
    const world = await payablWorld({ openCode: '0', sumsOffByMinor: -1 })
    const id = await started(world)
    const ask = () => diagnose(world, { type: 'tx', transactionid: id })
    expect(elements(await ask(), 'error_code')).toEqual(['0'])
    expect(elements(await ask(), 'amount')).toEqual(['19.98'])
    world.simulator.configure({ strangeCode: 'MAYBE' })
    expect(elements(await ask(), 'error_code')).toEqual(['MAYBE'])
  })

  test('of an unknown number is empty, or an error', async () => {
    const world = await payablWorld()
    const ask = () => diagnose(world, { type: 'tx', transactionid: '1' })
    expect(elements(await ask(), 'status')).toEqual(['0'])
    expect(elements(await ask(), 'transaction_id')).toEqual([])
    world.simulator.configure({ unknownNumber: 'error' })
    expect(elements(await ask(), 'error_message')).toEqual(['transaction not found'])
  })

  test('shows no merchant the payments of another', async () => {
    const world = await payablWorld()
    const id = await paid(world)
    const [merchant] = world.simulator.merchants()
    if (!merchant) throw new Error('no merchant')
    world.simulator.register({ ...merchant, merchantId: 'other' })
    const named = { merchantid: 'other', type: 'tx', transactionid: id }
    const { text } = await world.raw('tx_diagnose', { ...named, signature: sign(named) })
    expect(elements(text, 'transaction_id')).toEqual([])
  })

  test.each([
    { type: 'nonsense' },
    { type: 'capture', start_date: '2026-06-24', end_date: '2026-06-25' },
    { type: 'capture', start_date: '25.06.2026', end_date: '23.06.2026' },
    { type: 'capture', start_date: '25.06.2026' },
  ])('refuses %j in its own layout', async (form) => {
    const world = await payablWorld()
    expect(elements(await diagnose(world, form), 'status')).toEqual(['-6000'])
  })

  test('of too many days is a 504', async () => {
    const world = await payablWorld()
    const form = {
      merchantid: 'gateway_test',
      type: 'capture',
      start_date: '01.01.2026',
      end_date: '24.06.2026',
    }
    expect((await world.raw('tx_diagnose', { ...form, signature: sign(form) })).status).toBe(504)
  })

  test('by a stranger is -999 in its own layout', async () => {
    const world = await payablWorld()
    const { text } = await world.raw('tx_diagnose', { merchantid: 'gateway_test', type: 'tx' })
    expect(elements(text, 'status')).toEqual(['-999'])
  })
})
