import { describe, expect, test } from 'vitest'
import {
  isLive,
  ORDER_EDGES,
  PAYMENT_EDGES,
  REFUND_EDGES,
  SHIPMENT_EDGES,
} from '../../../../server/domain/transitions.ts'

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>

function movesOf(table: Table) {
  return Object.entries(table).flatMap(([from, edges]) =>
    Object.entries(edges).map(([to, event]) => ({ move: `${from} → ${to}`, to, event })),
  )
}

/** What can happen at all, said a second time: a line too many or too few here costs money. */
describe.each<[string, Table, readonly string[]]>([
  [
    'payment',
    PAYMENT_EDGES,
    [
      'created → pending',
      'created → paid',
      'created → failed',
      'created → closed',
      'pending → paid',
      'pending → failed',
      'pending → closed',
      'failed → paid',
      'closed → paid',
    ],
  ],
  ['order', ORDER_EDGES, ['open → paid', 'open → closed', 'closed → paid']],
  [
    'refund',
    REFUND_EDGES,
    [
      'requested → processing',
      'requested → succeeded',
      'requested → failed',
      'requested → needsAction',
      'processing → succeeded',
      'processing → failed',
      'processing → needsAction',
      'needsAction → processing',
      'needsAction → succeeded',
      'needsAction → failed',
    ],
  ],
  ['shipment', SHIPMENT_EDGES, ['requested → accepted', 'requested → failed']],
])('the life of every %s', (thing, table, moves) => {
  test('has these moves and no other', () => {
    expect(movesOf(table).map(({ move }) => move)).toEqual(moves)
  })

  test('tells the merchant, at each move, what it has become', () => {
    for (const { to, event } of movesOf(table)) expect(event).toBe(`${thing}.${to}`)
  })
})

describe('a payer can still pay', () => {
  test.each(['created', 'pending'] as const)('through a payment that is %s', (status) => {
    expect(isLive(status)).toBe(true)
  })

  test.each(['paid', 'failed', 'closed'] as const)('not through one that is %s', (status) => {
    expect(isLive(status)).toBe(false)
  })
})
