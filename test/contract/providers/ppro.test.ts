import { describe, expect, test } from 'vitest'
import type { PproBehaviourInput } from '../../../sandbox/providers/ppro/options.ts'
import { ProviderError } from '../../../server/providers/errors.ts'
import { PPRO } from './pairings.ts'
import { paid, pproPair } from './ppro-world.ts'
import { sell } from './sale.ts'
import { simulate } from './simulated.ts'

/** PPRO in every shape that its documents leave open, and its ban on polling. */

async function start(
  behaviour: PproBehaviourInput = {},
  config: Readonly<Record<string, unknown>> = {},
) {
  const world = await simulate({ ...PPRO, sandbox: { ppro: { behaviour } }, changes: () => config })
  return { ...world, simulator: world.sandbox.ppro }
}

async function created(world: Awaited<ReturnType<typeof start>>, wish = world.wish()) {
  const { answer, ref } = await sell(world, wish)
  return { answer, ref: ref(), id: answer.fact.providerPaymentId ?? '' }
}

describe('PPRO', () => {
  test.each(['dot', 'underscore', 'mixed', 'colon'] as const)(
    'is understood in its spelling "%s"',
    async (spelling) => {
      const world = await start({ spelling })
      const { answer, ref, id } = await created(world)
      expect(answer.clientAction).toMatchObject({
        kind: 'qrCode',
        content: expect.stringMatching(/^weixin:/),
        expiresAtMs: world.clock.nowMs() + 7_200_000,
      })
      await world.simulator.pay(id)
      const fact = await world.provider.queryPayment(ref)
      expect(fact).toMatchObject({
        status: 'paid',
        amount: { value: 1999, currency: 'CNY' },
        settlement: {
          source: { value: 1999, currency: 'CNY' },
          settled: { currency: 'USD' },
          rate: '6.44145000',
        },
      })
    },
  )

  test('is paid in euros by a wallet in yuan', async () => {
    const world = await start()
    const wish = world.wish({ amount: { value: 1055, currency: 'EUR' } })
    const { ref, id } = await created(world, wish)
    await world.simulator.pay(id)
    expect(await world.provider.queryPayment(ref)).toMatchObject({
      status: 'paid',
      amount: { value: 1055, currency: 'EUR' },
      settlement: { source: { value: 8274, currency: 'CNY' } },
    })
  })

  test('is never polled: one question for one notification', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    await world.simulator.pay(id)
    await world.settle()
    for (const { event } of world.arrivals) {
      expect(event).toMatchObject({ queries: [{ providerPaymentId: id }] })
      await world.provider.queryPayment(ref)
    }
    expect(world.simulator.pollingViolations()).toBe(0)
    await world.provider.queryPayment(ref)
    expect(world.simulator.pollingViolations()).toBe(1)
  })

  test('ends a payment that nobody paid as expired, and says so', async () => {
    const world = await start()
    const { ref } = await created(world)
    await world.clock.advance(7_200_000)
    await world.settle()
    expect(world.arrivals).toHaveLength(1)
    expect(await world.provider.queryPayment(ref)).toMatchObject({
      status: 'expired',
      providerStatus: 'FAILED TIMEOUT',
    })
  })

  test('hosts the code where the account says so', async () => {
    const world = await start({}, { desktopQr: 'hostedPage' })
    const { answer, id } = await created(world)
    expect(answer.clientAction).toMatchObject({
      kind: 'redirect',
      url: `${world.simulator.url}/wechatpay/${id}`,
    })
  })

  test('sends the payer back with a checksum that we verify', async () => {
    const world = await start()
    const { ref, id } = await created(world)
    await world.simulator.pay(id)
    const page = await fetch(`${world.simulator.url}/wechatpay/${id}`, { redirect: 'manual' })
    const { searchParams } = new URL(page.headers.get('location') ?? '')
    const query = Object.fromEntries(searchParams)
    expect(world.provider.verifyReturn?.(ref, query)).toBe(true)
    expect(world.provider.verifyReturn?.(ref, { ...query, cs: `${query['cs']}0` })).toBe(false)
    const other = { ...ref, providerPaymentId: '1' }
    expect(world.provider.verifyReturn?.(other, query)).toBe(false)
  })

  test('leaves a payment open that CANCELTX does not end', async () => {
    const world = await start({ cancellable: false }, { cancelTx: true })
    const { ref } = await created(world)
    expect((await world.provider.closePayment?.(ref))?.status).toBe('pending')
  })

  test('that fails a refund for QUOTA says what to do', async () => {
    const world = await start({ repeatedRefunds: false })
    const { ref, id } = await created(world)
    await world.simulator.pay(id)
    const part = { payment: ref, amount: { value: 500, currency: 'CNY' }, reason: null }
    await world.provider.refund?.({ ...part, outRefundNo: 'rf1' })
    expect(await world.provider.refund?.({ ...part, outRefundNo: 'rf2' })).toMatchObject({
      status: 'failed',
      providerStatus: 'FAILED QUOTA',
      advice: expect.stringContaining('no further refund'),
    })
  })

  test('refuses a wrong password by name, without repeating it', async () => {
    const world = await start({}, { password: 'not-the-password' })
    const answer = world.provider.createPayment(world.wish())
    await expect(answer).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.not.stringContaining('not-the-password'),
    })
  })

  test.each([
    ['a wrong password', { password: 'changed-yesterday' }, 'unknown'],
    ['the right one', {}, null],
  ])('asked with %s whether a refund is there, is not misunderstood', async (_, changes, meant) => {
    const pair = await pproPair()
    const payment = await paid(pair, 'pay1', { value: 1999, currency: 'CNY' })
    const part = { payment, amount: { value: 500, currency: 'CNY' }, reason: null }
    await pair.provider.refund?.({ ...part, outRefundNo: 'rf1' })
    const provider = pair.connect(changes)
    const isThere = async (outRefundNo: string) => {
      const named = { payment, outRefundNo, amount: part.amount, providerRefundId: null }
      try {
        return (await provider.queryRefund?.({ ...named, otherRefundIds: [] }))?.status ?? null
      } catch (error) {
        return error instanceof ProviderError ? error.outcome : error
      }
    }
    expect(await isThere('rf1')).toBe(meant ?? 'succeeded')
    expect(await isThere('rf2')).toBe(meant)
    expect(pair.simulator.pollingViolations()).toBe(0)
  })
})
