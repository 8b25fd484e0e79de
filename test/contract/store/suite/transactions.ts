import { describe, expect, test } from 'vitest'
import { anOrder, aPayment } from '../../../support/domain.ts'
import { inWorld, numberedPayment, type OpenWorld, savePayment, upTo } from './world.ts'

export function transactions(open: OpenWorld): void {
  describe('transactions', () => {
    test(
      'whatever is thrown undoes everything, and arrives as it was thrown',
      inWorld(open, async ({ store }) => {
        const reason = new Error('the provider said no')
        const failing = store.transaction(async (tx) => {
          await tx.insertOrder(anOrder())
          await tx.insertPayment(aPayment())
          throw reason
        })
        await expect(failing).rejects.toBe(reason)
        expect(await store.order('tea-1001')).toBeUndefined()
        expect(await store.payment('pay_1')).toBeUndefined()
      }),
    )

    test(
      'the answer of the work is the answer of the transaction',
      inWorld(open, async ({ store }) => {
        expect(await store.transaction(async () => 'done')).toBe('done')
      }),
    )

    test(
      'nobody else sees what is not committed',
      inWorld(open, async ({ store }) => {
        const written = Promise.withResolvers<void>()
        const seen = Promise.withResolvers<void>()
        const writer = store.transaction(async (tx) => {
          await tx.insertOrder(anOrder())
          expect(await tx.order('tea-1001')).toEqual(anOrder())
          written.resolve()
          // Lets the reader start; on SQLite it then waits for this transaction to end.
          await Promise.race([seen.promise, nextTurn()])
          throw new Error('undone')
        })
        await written.promise
        const reader = store.order('tea-1001').finally(() => seen.resolve())
        await expect(writer).rejects.toThrow('undone')
        expect(await reader).toBeUndefined()
      }),
    )

    test(
      'work that swallows a failed statement cannot commit the rest',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        const careless = store.transaction(async (tx) => {
          await tx.insertOrder(anOrder({ orderRef: 'tea-2' }))
          await tx.insertPayment(aPayment()).catch(() => {})
        })
        await expect(careless).rejects.toThrow()
        expect(await store.order('tea-2')).toBeUndefined()
        await store.transaction((tx) => tx.insertOrder(anOrder({ orderRef: 'tea-2' })))
        expect(await store.order('tea-2')).toBeDefined()
      }),
    )

    test(
      'two transactions that lock the same order take turns',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertOrder(anOrder({ description: '0' })))
        const log: string[] = []
        await Promise.all(
          upTo(20).map((number) =>
            store.transaction(async (tx) => {
              const order = await tx.lockOrder('tea-1001')
              if (!order) throw new Error('the order is gone')
              log.push(`in ${number}`)
              const description = String(Number(order.description) + 1)
              await nextTurn()
              await tx.updateOrder({ ...order, description })
              log.push(`out ${number}`)
            }),
          ),
        )
        expect((await store.order('tea-1001'))?.description).toBe('20')
        const pairs = upTo(20).map((turn) => log.slice(turn * 2 - 2, turn * 2))
        expect(pairs.every(([first, then]) => first?.slice(3) === then?.slice(4))).toBe(true)
      }),
    )

    test(
      'of 20 new payments of one order at once, those that lock it first see the live one',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertOrder(anOrder()))
        const outcomes = await Promise.all(
          upTo(20).map((number) =>
            store.transaction(async (tx) => {
              await tx.lockOrder('tea-1001')
              const payments = await tx.paymentsOfOrder('tea-1001')
              if (payments.length > 0) return 'busy'
              const names = { orderRef: 'tea-1001', idempotencyKey: `key-${number}` }
              await tx.insertPayment(numberedPayment(number, names))
              return 'created'
            }),
          ),
        )
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
        expect(await store.paymentsOfOrder('tea-1001')).toHaveLength(1)
      }),
    )

    test(
      'the store refuses to be used from inside a transaction, where it could wait for itself',
      inWorld(open, async ({ store }) => {
        const reading = store.transaction(() => store.order('tea-1001'))
        await expect(reading).rejects.toThrow('use the methods of its `tx`')
        const nested = store.transaction(() => store.transaction(async () => 'inner'))
        await expect(nested).rejects.toThrow('use the methods of its `tx`')
        expect(await store.order('tea-1001')).toBeUndefined()
      }),
    )

    test(
      'work begun inside a transaction may use the store once the transaction is over',
      inWorld(open, async ({ store }) => {
        const over = Promise.withResolvers<void>()
        const { later } = await store.transaction(async () => ({
          later: over.promise.then(() => store.order('tea-1001')),
        }))
        over.resolve()
        expect(await later).toBeUndefined()
      }),
    )
  })

  describe('the store as a whole', () => {
    test(
      'a ping answers, and migrating again changes nothing',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        await store.ping()
        await store.migrate()
        expect(await store.payment('pay_1')).toEqual(aPayment())
      }),
    )

    test(
      'a closed store says so, and closing twice is no harm',
      inWorld(open, async ({ store }) => {
        await store.close()
        await store.close()
        await expect(store.ping()).rejects.toThrow('closed')
        await expect(store.order('tea-1001')).rejects.toThrow('closed')
      }),
    )

    test(
      'closing waits for what is running',
      inWorld(open, async ({ store }) => {
        const started = Promise.withResolvers<void>()
        const running = store.transaction(async (tx) => {
          await tx.insertOrder(anOrder())
          started.resolve()
          await nextTurn()
          return tx.order('tea-1001')
        })
        await started.promise
        await store.close()
        expect(await running).toEqual(anOrder())
      }),
    )
  })
}

/** After everything that can happen now has happened. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
