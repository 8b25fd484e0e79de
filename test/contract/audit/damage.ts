import type { AuditedShop } from '../../support/audited-shop.ts'

/**
 * Something that was done to the database of a shop (see `audited-shop.ts`), in SQL that both
 * databases know, and every finding that must come of it. Its events are numbered from 1 to 29.
 */
export type Damage = readonly [
  title: string,
  sql: (shop: AuditedShop, nowMs: number) => string,
  found: (shop: AuditedShop) => readonly string[],
]

/** The number of the event of that name of a payment or refund. */
export function seqOf(type: string, id: string): string {
  return `(select seq from (select * from events) as e
    where type = '${type}' and coalesce(refund_id, payment_id) = '${id}')`
}

/** One more event at the end, so that no number is missing because of it; nobody caused it. */
export function anEvent(of: {
  type: string
  orderRef?: string
  payment?: string
  refund?: string
}) {
  const quoted = (word?: string) => (word === undefined ? 'null' : `'${word}'`)
  return `insert into events (seq, type, order_ref, payment_id, refund_id, at_ms, evidence)
    select max(seq) + 1, '${of.type}', '${of.orderRef ?? 'paid'}', ${quoted(of.payment)},
      ${quoted(of.refund)}, max(at_ms), 'null' from events;`
}

/** A second row like the first, but for these columns. */
export function aCopy(table: string, where: string, changes: Readonly<Record<string, string>>) {
  const set = Object.entries(changes).map(([column, value]) => `${column} = '${value}'`)
  return `create table copied as select * from ${table} where ${where};
    update copied set ${set.join(', ')};
    insert into ${table} select * from copied;
    drop table copied;`
}
