import { describe, expect, test } from 'vitest'
import type { PaymentReference } from '../../../server/providers/provider.ts'
import { PAIRINGS } from './pairings.ts'
import { referenceOf, type Simulated, simulate } from './simulated.ts'

/** PPRO in every shape that its documents leave open, and its ban on polling. */

const SEED = 'contract of ppro'

async function start(
  behaviour: Parameters<Simulated['sandbox']['ppro']['configure']>[0] = {},
  config: Record<string, unknown> = {},
) {
  const pairing = PAIRINGS.find(({ name }) => name === 'PPRO')
  if (!pairing) throw new Error('PPRO is not among the pairings')
  const account = (sandbox: Simulated['sandbox']) => {
    const base = Object(pairing.account(sandbox))
    return { ...base, config: { ...base.config, ...config } }
  }
  const world = await simulate({ ...pairing, account }, SEED)
  world.sandbox.ppro.configure(behaviour)
  return world
}

async function created(world: Simulated, wish = world.wish()) {
  const answer = await world.provider.createPayment(wish)
  const { providerPaymentId } = answer.fact
  const ref: PaymentReference = {
    ...referenceOf(wish, providerPaymentId),
    providerState: answer.providerState,
  }
  return { answer, ref, id: providerPaymentId ?? '' }
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
        expiresAtMs: world.sandbox.clock.nowMs() + 7_200_000,
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
    for (const notification of world.notifications) {
      const parsed = world.provider.parseNotification(notification)
      expect(parsed).toMatchObject({ queries: [{ providerPaymentId: id }] })
      await world.provider.queryPayment(ref)
    }
    expect(world.sandbox.ppro.pollingViolations()).toBe(0)
    await world.provider.queryPayment(ref)
    expect(world.sandbox.ppro.pollingViolations()).toBe(1)
  })

  test('ends a payment that nobody paid as expired, and says so', async () => {
    const world = await start()
    const { ref } = await created(world)
    await world.sandbox.clock.advance(7_200_000)
    await world.settle()
    expect(world.notifications).toHaveLength(1)
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

  test.each([true, false])('closes an open payment where it can (%s)', async (cancellable) => {
    const world = await start({ cancellable }, { cancelTx: true })
    const { ref } = await created(world)
    const closed = await world.provider.closePayment?.(ref)
    expect(closed?.status).toBe(cancellable ? 'cancelled' : 'pending')
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
})
