import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { textsFor } from '../../../miniprogram/texts/language.ts'
import { FakeParts, OFFLINE, ORDER, REFUSED } from './fake-parts.ts'
import {
  type BuiltMiniProgram,
  buildForSimulation,
  type Component,
  openPage,
  settled,
  tap,
  textOf,
} from './simulate.ts'

let built: BuiltMiniProgram
beforeAll(async () => {
  built = await buildForSimulation()
})
afterAll(() => built.close())

const open = (name: string, query?: Record<string, string>) => openPage(built, name, query)

const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const

describe('my orders', () => {
  const openOrders = () => open('orders')
  const card = (page: Component) => page.querySelector('.order-card')

  test.each(LOCALES)('are shown with their state (%s)', async (locale) => {
    const fake = new FakeParts(locale).install()
    fake.orders = [ORDER, { ...ORDER, orderRef: 'TEA-0', status: 'closed' }]
    const page = await openOrders()
    const { status } = textsFor(locale).orders
    for (const words of ['Longjing × 2', '¥196.00', status.open, status.closed]) {
      expect(textOf(page)).toContain(words)
    }
  })

  test('say what went back', async () => {
    const fake = new FakeParts().install()
    const refunded = { value: 9_800, currency: 'CNY' }
    fake.orders = [{ ...ORDER, status: 'paid', refunded }]
    const page = await openOrders()
    expect(textOf(page)).toContain('Partly refunded')
    expect(textOf(page)).toContain('¥98.00 went back to you')
  })

  test('that wait can be paid', async () => {
    const fake = new FakeParts().install()
    const page = await openOrders()
    await tap(card(page)?.querySelectorAll('.step').at(-1))
    expect(fake.went).toEqual(['navigateTo /pages/cashier/cashier?orderRef=TEA-1'])
  })

  test('that wait can be asked about, with the token of this device, and change', async () => {
    const fake = new FakeParts().install()
    fake.parts.payment.pendingOrders.write({ orderRef: 'TEA-1', checkoutToken: 'secret' })
    const page = await openOrders()
    fake.resumed = { kind: 'paid', why: null }
    fake.orders = [{ ...ORDER, status: 'paid' }]
    await tap(card(page)?.querySelectorAll('.step')[0])
    await settled()
    expect(fake.resumes).toEqual([{ orderRef: 'TEA-1', checkoutToken: 'secret' }])
    expect(textOf(page)).toContain(textsFor('en').orders.status.paid)
  })

  test('asked about and still open are called "not paid yet", never cancelled', async () => {
    new FakeParts().install()
    const page = await openOrders()
    await tap(card(page)?.querySelectorAll('.step')[0])
    await settled()
    expect(textOf(page)).toContain('Not paid yet')
    expect(textOf(page)).not.toMatch(/cancel/i)
  })

  test.each([
    ['nobody ordered yet', [], 'No orders yet'],
    ['there is no network', OFFLINE, 'No connection'],
    ['the shop stumbles', REFUSED, 'Orders are not available'],
  ] as const)('say so where %s', async (_, orders, words) => {
    const fake = new FakeParts().install()
    fake.orders = orders instanceof Error ? orders : [...orders]
    expect(textOf(await openOrders())).toContain(words)
  })

  test('that were read stay when pulling down finds no network', async () => {
    const fake = new FakeParts().install()
    const page = await openOrders()
    fake.orders = OFFLINE
    page.instance['onPullDownRefresh']?.()
    await settled()
    expect(textOf(page)).toContain('Longjing × 2')
    expect(fake.toasts).toEqual(['No connection'])
  })
})

describe('a page of the shop’s web', () => {
  test('is shown by its path alone', async () => {
    new FakeParts().install()
    const page = await open('web', { path: encodeURIComponent('/shop?lang=en') })
    expect(page.data['src']).toBe('https://tea.example/shop?lang=en')
  })

  test.each(['', '%'])('that cannot be (%j) leads back to the shop', async (path) => {
    new FakeParts().install()
    expect(textOf(await open('web', { path }))).toContain('There is no page to show.')
  })
})
