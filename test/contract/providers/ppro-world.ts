import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import { createPpro, type PproContract } from '../../../sandbox/providers/ppro/index.ts'
import type { PproBehaviourInput } from '../../../sandbox/providers/ppro/options.ts'
import { createRandom } from '../../../sandbox/random.ts'
import { createRegistry, TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { createPrepayBook } from '../../../sandbox/wechat/pay/book.ts'
import { createPeople, PERSONAS } from '../../../sandbox/wechat/people.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import { createPproProvider, pproConfigSchema } from '../../../server/providers/ppro/index.ts'
import type { CreatePaymentInput, PaymentReference } from '../../../server/providers/provider.ts'
import type { Money } from '../../../shared/money.ts'

/** PPRO's adapter over real HTTP against its simulator, both on virtual time. */

const SEED = 'the files of PPRO'

const CONTRACT: PproContract = {
  login: 'johndoe',
  password: 'a-password-of-the-contract',
  contractId: 'TESTCONTRACT',
  notificationSecret: 'a-secret-for-notifications',
  sharedSecret: 'a-secret-for-returns',
  settlementCurrency: 'USD',
  wechat: {
    mchId: '1900030000',
    appId: TEA_SHOP_APPS.find(({ kind }) => kind === 'officialAccount')?.appId ?? '',
    apiKey: 'sandboxpprowechatkey000000000000',
  },
}

export async function pproPair(behaviour: PproBehaviourInput = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const random = createRandom(SEED)
  const registry = createRegistry(TEA_SHOP_APPS, [])
  const people = createPeople(PERSONAS, registry)
  const origin = () => 'http://wechat.test'
  const wechat = createPrepayBook({ clock, random, registry, people, origin })
  const simulator = await createPpro({
    clock,
    random,
    wechat,
    walletPay: (prepayId, person) => void wechat.payAs(prepayId, person),
    contracts: [CONTRACT],
    behaviour,
    transport: () => Promise.resolve(200),
  })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await simulator.close()
    clock.close()
  })
  const { login, password, contractId, notificationSecret, sharedSecret } = CONTRACT
  const connect = (changes: Readonly<Record<string, unknown>> = {}) =>
    createPproProvider({
      accountId: 'ppro',
      clock,
      http,
      config: pproConfigSchema.parse({
        endpoint: simulator.url,
        channel: 'testchannel',
        login,
        password,
        contractId,
        notificationSecret,
        sharedSecret,
        ...changes,
      }),
    })
  return { clock, simulator, provider: connect(), connect }
}

export type PproPair = Awaited<ReturnType<typeof pproPair>>

/** A payment that waits, named as the store would name it. */
export async function created(
  { provider, clock }: PproPair,
  outTradeNo: string,
  amount: Money = { value: 1999, currency: 'CNY' },
): Promise<PaymentReference> {
  const wish: CreatePaymentInput = {
    orderRef: `order-${outTradeNo}`,
    outTradeNo,
    scene: 'desktopQr',
    amount,
    payer: null,
    description: 'Longjing, 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: 'https://shop.example/v1/notifications/ppro',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: clock.nowMs() + 3_600_000,
  }
  const { fact, providerState } = await provider.createPayment(wish)
  const { providerPaymentId } = fact
  return { outTradeNo, amount, scene: 'desktopQr', providerPaymentId, providerState }
}

export async function paid(
  pair: PproPair,
  outTradeNo: string,
  amount: Money,
): Promise<PaymentReference> {
  const ref = await created(pair, outTradeNo, amount)
  await pair.simulator.pay(ref.providerPaymentId ?? '')
  return ref
}
