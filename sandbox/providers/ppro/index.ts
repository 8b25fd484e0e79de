import type { SandboxClock } from '../../clock.ts'
import { createFaults } from '../../faults.ts'
import { createRouter, serve } from '../../http.ts'
import { createNotifier, type Transport } from '../../notifier.ts'
import type { Random } from '../../random.ts'
import { type ProviderSimulator, SandboxError, type WalletPay } from '../../simulator.ts'
import { createTimerGroup } from '../../timer-group.ts'
import type { WechatPlatform } from '../../wechat/platform.ts'
import { payPrepayment } from '../wallet.ts'
import { answerCall } from './calls.ts'
import { filesOf, type PproFile } from './files.ts'
import { hostedPage } from './hosted-page.ts'
import { createLedger } from './ledger.ts'
import { forgeFinal } from './notifications.ts'
import {
  behaviourSchema,
  type FailReason,
  type PproBehaviour,
  type PproBehaviourInput,
  type PproContract,
} from './options.ts'
import { fail, succeed } from './transactions.ts'
import type { World } from './world.ts'

export type { PproFile } from './files.ts'
export type { PproContract } from './options.ts'

export interface PproOptions {
  readonly clock: SandboxClock
  readonly random: Random
  readonly wechat: WechatPlatform
  readonly walletPay?: WalletPay
  readonly contracts: readonly PproContract[]
  readonly behaviour?: PproBehaviourInput
  readonly port?: number
  readonly transport?: Transport
}

export interface PproSimulator extends ProviderSimulator {
  contracts(): readonly PproContract[]
  /** Adds a contract, or replaces the one of the same id: other passwords and secrets. */
  register(contract: PproContract): void
  /** Ends an open payment as FAILED for that reason, and notifies. */
  decline(ref: string, reason?: FailReason): void
  /** The payer's side takes the money of a paid payment back. */
  chargeBack(ref: string): void
  /** What lies on the SFTP server about one day of UTC, `YYYY-MM-DD`: settlement and processing
   * files of all contracts. */
  files(day: string): readonly PproFile[]
  /** Status questions asked although nothing had happened since the last one; PPRO forbids them. */
  pollingViolations(ref?: string): number
  behaviour(): PproBehaviour
  configure(changes: Partial<PproBehaviourInput>): void
}

/**
 * PPRO's Simple API for WeChat Pay: one endpoint for forms, hosted pages under `/wechatpay/`, and
 * notifications. Sources: Simple API developer hub, WeChat Pay Online and WeChat Pay H5 pages.
 */
export async function createPpro(options: PproOptions): Promise<PproSimulator> {
  const initial = behaviourSchema.parse(options.behaviour ?? {})
  const state = { behaviour: initial, url: '' }
  const world = createWorld(options, state)
  const server = await serve({
    port: options.port ?? 0,
    handler: createRouter([
      { method: 'POST', path: '/', handler: (request) => answerCall(world, request) },
      {
        method: 'GET',
        path: '/wechatpay/{txid}',
        handler: ({ params }) => hostedPage(world, params['txid'] ?? ''),
      },
    ]),
  })
  state.url = server.url

  return {
    name: 'ppro',
    url: server.url,
    faults: world.faults,
    notifications: world.notifier,
    ...verbs(world),
    books: () => world.ledger.books(),
    contracts: () => [...world.contracts.values()],
    register: (contract) => void world.contracts.set(contract.contractId, contract),
    figures: () => ({ pollingViolations: pollingViolations(world) }),
    behaviour: () => state.behaviour,
    configure(changes) {
      state.behaviour = behaviourSchema.parse({ ...state.behaviour, ...changes })
    },
    reset() {
      state.behaviour = initial
      world.notifier.reset()
      world.faults.reset()
      world.timers.cancelAll()
      world.ledger.clear()
    },
    async close() {
      world.timers.cancelAll()
      world.notifier.reset()
      await server.close()
    },
  }
}

function createWorld(
  options: PproOptions,
  state: { behaviour: PproBehaviour; url: string },
): World {
  const { clock, wechat, walletPay } = options
  const random = options.random.fork('ppro')
  const ledger = createLedger()
  const faults = createFaults({ clock, random: random.fork('faults') })
  const notifier = createNotifier({
    clock,
    faults,
    retryDelaysMs() {
      const { notificationRetries, notificationRetryEveryMs } = state.behaviour
      return Array.from({ length: notificationRetries }, () => notificationRetryEveryMs)
    },
    onAttempt({ subject, kind }) {
      const row = ledger.transactions().find(({ txid }) => txid === subject)
      if (row && (kind === 'genuine' || kind === 'duplicate')) row.freshEvents += 1
    },
    ...(options.transport ? { transport: options.transport } : {}),
  })
  return {
    clock,
    random,
    wechat,
    walletPay,
    ledger,
    faults,
    notifier,
    contracts: new Map(options.contracts.map((contract) => [contract.contractId, contract])),
    behaviour: () => state.behaviour,
    nowMs: () => clock.nowMs() + state.behaviour.clockSkewMs,
    timers: createTimerGroup(clock),
    publicUrl: () => state.url,
  }
}

function verbs(world: World) {
  const open = (ref: string) => {
    const row = world.ledger.named(ref)
    if (row.status === 'PENDING' && row.prepay) return { row, prepayId: row.prepay.prepayId }
    throw new SandboxError(409, `the payment ${row.txid} is ${row.status}`)
  }
  return {
    async pay(ref: string, payer: { person?: string } = {}) {
      const { row, prepayId } = open(ref)
      const { person } = payer
      payPrepayment(world, { prepayId, person, onPaid: () => succeed(world, row) })
    },
    failTry(ref: string) {
      open(ref).row.failedTries += 1
    },
    expire: (ref: string) => fail(world, open(ref).row, 'TIMEOUT'),
    decline: (ref: string, reason: FailReason = 'REMOTE_DECLINE') =>
      fail(world, open(ref).row, reason),
    forgePaid: (ref: string) => forgeFinal(world, world.ledger.named(ref)),
    chargeBack(ref: string) {
      const row = world.ledger.named(ref)
      if (row.status !== 'SUCCEEDED') throw new SandboxError(409, `nothing to take: ${row.status}`)
      row.chargedBackAtMs = world.nowMs()
    },
    files: (day: string) => filesOf(world, day),
    pollingViolations: (ref?: string) => pollingViolations(world, ref),
  }
}

function pollingViolations(world: World, ref?: string): number {
  const rows = ref === undefined ? world.ledger.transactions() : [world.ledger.named(ref)]
  return rows.reduce((sum, row) => sum + row.pollingViolations, 0)
}
