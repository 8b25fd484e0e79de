import { afterAll, beforeAll, expect, test } from 'vitest'
import { FrontEnd } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { Payer } from '../../scripts/demo/payer.ts'
import { allCases, play } from '../../scripts/demo/runs.ts'
import { freePort } from '../../scripts/free-port.ts'
import { SANDBOX_API_KEY, sandboxConfig } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { resolveConfig } from '../../server/config.ts'
import { createToolkit, type Toolkit } from '../../server/toolkit.ts'
import { pairsOf, violations } from '../support/invariants.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'

/** The same line on a real PostgreSQL, and two processes' worth of toolkits on one database. */

let database: FreshDatabase
let stack: Stack
beforeAll(async () => {
  database = await freshDatabase()
  stack = await startStack({
    sandbox: { seed: 'on-postgres' },
    config: { logLevel: 'silent' },
    database: { kind: 'postgres', url: database.connectionString },
  })
})
afterAll(async () => {
  await stack.close()
  await database.drop()
})

test('every provider, every scene, every path ends as it should', async () => {
  const cases = allCases(stack)
  for (const [index, wish] of cases.entries()) {
    const run = await play(stack, wish, index + 1)
    expect(run.verdict, `${run.provider} ${run.scene} ${run.path}`).toBe(run.expected)
  }
  const orderRefs = cases.map((_, index) => `demo-${index + 1}`)
  expect(await violations(stack.toolkit.deps.store, pairsOf(stack.sandbox), orderRefs)).toEqual([])
}, 180_000)

test('a payer who waits at one process hears of a notification that came to another', async () => {
  const port = await freePort()
  const place = {
    publicUrl: `http://127.0.0.1:${port}`,
    port,
    database: { kind: 'postgres', url: database.connectionString },
  } as const
  const config = { ...sandboxConfig(stack.sandbox, place), logLevel: 'silent' }
  const second: Toolkit = await createToolkit(resolveConfig(config, {}), { clock: stack.clock })
  try {
    const elsewhere = await second.listen()
    const order = await new Merchant(stack.url, SANDBOX_API_KEY).order('tea-two-processes', {
      value: 1999,
      currency: 'CNY',
    })
    const payer = new Payer(stack.url, stack.sandbox)
    await payer.open('desktopQr', order)
    const payment = await payer.frontEnd.pay(order.orderRef, {
      scene: 'desktopQr',
      accountId: 'ppro',
      key: 'two-processes',
    })
    const waiting = payer.frontEnd.at(elsewhere).verdict(payment.paymentId, 20_000)
    await payer.act(payment, 'pay', '')
    expect(await waiting).toMatchObject({ verdict: 'paid' })
  } finally {
    await second.close()
  }
})

test('somebody else waiting for the same payment is told that there is none', async () => {
  const [payment] = await new Merchant(stack.url, SANDBOX_API_KEY).payments('tea-two-processes')
  const stranger = new FrontEnd(stack.url)
  stranger.useToken('x'.repeat(43))
  await expect(stranger.verdict(payment?.paymentId ?? '')).rejects.toThrow(/sessionMissing/)
})
