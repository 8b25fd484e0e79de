import type { Damage } from './damage.ts'

const HOUR_MS = 3_600_000
const NEVER = 9_999_999_999_999

const aRow = (columns: Readonly<Record<string, string | number | null>>) => {
  const all = {
    account_id: 'scripted',
    row_id: 'row-1',
    kind: 'payment',
    status: 'paid',
    source: 'bill',
    line: 1,
    provider_status: 'SUCCESS',
    unknown_status: 0,
    booked_at_ms: 1,
    imported_at_ms: 1,
    state: 'matched',
    amount_minor: 1999,
    amount_currency: 'CNY',
    ...columns,
  }
  const values = Object.values(all).map((value) =>
    typeof value === 'string' ? `'${value}'` : String(value),
  )
  return `insert into settlement_rows (${Object.keys(all).join(', ')}) values (${values.join(', ')});`
}

const readDays = (days: readonly string[]) =>
  days
    .map(
      (day) =>
        `insert into settlement_days (account_id, day, state, attempts)
          values ('scripted', '${day}', 'imported', 1);`,
    )
    .join('')

/** What was not done, what nobody looks at, and what the provider's books say: I2, I5, I7 and I8. */
export const DAMAGE_TO_WORK: readonly Damage[] = [
  [
    'a notification of a success was applied, and its payment is pending',
    ({ pending }) =>
      `update inbox set facts = replace(replace(facts,
          (select out_trade_no from payments where order_ref = 'paid'),
          (select out_trade_no from payments where payment_id = '${pending}')),
          (select provider_payment_id from payments where order_ref = 'paid'), 'P-none')
        where event_id = 'evt-paid'`,
    ({ pending }) => [`successNotApplied payment ${pending}`],
  ],
  [
    'the same, and people have seen it: it is set aside',
    ({ pending }) =>
      `update inbox set facts = replace(replace(facts,
          (select out_trade_no from payments where order_ref = 'paid'),
          (select out_trade_no from payments where payment_id = '${pending}')),
          (select provider_payment_id from payments where order_ref = 'paid'), 'P-none')
        where event_id = 'evt-paid';
       insert into quarantine (quarantine_id, account_id, payment_id, reason, fact, at_ms)
         values ('q-1', 'scripted', '${pending}', 'amountMismatch', '{}', 1)`,
    () => ['setAside fact q-1'],
  ],
  [
    'a notification cannot be read any more',
    () => `update inbox set facts = 'lost' where event_id = 'evt-paid'`,
    () => ['notificationUnreadable notification scripted evt-paid'],
  ],
  [
    'a notification waits, and nobody will look at it again',
    () => `update inbox set state = 'waiting' where event_id = 'evt-paid'`,
    () => ['notificationStuck notification scripted evt-paid'],
  ],
  [
    'a notification has waited for longer than a day',
    (_, nowMs) =>
      `update inbox set state = 'waiting', due_at_ms = ${NEVER},
        received_at_ms = ${nowMs - 26 * HOUR_MS} where event_id = 'evt-paid'`,
    () => ['notificationStuck notification scripted evt-paid'],
  ],
  [
    'a notification waits for its payment to appear, as it may',
    () => `update inbox set state = 'waiting', due_at_ms = ${NEVER} where event_id = 'evt-paid'`,
    () => [],
  ],
  [
    'a notification was given up',
    () => `update inbox set state = 'abandoned' where event_id = 'evt-paid'`,
    () => ['notificationForeign notification scripted evt-paid'],
  ],
  [
    'nobody has done what was due',
    ({ pending }, nowMs) =>
      `update payments set due_at_ms = ${nowMs - HOUR_MS}, claimable_at_ms = ${nowMs - HOUR_MS}
        where payment_id = '${pending}'`,
    ({ pending }) => [`overdue payment ${pending}`],
  ],
  [
    'a worker holds what is due for ever',
    ({ underWay }, nowMs) =>
      `update refunds set due_at_ms = ${nowMs - 1}, claimable_at_ms = ${NEVER}
        where refund_id = '${underWay}'`,
    ({ underWay }) => [`heldTooLong refund ${underWay}`],
  ],
  [
    'a pending payment is asked about by nobody',
    ({ pending }) =>
      `update payments set due_at_ms = null, claimable_at_ms = null where payment_id = '${pending}'`,
    ({ pending }) => [`nobodyLooks payment ${pending}`],
  ],
  [
    'a request ended without an answer, and another one is running',
    (_, nowMs) =>
      `insert into idempotency (scope, idempotency_key, fingerprint, claimed_at_ms) values
        ('merchant', 'key-lost', 'f', ${nowMs - HOUR_MS}), ('merchant', 'key-now', 'f', ${nowMs})`,
    () => ['claimUnfinished idempotencyKey merchant key-lost'],
  ],
  [
    'the provider’s books know a payment as paid that is not paid here',
    ({ closed }) => aRow({ payment_id: closed }),
    ({ closed }) => [`paidThereNotHere payment ${closed}`],
  ],
  [
    'the provider’s books tell another sum',
    ({ paid }) => aRow({ payment_id: paid, amount_minor: 1998 }),
    ({ paid }) => [`amountDiffersThere payment ${paid}`],
  ],
  [
    'the provider’s books agree',
    ({ paid, done }) =>
      aRow({ payment_id: paid }) +
      aRow({
        row_id: 'row-2',
        kind: 'refund',
        status: 'succeeded',
        payment_id: paid,
        refund_id: done,
        amount_minor: -500,
      }),
    () => [],
  ],
  [
    'the provider’s books know a refund as done that is not done here',
    ({ paid, underWay }) =>
      aRow({
        kind: 'refund',
        status: 'succeeded',
        payment_id: paid,
        refund_id: underWay,
        amount_minor: -500,
      }),
    ({ underWay }) => [`refundedThereNotHere refund ${underWay}`],
  ],
  [
    'the provider’s books tell another sum of a refund',
    ({ paid, done }) =>
      aRow({
        kind: 'refund',
        status: 'succeeded',
        payment_id: paid,
        refund_id: done,
        amount_minor: -400,
      }),
    ({ done }) => [`amountDiffersThere refund ${done}`],
  ],
  [
    'all days around were read, and some payments stand in none of them',
    ({ paid }) =>
      `${readDays(['2026-06-23', '2026-06-24'])}${aRow({ payment_id: paid })}
       update settlement_rows set out_trade_no =
         (select out_trade_no from payments where payment_id = '${paid}')`,
    ({ late, second }) => [
      `missingFromBooks payment ${late}`,
      `missingFromBooks payment ${second}`,
    ],
  ],
  [
    'only one of the days around was read, so that nothing can be missed yet',
    () => readDays(['2026-06-24']),
    () => [],
  ],
  [
    'a row of the provider’s books names nothing of ours',
    () => aRow({ state: 'unmatched' }),
    () => ['rowUnmatched settlementRow scripted row-1'],
  ],
  [
    'a row of the provider’s books contradicts ours',
    ({ pending }) => aRow({ state: 'quarantined', problem: 'amountMismatch', payment_id: pending }),
    () => ['rowProblem settlementRow scripted row-1'],
  ],
  [
    'a day of the provider’s books could not be had',
    () => `insert into settlement_days (account_id, day, state, reason, attempts)
      values ('scripted', '2026-06-20', 'failed', 'no bill', 9)`,
    () => ['dayNotRead settlementDay scripted 2026-06-20'],
  ],
]
