import { describe, expect, test } from 'vitest'
import { audit } from '../../../server/audit/audit.ts'
import type { AuditOptions } from '../../../server/audit/options.ts'
import type { AuditCode, AuditReport } from '../../../shared/contract/audit.ts'
import { type AuditedShop, audited } from '../../support/audited-shop.ts'
import type { World } from '../../support/world.ts'
import { DAMAGE_TO_LOG } from './damage-to-log.ts'
import { DAMAGE_TO_MONEY } from './damage-to-money.ts'
import { DAMAGE_TO_SHIPMENTS } from './damage-to-shipments.ts'
import { DAMAGE_TO_WORK } from './damage-to-work.ts'

/** A database that anybody may write to, with what keeps it whole taken out. */
export interface OpenBooks {
  readonly world: World
  /** Statements that no use case would ever make. */
  readonly damage: (statements: string) => Promise<void>
  close(): Promise<void>
}

/** What an audit says of a database; `damage` in SQL that both databases know. */
export function auditContract(open: () => Promise<OpenBooks>): void {
  const onBooks = async (work: (books: OpenBooks, shop: AuditedShop) => Promise<void>) => {
    const books = await open()
    try {
      await work(books, await audited(books.world))
    } finally {
      await books.close()
    }
  }

  test('of a shop where everything was done by the rules says nothing', () =>
    onBooks(async ({ world }) => {
      const report = await audit(world)
      expect(report).toMatchObject({ complete: true, nextCursor: null, findings: [], leftOut: 0 })
      expect(report.checked).toEqual({
        orders: 4,
        payments: 5,
        refunds: 3,
        events: 29,
        notifications: 3,
        settlementRows: 0,
        asked: 0,
      })
    }))

  describe.each([
    ['the log', DAMAGE_TO_LOG],
    ['the money', DAMAGE_TO_MONEY],
    ['the shipments', DAMAGE_TO_SHIPMENTS],
    ['the work', DAMAGE_TO_WORK],
  ])('after damage to %s', (_, damages) => {
    test.each(damages)('names exactly what is wrong: %s', (_title, sql, found) =>
      onBooks(async ({ world, damage }, shop) => {
        await damage(sql(shop, world.clock.nowMs()))
        expect(namesOf(await audit(world))).toEqual(found(shop).toSorted())
      }),
    )
  })

  describe('a large database', () => {
    test('is read in pages, and a limited audit goes on where it ended', () =>
      onBooks(async ({ world, damage }, { paid, second }) => {
        await damage(`update payments set late = 1 where payment_id in ('${paid}', '${second}')`)
        const seen: string[] = []
        let options: AuditOptions = { limit: 1 }
        for (let page = 0; page < 10; page += 1) {
          const report = await audit(world, options)
          seen.push(...namesOf(report))
          if (report.nextCursor === null) break
          expect(report).toMatchObject({ complete: false, checked: { orders: 1 } })
          options = { limit: 1, after: report.nextCursor }
        }
        const wrong: readonly AuditCode[] = ['flagDiffers', 'flagDiffers']
        expect(seen.toSorted()).toEqual(
          wrong.map((code, index) => `${code} payment ${[paid, second][index]}`).toSorted(),
        )
      }))

    test('is judged only in the time that was asked for', () =>
      onBooks(async ({ world, damage }, { paid }) => {
        await damage(`update payments set late = 1 where payment_id = '${paid}'`)
        const startMs = world.clock.nowMs()
        const before = await audit(world, { untilMs: startMs })
        const since = await audit(world, { sinceMs: startMs, untilMs: startMs + 1 })
        expect([before.checked.orders, namesOf(before)]).toEqual([0, []])
        expect(namesOf(since)).toEqual([`flagDiffers payment ${paid}`])
      }))
  })

  test('an audit sees one moment, whatever is written meanwhile, and keeps nobody from it', () =>
    onBooks(async ({ world, damage }, { paid }) => {
      const page = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, after: '', limit: 10 }
      const seen = await world.store.snapshot(async (books) => {
        const first = JSON.stringify(await books.ledgers(page))
        await damage(`update payments set late = 1 where payment_id = '${paid}'`)
        return { first, again: JSON.stringify(await books.ledgers(page)) }
      })
      expect(seen.again).toBe(seen.first)
      expect(namesOf(await audit(world))).toEqual([`flagDiffers payment ${paid}`])
    }))

  test('inside of a moment the store itself is refused, which would wait for its own connection', () =>
    onBooks(async ({ world }, { paid }) => {
      const reading = world.store.snapshot(() => world.store.payment(paid))
      await expect(reading).rejects.toThrow('Inside a transaction')
    }))
}

/** Every finding in a line: what it is, and of which row. */
export function namesOf({ findings }: AuditReport): readonly string[] {
  return findings.map(({ code, kind, id }) => `${code} ${kind} ${id}`).toSorted()
}
