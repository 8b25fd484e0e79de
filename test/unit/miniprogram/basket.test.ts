import { expect, test } from 'vitest'
import { createBasket } from '../../../miniprogram/basket.ts'
import { createPendingOrderStore } from '../../../miniprogram/payment/pending-order.ts'
import { memoryStorage } from './memory-storage.ts'

function aBasket(storage = memoryStorage()) {
  let count = 0
  const newKey = () => {
    count += 1
    return `key-${count}`
  }
  return createBasket({ storage, newKey })
}

test('the basket survives the end of the program', () => {
  const storage = memoryStorage()
  aBasket(storage).setQuantity('longjing', 2)
  expect(aBasket(storage).quantities()).toEqual({ longjing: 2 })
})

test('a quantity stays between one and 99, and zero takes the product out', () => {
  const basket = aBasket()
  basket.setQuantity('longjing', 200)
  basket.setQuantity('tieguanyin', 1.9)
  basket.setQuantity('shou-puer', 3)
  basket.setQuantity('shou-puer', 0)
  basket.setQuantity('da-hong-pao', -4)
  expect(basket.quantities()).toEqual({ longjing: 99, tieguanyin: 1 })
})

test('one basket is ordered under one key, also after a restart', () => {
  const storage = memoryStorage()
  const basket = aBasket(storage)
  basket.setQuantity('longjing', 1)
  const key = basket.orderKey()
  expect(basket.orderKey()).toBe(key)
  expect(aBasket(storage).orderKey()).toBe(key)
})

test('another basket, and a basket that was refused, gets another key', () => {
  const basket = aBasket()
  basket.setQuantity('longjing', 1)
  const first = basket.orderKey()
  basket.setQuantity('longjing', 2)
  const second = basket.orderKey()
  basket.forgetOrderKey()
  expect(new Set([first, second, basket.orderKey()]).size).toBe(3)
  expect(basket.quantities()).toEqual({ longjing: 2 })
})

test.each(['', 'not json', '7', '{"quantities":{"a":"2","b":-1,"c":1.5,"d":2}}'])(
  'whatever an older version left reads as a sound basket: %j',
  (left) => {
    const storage = memoryStorage({ basket: left })
    const quantities = aBasket(storage).quantities()
    expect(quantities).toEqual(left.startsWith('{') ? { d: 2 } : {})
  },
)

test('the pending order comes back, and only its own end clears it', () => {
  const storage = memoryStorage()
  const order = { orderRef: 'TEA-1', checkoutToken: 'secret' }
  createPendingOrderStore(storage).write(order)
  const store = createPendingOrderStore(storage)
  store.clear('TEA-2')
  expect(store.read()).toEqual(order)
  store.clear('TEA-1')
  expect(store.read()).toBeNull()
})

test.each(['', 'not json', '7', '{}', '{"orderRef":7}'])(
  'nonsense is no pending order: %j',
  (left) => {
    expect(createPendingOrderStore(memoryStorage({ pendingOrder: left })).read()).toBeNull()
  },
)
