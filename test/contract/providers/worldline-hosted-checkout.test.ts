import { describe, expect, onTestFinished, test } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import { createSandbox } from '../../../sandbox/index.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type { CreatePaymentInput, PaymentReference } from '../../../server/providers/provider.ts'
import {
  createWorldlineConnectProvider,
  worldlineConnectConfigSchema,
} from '../../../server/providers/worldline-connect/index.ts'

/** Worldline's own pages, and its third-party status: the adapter over HTTP against the simulator. */

const HOUR_MS = 3_600_000
const PHONE = 'Mozilla/5.0 (Linux; Android 15) Mobile'

async function start(config: Readonly<Record<string, unknown>> = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const sandbox = await createSandbox({ seed: 'worldline pages', clock })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await sandbox.close()
    clock.close()
  })
  const [merchant] = sandbox.worldline.merchants()
  if (!merchant) throw new Error('the sandbox has no merchant')
  const { merchantId, apiKeyId, secretApiKey } = merchant
  const provider = createWorldlineConnectProvider({
    accountId: 'worldline',
    http,
    clock,
    config: worldlineConnectConfigSchema.parse({
      endpoint: sandbox.worldline.url,
      merchantId,
      apiKeyId,
      secretApiKey,
      webhookKeys: { hook: 'secret' },
      ...config,
    }),
  })
  const wish: CreatePaymentInput = {
    orderRef: 'tea-1001',
    outTradeNo: 'p1001',
    scene: 'desktopQr',
    amount: { value: 1999, currency: 'USD' },
    payer: null,
    description: 'Longjing, 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/v1/checkout/returns/pay_1',
    notifyUrl: 'https://shop.example/v1/notifications/worldline',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: clock.nowMs() + 2 * HOUR_MS,
  }
  return { clock, simulator: sandbox.worldline, provider, wish }
}
type World = Awaited<ReturnType<typeof start>>

async function visited(world: World, device?: string) {
  const { provider, wish } = world
  const { fact, clientAction, providerState } = await provider.createPayment(wish)
  if (clientAction?.kind !== 'redirect') throw new Error('nobody is sent anywhere')
  const { outTradeNo, amount, scene } = wish
  const ref: PaymentReference = {
    outTradeNo,
    amount,
    scene,
    providerState,
    providerPaymentId: fact.providerPaymentId,
  }
  const page = () =>
    fetch(clientAction.url, {
      redirect: 'manual',
      headers: device === undefined ? {} : { 'user-agent': device },
    })
  return { fact, ref, page, url: clientAction.url }
}

const hosted = { hostedCheckout: ['desktopQr', 'mobileWeb'] }

describe('a payment on the pages of Worldline', () => {
  test('is none before the payer is there, and open while the code is shown', async () => {
    const world = await start(hosted)
    const { fact, ref, page } = await visited(world)
    expect(fact).toMatchObject({ status: 'pending', providerPaymentId: null, unknownStatus: false })
    expect(world.simulator.books().payments).toEqual([])
    expect(await (await page()).text()).toContain('id="code" href="weixin://')
    expect(world.simulator.books().payments).toMatchObject([{ reference: 'p1001', state: 'open' }])
    expect(await world.provider.queryPayment(ref)).toMatchObject({ status: 'pending' })
  })

  test('shows a phone the way into WeChat', async () => {
    const { page } = await visited(await start(hosted), PHONE)
    expect(await (await page()).text()).toMatch(/id="open" href="http/)
  })

  test('is paid for exactly the sum, and its number is learnt', async () => {
    const world = await start(hosted)
    const { ref, page } = await visited(world)
    await page()
    await world.simulator.pay('p1001')
    expect(await world.provider.queryPayment(ref)).toMatchObject({
      status: 'paid',
      outTradeNo: 'p1001',
      amount: world.wish.amount,
      providerPaymentId: world.simulator.books().payments[0]?.id,
    })
  })

  test('leads the payer back with a word that nobody else knows', async () => {
    const world = await start(hosted)
    const { ref, page } = await visited(world)
    await page()
    await world.simulator.pay('p1001')
    const back = new URL((await page()).headers.get('location') ?? '')
    expect(back.href).toContain(world.wish.returnUrl)
    const query = Object.fromEntries(back.searchParams)
    expect(world.provider.verifyReturn?.(ref, query)).toBe(true)
    expect(world.provider.verifyReturn?.(ref, { ...query, RETURNMAC: 'guessed' })).toBe(false)
    expect(world.provider.verifyReturn?.(ref, {})).toBe(false)
    expect(world.provider.verifyReturn?.({ ...ref, providerState: {} }, query)).toBe(false)
  })

  test('is cancelled where the payer leaves the page, and cannot be paid any more', async () => {
    const world = await start(hosted)
    const { ref, page, url } = await visited(world)
    await page()
    await fetch(url, { method: 'POST', redirect: 'manual' })
    expect(await world.provider.queryPayment(ref)).toMatchObject({ status: 'cancelled' })
    await expect(world.simulator.pay('p1001')).rejects.toThrow()
  })

  test('is one visit where the first answer was lost', async () => {
    const world = await start(hosted)
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    await expect(world.provider.createPayment(world.wish)).rejects.toMatchObject({
      outcome: 'unknown',
    })
    const first = await visited(world)
    const second = await visited(world)
    expect(second.url).toBe(first.url)
  })

  test('opens for nobody without its token', async () => {
    const { url } = await visited(await start(hosted))
    expect((await fetch(url.replace(/requestToken=.*/, 'requestToken=guessed'))).status).toBe(404)
  })
})

describe('the third-party status of a code on our own page', () => {
  const asked = ({ simulator }: World) => ({
    thirdParty: simulator.faults.counters().calls['thirdPartyStatus']?.calls ?? 0,
    payment: simulator.faults.counters().calls['query']?.calls ?? 0,
  })

  test('is asked while the code is open, and then the payment itself', async () => {
    const world = await start()
    const { provider, wish } = world
    const { fact, providerState } = await provider.createPayment(wish)
    const { outTradeNo, amount, scene } = wish
    const { providerPaymentId } = fact
    const ref = { outTradeNo, amount, scene, providerPaymentId, providerState }
    expect(await provider.queryPayment(ref)).toMatchObject({
      status: 'pending',
      providerStatus: 'WAITING',
      unknownStatus: false,
    })
    expect(asked(world)).toEqual({ thirdParty: 1, payment: 0 })
    await world.simulator.pay('p1001')
    expect(await provider.queryPayment(ref)).toMatchObject({ status: 'paid', amount })
    expect(asked(world)).toEqual({ thirdParty: 2, payment: 1 })
  })

  test('decides nothing once the time is over', async () => {
    const world = await start()
    const { provider, wish } = world
    const { fact, providerState } = await provider.createPayment(wish)
    const { outTradeNo, amount, scene } = wish
    const ref = {
      outTradeNo,
      amount,
      scene,
      providerState,
      providerPaymentId: fact.providerPaymentId,
    }
    await world.clock.advance(2 * HOUR_MS)
    expect(await provider.queryPayment(ref)).toMatchObject({ providerStatus: 'REDIRECTED' })
    expect(asked(world)).toEqual({ thirdParty: 0, payment: 1 })
  })

  test('is not asked where the cashier opens inside WeChat', async () => {
    const world = await start()
    const { provider, wish } = world
    const { fact, providerState } = await provider.createPayment({ ...wish, scene: 'app' })
    const { outTradeNo, amount } = wish
    const { providerPaymentId } = fact
    const ref = { outTradeNo, amount, scene: 'app', providerPaymentId, providerState } as const
    expect(await provider.queryPayment(ref)).toMatchObject({ providerStatus: 'REDIRECTED' })
    expect(asked(world)).toEqual({ thirdParty: 0, payment: 1 })
  })
})
