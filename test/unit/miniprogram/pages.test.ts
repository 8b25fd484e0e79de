import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { paymentTexts } from '../../../miniprogram/payment/texts/texts.ts'
import { textsFor } from '../../../miniprogram/texts/language.ts'
import { FakeParts, MISSING, OFFLINE, ORDER, REFUSED } from './fake-parts.ts'
import {
  type BuiltMiniProgram,
  buildForSimulation,
  openPage,
  outcomeAction,
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
const TO_SHOP = 'reLaunch /pages/catalogue/catalogue'

describe('the result', () => {
  const openResult = () => open('result', { orderRef: 'TEA-1', verdict: 'paid' })

  test.each(LOCALES)('is a receipt once the server says paid (%s)', async (locale) => {
    const fake = new FakeParts(locale).install()
    fake.order = { ...ORDER, status: 'paid', paidAt: '2026-06-24T02:05:00.000Z' }
    fake.parts.payment.pendingOrders.write({ orderRef: 'TEA-1', checkoutToken: 'secret' })
    const page = await openResult()
    for (const words of [paymentTexts(locale).outcomes.paid.title, '¥196.00', 'Longjing', ':05']) {
      expect(textOf(page)).toContain(words)
    }
    expect(fake.parts.payment.pendingOrders.read()).toBeNull()
  })

  test('never says paid because the address does', async () => {
    new FakeParts().install()
    const page = await openResult()
    expect(page.data['kind']).toBe('dismissed')
    expect(textOf(page)).not.toContain(textsFor('en').receipt.thanks)
  })

  test.each([
    [
      'closed',
      (fake: FakeParts) => {
        fake.order = { ...ORDER, status: 'closed' }
      },
    ],
    [
      'offline',
      (fake: FakeParts) => {
        fake.order = OFFLINE
      },
    ],
    [
      'missing',
      (fake: FakeParts) => {
        fake.order = MISSING
      },
    ],
    [
      'pending',
      (fake: FakeParts) => {
        fake.parts.payment.pendingOrders.write({ orderRef: 'TEA-1', checkoutToken: null })
        fake.resumed = { kind: 'pending', why: null }
      },
    ],
  ] as const)('shows %s', async (screen, arrange) => {
    const fake = new FakeParts().install()
    arrange(fake)
    const page = await openResult()
    expect(page.data['kind']).toBe(screen)
    expect(textOf(page)).toContain(paymentTexts('en').outcomes[screen].title)
  })

  test('a closed order leads to a new one', async () => {
    const fake = new FakeParts().install()
    fake.order = { ...ORDER, status: 'closed' }
    const page = await openResult()
    await tap(outcomeAction(page, 'main'))
    expect(fake.went).toEqual([TO_SHOP])
  })
})

test.each([
  ['pages/catalogue/catalogue', 'redirectTo /pages/orders/orders'],
  ['pages/orders/orders', 'navigateBack'],
])(
  'from the result of an order that was opened from %s, my orders are %s away',
  async (below, way) => {
    const fake = new FakeParts().install()
    fake.stack = [below, 'pages/result/result']
    const page = await open('result', { orderRef: 'TEA-1' })
    await tap(page.querySelector('.link'))
    expect(fake.went).toEqual([way])
  },
)

describe('a link of WeChat’s order centre', () => {
  const openLink = () => open('result', { outTradeNo: '4200001' })

  test('leads to the order that WeChat means', async () => {
    const fake = new FakeParts().install()
    fake.found = { orderRef: 'TEA-1', checkoutToken: null }
    fake.order = { ...ORDER, status: 'paid', paidAt: '2026-06-24T02:05:00.000Z' }
    const page = await openLink()
    expect(fake.asked).toEqual(['4200001'])
    expect(textOf(page)).toContain('TEA-1')
    expect(page.data['kind']).toBe('paid')
  })

  test('of another payer leads to nothing', async () => {
    const fake = new FakeParts().install()
    const page = await openLink()
    expect(page.data['kind']).toBe('missing')
    expect(textOf(page)).not.toContain('¥')
    expect(fake.asked).toHaveLength(1)
  })

  test('can be tried again once the network is back', async () => {
    const fake = new FakeParts().install()
    fake.found = OFFLINE
    const page = await openLink()
    expect(page.data['kind']).toBe('offline')
    fake.found = { orderRef: 'TEA-1', checkoutToken: null }
    await tap(outcomeAction(page, 'main'))
    expect(page.data['kind']).toBe('dismissed')
  })
})

describe('after shipping', () => {
  const shipment = { transactionId: '42', merchantId: '19', outTradeNo: 'T1' }
  const SHIPPED = { ...ORDER, status: 'paid', shipment } as const
  const openResult = () => open('result', { orderRef: 'TEA-1' })

  test('the receipt is confirmed on WeChat’s own page', async () => {
    const fake = new FakeParts().install()
    const opened: object[] = []
    vi.stubGlobal('wx', {
      ...Object(globalThis).wx,
      openBusinessView(option: { success: (answer: object) => void; extraData: object }) {
        opened.push(option.extraData)
        option.success({ extraData: { status: 'success' } })
      },
    })
    fake.order = SHIPPED
    const page = await openResult()
    await tap(page.querySelector('.confirm'))
    expect(opened).toEqual([{ transaction_id: '42', merchant_id: '19', merchant_trade_no: 'T1' }])
    expect(fake.toasts).toEqual([textsFor('en').orders.confirmed])
  })

  test('nothing is offered where this WeChat has no such page', async () => {
    new FakeParts().install().order = SHIPPED
    expect((await openResult()).querySelector('.confirm')).toBeUndefined()
  })
})

describe('the catalogue', () => {
  test('shows the teas with the prices of the shop', async () => {
    new FakeParts().install()
    const page = await open('catalogue')
    expect(textOf(page)).toContain('¥98.00')
    expect(page.querySelector('.bar')).toBeUndefined()
  })

  test('a chosen tea brings the way to the order', async () => {
    const fake = new FakeParts().install()
    const page = await open('catalogue')
    page.instance['onQuantity']?.({ detail: { productId: 'longjing', quantity: 2 } })
    expect(textOf(page.querySelector('.bar'))).toMatch(/^2 in all ?Check out$/)
    await tap(page.querySelector('.button'))
    expect(fake.went).toEqual(['navigateTo /pages/order/order'])
  })

  test('offline is said, and a retry shows the teas', async () => {
    const fake = new FakeParts().install()
    const { products } = fake
    fake.products = OFFLINE
    const page = await open('catalogue')
    expect(textOf(page)).toContain('No connection')
    fake.products = products
    page.instance['onRetry']?.()
    await settled()
    expect(textOf(page)).toContain('¥98.00')
  })

  test('an empty shop says so', async () => {
    new FakeParts().install().products = []
    expect(textOf(await open('catalogue'))).toContain('No tea today')
  })

  test('a network that is slow is called slow, and the teas still come', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const fake = new FakeParts().install()
    let answer = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      answer = resolve
    })
    const products = async () => arrived.then(() => fake.products)
    Object.assign(fake.parts.shop, { products })
    const page = await open('catalogue')
    vi.advanceTimersByTime(4_000)
    expect(textOf(page)).toContain(textsFor('en').slow)
    answer()
    await settled()
    expect(textOf(page)).toContain('¥98.00')
    expect(textOf(page)).not.toContain(textsFor('en').slow)
  })

  test('leads to the orders, the terms and WeChat’s own privacy page', async () => {
    const fake = new FakeParts().install()
    const page = await open('catalogue')
    for (const link of page.querySelectorAll('.link')) await tap(link)
    // This WeChat has no privacy page, so the terms stand in.
    expect(fake.went).toEqual([
      'navigateTo /pages/orders/orders',
      'navigateTo /pages/terms/terms',
      'navigateTo /pages/terms/terms',
    ])
  })

  test.each([
    ['paid', 'paid', 'Your last order is paid', null],
    ['open', 'open', 'An order is waiting for payment', 'TEA-1'],
    ['closed', 'closed', '', null],
  ] as const)('after a cold start, an order that is %s', async (_, status, words, kept) => {
    const fake = new FakeParts().install()
    fake.order = { ...ORDER, status }
    fake.parts.payment.pendingOrders.write({ orderRef: 'TEA-1', checkoutToken: 'secret' })
    const page = await open('catalogue')
    expect(fake.resumes).toHaveLength(1)
    expect(textOf(page.querySelector('.page'))).toContain(words)
    expect(page.data['notice'] === null).toBe(words === '')
    expect(fake.parts.payment.pendingOrders.read()?.orderRef ?? null).toBe(kept)
  })
})

describe('the order page', () => {
  async function openOrder(fake: FakeParts) {
    fake.parts.basket.setQuantity('longjing', 2)
    return open('order')
  }

  test('places the order once, and takes its number to the cashier', async () => {
    const fake = new FakeParts().install()
    const page = await openOrder(fake)
    expect(textOf(page)).toContain('¥196.00')
    await tap(page.querySelector('.button'))
    await tap(page.querySelector('.button'))
    expect(fake.placed).toEqual([{ quantities: { longjing: 2 }, idempotencyKey: 'key-1' }])
    expect(fake.went).toEqual(['redirectTo /pages/cashier/cashier?orderRef=TEA-1'])
    expect(fake.parts.payment.pendingOrders.read()).toEqual({
      orderRef: 'TEA-1',
      checkoutToken: 'secret',
    })
    expect(fake.parts.basket.quantities()).toEqual({})
  })

  test.each([
    ['lost on the way is sent again under the same key', OFFLINE, ['key-1', 'key-1']],
    ['refused is another order next time', REFUSED, ['key-1', 'key-2']],
  ])('an order %s', async (_, error, keys) => {
    const fake = new FakeParts().install()
    fake.placing = error
    const page = await openOrder(fake)
    await tap(page.querySelector('.button'))
    await tap(page.querySelector('.button'))
    expect(fake.placed.map(({ idempotencyKey }) => idempotencyKey)).toEqual(keys)
    expect(page.querySelector('.alert')).toBeDefined()
    expect(fake.parts.basket.quantities()).toEqual({ longjing: 2 })
  })

  test('an empty basket leads back to the teas', async () => {
    const fake = new FakeParts().install()
    const page = await open('order')
    expect(textOf(page)).toContain('Nothing chosen yet')
    page.instance['onBack']?.()
    expect(fake.went).toEqual(['navigateBack'])
  })
})
