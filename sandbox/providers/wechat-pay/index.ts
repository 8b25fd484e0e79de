import type { SandboxServer, Serve } from '../../http.ts'
import { type ProviderSimulator, SandboxError } from '../../simulator.ts'
import { type CommonWorld, createCommon, type SimulatorOptions } from '../common.ts'
import { payPrepayment } from '../wallet.ts'
import { createAccounts, type IssuedCertificate, type WechatPayCredentials } from './accounts.ts'
import { createBillShelf } from './bills.ts'
import { createWechatKeys, type NewKeyPair, newRsaKeyPair } from './keys.ts'
import { createLedger } from './ledger.ts'
import { createLimits } from './limits.ts'
import { createNotices, strictTransport } from './notices.ts'
import {
  behaviourSchema,
  type WechatPayBehaviour,
  type WechatPayBehaviourInput,
  type WechatPayMerchant,
} from './options.ts'
import { close, expire, succeed } from './orders.ts'
import { createHost, type Host } from './routes.ts'
import type { World } from './world.ts'

export type { WechatPayCredentials } from './accounts.ts'
export type { WechatPayMerchant } from './options.ts'

export interface WechatPayOptions extends SimulatorOptions {
  readonly merchants: readonly WechatPayMerchant[]
  readonly behaviour?: WechatPayBehaviourInput
  /** Free ports where missing. */
  readonly ports?: Partial<Record<Host, number>>
  /** Where RSA keys come from; tests that need many worlds bring their own. */
  readonly newKeyPair?: NewKeyPair
}

export interface WechatPaySimulator extends ProviderSimulator {
  /** api.mch.weixin.qq.com, api2.mch.weixin.qq.com and apihk.mch.weixin.qq.com. */
  readonly urls: Readonly<Record<Host, string>>
  merchants(): readonly WechatPayMerchant[]
  /** Adds a merchant, or replaces the one of the same number; numbers in use keep their orders. */
  register(merchant: WechatPayMerchant): Promise<void>
  /** What the merchant's server is configured with. Throws SandboxError 404, as all that follow. */
  credentials(mchId: string): WechatPayCredentials
  issueApiCertificate(mchId: string): Promise<IssuedCertificate>
  revokeApiCertificate(mchId: string, serialNo: string): void
  /** Lists a new platform certificate that does not sign yet; answers its serial number. */
  issueCertificate(): Promise<string>
  /** Lets a listed certificate sign from now on. */
  useCertificate(serialNo: string): void
  /** Issues and uses at once; the old one stays on the list. */
  rotateCertificate(): Promise<string>
  /** Takes a certificate off the list. */
  retireCertificate(serialNo: string): void
  /** Another public key for the merchant, which signs from now on; answers its id. */
  issuePublicKey(mchId: string): Promise<string>
  retirePublicKey(mchId: string, id: string): void
  /** Notifications begin to move to the public key, over seven days. */
  startMigration(mchId: string): void
  /** Claims, under a SIGNTEST signature, that the payment was paid. */
  probe(ref: string): void
  /** Puts SIGNTEST signatures on the next so many answers. */
  probeAnswers(times: number): void
  /** Sends the last notification about a payment or refund once more, byte by byte and as old. */
  replay(subject: string): void
  /** Turns away the next so many calls with 429. */
  limitNext(times: number): void
  behaviour(): WechatPayBehaviour
  configure(changes: Partial<WechatPayBehaviourInput>): void
}

/**
 * WeChat Pay APIv3: orders, queries, refunds, certificates, bills, notifications; mainland and
 * cross-border, direct merchants and service providers. Sources: merchant documents doc/v3/merchant
 * (2025), official SDKs for Go 0.2.21 and Java 0.2.17, cross-border documents (2022 to 2025).
 */
export async function createWechatPay(options: WechatPayOptions): Promise<WechatPaySimulator> {
  const strict = { ...options, transport: strictTransport(options.transport) }
  const common = createCommon(strict, {
    name: 'wechat-pay',
    behaviourSchema,
    retryDelaysMs: ({ notificationRetryDelaysMs }) => notificationRetryDelaysMs,
  })
  const state = { answerProbes: 0 }
  const world = await createWorld(common.world, { ...options, state })
  for (const merchant of options.merchants) await world.accounts.register(merchant)
  const servers = await startHosts(world, common.serve, options.ports ?? {})

  return {
    ...common.controls,
    url: servers.primary.url,
    urls: {
      primary: servers.primary.url,
      secondary: servers.secondary.url,
      global: servers.global.url,
    },
    ...paymentVerbs(world),
    ...accountVerbs(world),
    ...certificateVerbs(world),
    books: () => world.ledger.books(),
    probeAnswers(times) {
      state.answerProbes = times
    },
    limitNext: (times) => world.limits.refuseNext(times),
    figures: () => ({ probesAccepted: world.notices.probesAccepted() }),
    reset() {
      state.answerProbes = 0
      for (const part of [common, world.notices, world.limits]) part.reset()
      world.bills.clear()
      world.ledger.clear()
    },
    async close() {
      common.stop()
      await closeAll(Object.values(servers))
    },
  }
}

async function createWorld(
  common: CommonWorld<WechatPayBehaviour>,
  input: { readonly newKeyPair?: NewKeyPair; readonly state: { answerProbes: number } },
): Promise<World> {
  const { clock, random, nowMs } = common
  const { newKeyPair = newRsaKeyPair, state } = input
  const keys = await createWechatKeys({ random: random.fork('keys'), nowMs, newKeyPair })
  const accountParts = { random: random.fork('accounts'), nowMs, newKeyPair, keys }
  const accounts = createAccounts(accountParts)
  return {
    ...common,
    accounts,
    keys,
    notices: createNotices({ ...common, accounts, keys }),
    ledger: createLedger(),
    limits: createLimits(clock),
    bills: createBillShelf(random.fork('bills')),
    takeAnswerProbe() {
      if (state.answerProbes === 0) return false
      state.answerProbes -= 1
      return true
    },
  }
}

/** Rejects, with nothing left listening, when one of the ports is taken. */
async function startHosts(
  world: World,
  serve: Serve,
  ports: Partial<Record<Host, number>>,
): Promise<Readonly<Record<Host, SandboxServer>>> {
  const started: SandboxServer[] = []
  const start = async (host: Host) => {
    const server = await serve({ handler: createHost(world, host), port: ports[host] ?? 0 })
    started.push(server)
    return server
  }
  try {
    const primary = await start('primary')
    const secondary = await start('secondary')
    return { primary, secondary, global: await start('global') }
  } catch (error) {
    await closeAll(started)
    throw error
  }
}

async function closeAll(servers: readonly SandboxServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()))
}

function paymentVerbs(world: World) {
  const open = (ref: string) => {
    const row = world.ledger.named(ref)
    const prepayId = row.prepayIds.at(-1)
    const payable = (row.state === 'NOTPAY' && !row.expired) || row.state === 'USERPAYING'
    if (payable && prepayId !== undefined) return { row, prepayId }
    throw new SandboxError(
      409,
      `the order ${row.outTradeNo} is ${row.expired ? 'over' : row.state}`,
    )
  }
  return {
    async pay(ref: string, payer: { person?: string } = {}) {
      const { row, prepayId } = open(ref)
      const { person } = payer
      const onPaid: Parameters<typeof payPrepayment>[1]['onPaid'] = (paid) =>
        succeed(world, row, { ...paid, prepayId })
      payPrepayment(world, { prepayId, person, onPaid })
    },
    failTry(ref: string) {
      open(ref).row.failedTries += 1
    },
    expire: (ref: string) => expire(world, open(ref).row),
    /** WeChat knows no refusal for good except by closing. */
    decline: (ref: string) => close(world, open(ref).row),
    forgePaid: (ref: string) => world.notices.forgePaid(world.ledger.named(ref)),
    probe: (ref: string) => world.notices.probe(world.ledger.named(ref)),
    replay: (subject: string) => world.notices.replay(subject),
  }
}

function accountVerbs({ accounts, keys }: World) {
  return {
    merchants: () => accounts.list(),
    register: (merchant: WechatPayMerchant) => accounts.register(merchant),
    credentials: (mchId: string) => accounts.credentials(mchId),
    issueApiCertificate: (mchId: string) => accounts.issueCertificate(mchId),
    revokeApiCertificate: (mchId: string, serialNo: string) =>
      accounts.revokeCertificate(mchId, serialNo),
    async issuePublicKey(mchId: string) {
      return (await keys.issuePublicKey(accounts.credentials(mchId).mchId)).serial
    },
    retirePublicKey: (mchId: string, id: string) => keys.retirePublicKey(mchId, id),
    startMigration: (mchId: string) => accounts.startMigration(mchId),
  }
}

function certificateVerbs({ keys }: World) {
  return {
    async issueCertificate() {
      return (await keys.issueCertificate()).serial
    },
    useCertificate: (serialNo: string) => keys.useCertificate(serialNo),
    async rotateCertificate() {
      const { serial } = await keys.issueCertificate()
      keys.useCertificate(serial)
      return serial
    },
    retireCertificate: (serialNo: string) => keys.retireCertificate(serialNo),
  }
}
