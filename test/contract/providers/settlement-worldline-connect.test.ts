import { describe, expect, onTestFinished, test } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import {
  createWorldlineConnect,
  type WorldlineMerchant,
} from '../../../sandbox/providers/worldline-connect/index.ts'
import type { WorldlineBehaviourInput } from '../../../sandbox/providers/worldline-connect/options.ts'
import { createRandom } from '../../../sandbox/random.ts'
import { createRegistry, TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { createPrepayBook } from '../../../sandbox/wechat/pay/book.ts'
import { createPeople, PERSONAS } from '../../../sandbox/wechat/people.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type { CreatePaymentInput, PaymentReference } from '../../../server/providers/provider.ts'
import {
  createWorldlineConnectProvider,
  worldlineConnectConfigSchema,
} from '../../../server/providers/worldline-connect/index.ts'
import type { Money } from '../../../shared/money.ts'

/** The WX files of Worldline Connect's simulator, as far as they are public, read by the adapter. */

const TODAY = '2026-06-24'
const TOMORROW = '2026-06-25'
const HOUR_MS = 60 * 60 * 1_000
const APP_ID = TEA_SHOP_APPS.find(({ kind }) => kind === 'officialAccount')?.appId ?? ''

const MERCHANT: WorldlineMerchant = {
  merchantId: '20000',
  apiKeyId: 'a-key',
  secretApiKey: 'a-secret',
  webhooks: [],
  wechat: { mchId: '1900020000', apiKey: 'k'.repeat(32), appIds: { desktopQRCode: APP_ID } },
}

async function start(behaviour: WorldlineBehaviourInput = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const random = createRandom('the files of Worldline')
  const registry = createRegistry(TEA_SHOP_APPS, [])
  const people = createPeople(PERSONAS, registry)
  const origin = () => 'http://wechat.test'
  const wechat = createPrepayBook({ clock, random, registry, people, origin })
  const simulator = await createWorldlineConnect({
    clock,
    random,
    wechat,
    walletPay: (prepayId, person) => void wechat.payAs(prepayId, person),
    merchants: [MERCHANT],
    behaviour,
    transport: () => Promise.resolve(200),
  })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await simulator.close()
    clock.close()
  })
  const { merchantId, apiKeyId, secretApiKey } = MERCHANT
  const provider = createWorldlineConnectProvider({
    accountId: 'worldline',
    clock,
    http,
    config: worldlineConnectConfigSchema.parse({
      endpoint: simulator.url,
      merchantId,
      apiKeyId,
      secretApiKey,
      webhookKeys: { hook: 'a-secret-of-the-hook' },
    }),
  })
  const read = async (day = TODAY, change = (text: string) => text) => {
    const [file] = simulator.files(day)
    if (!file) throw new Error('there is no file')
    const bytes = Buffer.from(change(file.text))
    const report = await provider.readSettlement?.({ kind: 'file', name: file.name, bytes })
    if (!report) throw new Error('Worldline reads no settlement')
    return report
  }
  return { clock, simulator, provider, read }
}

type World = Awaited<ReturnType<typeof start>>

async function paid({ provider, simulator, clock }: World, outTradeNo: string, amount: Money) {
  const wish: CreatePaymentInput = {
    orderRef: `order-${outTradeNo}`,
    outTradeNo,
    scene: 'desktopQr',
    amount,
    payer: null,
    description: 'Longjing, 50 g',
    locale: 'en',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: 'https://shop.example/n',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: clock.nowMs() + HOUR_MS,
  }
  const { fact } = await provider.createPayment(wish)
  const { providerPaymentId } = fact
  await simulator.pay(providerPaymentId ?? '')
  const ref: PaymentReference = {
    outTradeNo,
    amount,
    scene: 'desktopQr',
    providerPaymentId,
    providerState: {},
  }
  return ref
}

/** Two payments, one of them refunded in two parts, all of it a day ago. */
async function trade(behaviour: WorldlineBehaviourInput = {}): Promise<World> {
  const world = await start({ paidAfterMs: HOUR_MS, ...behaviour })
  const ref = await paid(world, 'p1', { value: 1999, currency: 'USD' })
  await paid(world, 'p2', { value: 1999, currency: 'JPY' })
  for (const [outRefundNo, value] of [
    ['r1', 500],
    ['r2', 1499],
  ] as const) {
    const amount = { value, currency: 'USD' }
    await world.provider.refund?.({ payment: ref, outRefundNo, amount, reason: null })
  }
  await world.clock.advance(24 * HOUR_MS)
  return world
}

describe('a WX file', () => {
  test('has every payment once as booked, with its number, its exact amount and what is due', async () => {
    const world = await trade()
    const { rows, problems } = await world.read()
    expect(problems).toEqual([])
    const { payments } = world.simulator.books()
    expect(
      rows
        .filter(({ status }) => status === 'paid')
        .map((row) => [row.outTradeNo, row.providerPaymentId, row.amount, row.settled]),
    ).toEqual(payments.map(({ reference, id, amount }) => [reference, id, amount, amount]))
  })

  test('has every refund once, of its payment, and both together take back the whole', async () => {
    const world = await trade()
    const { rows } = await world.read()
    const { refunds, payments } = world.simulator.books()
    const told = rows.filter(({ kind }) => kind === 'refund')
    expect(told.map((row) => [row.status, row.providerPaymentId, row.amount])).toEqual(
      refunds.map(({ paymentId, amount }) => [
        'succeeded',
        paymentId,
        { value: -amount.value, currency: amount.currency },
      ]),
    )
    expect(told.every(({ outTradeNo }) => outTradeNo === payments[0]?.reference)).toBe(true)
  })

  test('tells our refund numbers where it carries references of their own', async () => {
    const world = await trade({ wxRefundReference: 'own' })
    const { rows } = await world.read()
    const refunds = rows.filter(({ kind }) => kind === 'refund')
    expect(refunds.map((row) => [row.outTradeNo, row.outRefundNo])).toEqual([
      ['p1', 'r1'],
      ['p1', 'r2'],
    ])
  })

  test('shows money under way on one day and booked on the next, as two rows', async () => {
    const world = await start({ paidAfterMs: 20 * HOUR_MS })
    await paid(world, 'p1', { value: 1999, currency: 'USD' })
    await world.clock.advance(24 * HOUR_MS)
    const [first] = (await world.read(TODAY)).rows
    const [second] = (await world.read(TOMORROW)).rows
    expect(first).toMatchObject({ status: 'pending', outTradeNo: 'p1', settled: null })
    expect(second).toMatchObject({ status: 'paid', outTradeNo: 'p1' })
    expect(first?.rowId).not.toBe(second?.rowId)
  })

  test('is the same when it is read twice, packed, or books with the other record', async () => {
    const world = await trade()
    const report = await world.read()
    expect(await world.read()).toEqual(report)
    world.simulator.configure({ wxPacked: true })
    const [file] = world.simulator.files(TODAY)
    const packed = await world.provider.readSettlement?.({
      kind: 'file',
      name: file?.name.replace('.gz', '') ?? '',
      bytes: file?.bytes ?? new Uint8Array(),
    })
    expect(packed).toEqual(report)
    world.simulator.configure({ wxPaidRecord: '+ON' })
    expect((await world.read()).rows.filter(({ status }) => status === 'paid')).toHaveLength(2)
  })

  test('of a day without turnover is empty and no problem', async () => {
    const world = await trade()
    expect(await world.read('2026-06-23')).toEqual({ rows: [], problems: [] })
  })

  test('with a record that nobody knows keeps it, reports it, and pays nothing', async () => {
    const world = await trade({ wxStrangeRecord: '+ZZ' })
    const { rows } = await world.read()
    const strange = rows.filter(({ unknownStatus }) => unknownStatus)
    expect(strange.map(({ status, outTradeNo }) => [status, outTradeNo])).toEqual([
      ['pending', 'p1'],
      ['pending', 'p2'],
    ])
    expect(rows.some(({ status }) => status === 'paid')).toBe(false)
  })

  test('from which a record was taken is unverifiable, and one cut off is none', async () => {
    const world = await trade()
    const shortened = (text: string) =>
      text.replace(/<tns:DataRecord>[\s\S]*?<\/tns:DataRecord>/, '')
    await expect(world.read(TODAY, shortened)).rejects.toMatchObject({ outcome: 'unverifiable' })
    const cut = (text: string) => text.slice(0, -30)
    await expect(world.read(TODAY, cut)).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('is brought as a file: a day cannot be asked for', async () => {
    const { provider } = await start()
    expect(provider.capabilities.settlement).toEqual(['file'])
    const asked = provider.readSettlement?.({ kind: 'day', day: TODAY })
    await expect(asked).rejects.toMatchObject({ outcome: 'rejected' })
  })
})
