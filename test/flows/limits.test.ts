import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { Payer } from '../../scripts/demo/payer.ts'
import { allCases, play } from '../../scripts/demo/runs.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { limitsSchema } from '../../server/config/limits.ts'

/** The limits of production on the whole line: honest people never meet them. */

let stack: Stack
beforeAll(async () => {
  stack = await startStack({
    accounts: ['ppro'],
    config: { logLevel: 'silent', limits: { ...limitsSchema(true).parse({}), maxWaiting: 1 } },
  })
})
afterAll(() => stack.close())

test('a whole market of payers and their shop behind one address is served', async () => {
  for (const [index, wish] of allCases(stack).entries()) {
    const run = await play(stack, wish, index + 1)
    expect(run.verdict, `${run.provider} ${run.scene} ${run.path}`).toBe(run.expected)
  }
}, 60_000)

describe('where no more payers can be kept waiting', () => {
  async function aPayer(name: string) {
    const order = await new Merchant(stack.url, SANDBOX_API_KEY).order(`tea-${name}`, {
      value: 1999,
      currency: 'CNY',
    })
    const payer = new Payer(stack.url, stack.sandbox)
    await payer.open('desktopQr', order)
    const wish = { scene: 'desktopQr', accountId: 'ppro', key: `key-of-${name}` } as const
    const payment = await payer.frontEnd.pay(order.orderRef, wish)
    const stored = await stack.toolkit.deps.store.payment(payment.paymentId)
    return { payer, payment, outTradeNo: stored?.outTradeNo ?? '' }
  }

  test('one more is told what is known at once, and hears the verdict when asking again', async () => {
    const first = await aPayer('first')
    const second = await aPayer('second')
    let isFirstHeld = true
    const waiting = first.payer.frontEnd.verdict(first.payment.paymentId, 20_000).finally(() => {
      isFirstHeld = false
    })
    // Only one of the two can be held, whichever came first; the other one is answered at once.
    const startedAtMs = performance.now()
    const answers = [waiting, second.payer.frontEnd.verdict(second.payment.paymentId, 20_000)]
    expect((await Promise.race(answers)).verdict).toBe('pending')
    expect(performance.now() - startedAtMs).toBeLessThan(10_000)

    await first.payer.act(first.payment, 'pay', first.outTradeNo)
    await second.payer.act(second.payment, 'pay', second.outTradeNo)
    const told = await Promise.all([
      isFirstHeld ? waiting : first.payer.frontEnd.verdict(first.payment.paymentId, 10_000),
      second.payer.frontEnd.verdict(second.payment.paymentId, 10_000),
    ])
    expect(told.map(({ verdict }) => verdict)).toEqual(['paid', 'paid'])
  })
})
