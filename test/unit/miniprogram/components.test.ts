import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltMiniProgram, buildForSimulation, tap, textOf } from './simulate.ts'

let built: BuiltMiniProgram
beforeAll(async () => {
  built = await buildForSimulation()
})
afterAll(() => built.close())

describe('a price', () => {
  test.each([
    [12_800, 'CNY', ['¥', '128', '.00']],
    [3_990, 'CNY', ['¥', '39', '.90']],
    [5, 'CNY', ['¥', '0', '.05']],
    [1_999, 'JPY', ['JPY', '1999', '']],
  ])('%i minor units of %s read %j', (value, currency, parts) => {
    const price = built.show('components/price/price', { value, currency })
    const shown = ['.sign', '.whole', '.decimals'].map((part) => textOf(price.querySelector(part)))
    expect(shown).toEqual(parts)
  })
})

describe('a stepper', () => {
  function aStepper(properties: object) {
    const stepper = built.show('components/stepper/stepper', properties)
    const heard: unknown[] = []
    stepper.addEventListener('change', ({ detail }) => heard.push(detail))
    return { stepper, heard }
  }

  test('asks for one more and one less, and changes nothing by itself', async () => {
    const { stepper, heard } = aStepper({ quantity: 2 })
    for (const step of stepper.querySelectorAll('.step')) await tap(step)
    expect(heard).toEqual([{ quantity: 1 }, { quantity: 3 }])
    expect(textOf(stepper)).toBe('2')
  })

  test('offers no less than nothing, and no more than the most', async () => {
    expect(aStepper({ quantity: 0 }).stepper.querySelectorAll('.step')).toHaveLength(1)
    const { stepper, heard } = aStepper({ quantity: 99 })
    await tap(stepper.querySelectorAll('.step').at(-1))
    expect(heard).toEqual([])
  })
})

test('a product row says which product it was', () => {
  const row = built.show('components/product-row/product-row', {
    productId: 'longjing',
    name: 'Longjing',
    value: 12_800,
    quantity: 1,
  })
  const heard: unknown[] = []
  row.addEventListener('change', ({ detail }) => heard.push(detail))
  expect(textOf(row)).toContain('¥128.00')
  row.instance['onChange']?.({ detail: { quantity: 2 } })
  expect(heard).toEqual([{ productId: 'longjing', quantity: 2 }])
})

test('a summary shows the sums it is given and adds nothing up', () => {
  const line = { productId: 'a', name: 'Longjing', quantity: 2, value: 25_600, currency: 'CNY' }
  const summary = built.show('components/order-summary/order-summary', {
    heading: 'Items',
    lines: [line],
    totalLabel: 'Total',
    total: 20_000,
  })
  expect(textOf(summary)).toBe('ItemsLongjing× 2¥256.00Total¥200.00')
})

test.each([
  ['open', ['Check', 'Pay'], ['check', 'pay']],
  ['paid', ['Details'], ['view']],
  ['shipped', ['Details', 'Received'], ['view', 'confirm']],
  ['refunded', ['Details'], ['view']],
  ['closed', ['Details'], ['view']],
])('an order that is %s offers %j', async (state, words, events) => {
  const labels = { pay: 'Pay', check: 'Check', view: 'Details', confirm: 'Received' }
  const card = built.show('components/order-card/order-card', { orderRef: 'T', state, ...labels })
  const heard: unknown[] = []
  for (const event of ['pay', 'check', 'view', 'confirm']) {
    card.addEventListener(event, ({ detail }) => heard.push([event, detail]))
  }
  expect(card.querySelectorAll('.step').map(textOf)).toEqual(words)
  for (const step of card.querySelectorAll('.step')) await tap(step)
  expect(heard).toEqual(events.map((event) => [event, { orderRef: 'T' }]))
})

test('an order that is being asked about answers no tap', async () => {
  const card = built.show('components/order-card/order-card', { pay: 'Pay', busy: true })
  const heard: unknown[] = []
  card.addEventListener('pay', ({ detail }) => heard.push(detail))
  await tap(card.querySelector('.step'))
  expect(heard).toEqual([])
})
