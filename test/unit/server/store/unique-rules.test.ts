import { expect, test } from 'vitest'
import { ruleOfColumns } from '../../../../server/store/unique-rules.ts'

test('a rule goes by its name, however the database tells of it', () => {
  expect(ruleOfColumns('payments.account_id, payments.out_trade_no')).toBe('payments_out_trade_no')
  expect(ruleOfColumns('payments.order_ref')).toBe('payments_one_live_per_order')
})

test('columns of an unknown rule stand for themselves', () => {
  expect(ruleOfColumns('payments.scene')).toBe('payments.scene')
})
