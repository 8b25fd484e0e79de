import { expect, test } from 'vitest'
import {
  clientActionColumn,
  factColumn,
  settlementColumn,
} from '../../../../server/store/columns.ts'
import { aPaymentFact, aRefundFact } from '../../../support/domain.ts'

test('facts survive the way through the database, also wrong ones, which people must see', () => {
  const wrong = aPaymentFact({ amount: { value: -0.5, currency: 'cny' }, unknownStatus: true })
  for (const fact of [aPaymentFact(), aRefundFact(), wrong]) {
    expect(factColumn.parse(JSON.parse(JSON.stringify(fact)))).toEqual(fact)
  }
})

test('an action, a fact or a settlement of another kind is refused', () => {
  expect(clientActionColumn.safeParse({ kind: 'dance', expiresAtMs: 1 }).success).toBe(false)
  expect(factColumn.safeParse({ ...aPaymentFact(), status: 'refunded' }).success).toBe(false)
  expect(settlementColumn.safeParse({ source: null, settled: null, rate: 6.4 }).success).toBe(false)
})
