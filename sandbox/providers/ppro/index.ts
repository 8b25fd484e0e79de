import { createRouter } from '../../http.ts'
import { type ProviderSimulator, SandboxError } from '../../simulator.ts'
import { createCommon, type SimulatorOptions } from '../common.ts'
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

export interface PproOptions extends SimulatorOptions {
  readonly contracts: readonly PproContract[]
  readonly behaviour?: PproBehaviourInput
  readonly port?: number
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
  const ledger = createLedger()
  const common = createCommon(options, {
    name: 'ppro',
    behaviourSchema,
    retryDelaysMs: ({ notificationRetries, notificationRetryEveryMs }) =>
      Array.from({ length: notificationRetries }, () => notificationRetryEveryMs),
    onAttempt({ subject, kind }) {
      const row = ledger.transactions().find(({ txid }) => txid === subject)
      if (row && (kind === 'genuine' || kind === 'duplicate')) row.freshEvents += 1
    },
  })
  let url = ''
  const world: World = {
    ...common.world,
    ledger,
    contracts: new Map(options.contracts.map((contract) => [contract.contractId, contract])),
    publicUrl: () => url,
  }
  const server = await common.serve({
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
  url = server.url

  return {
    ...common.controls,
    url,
    ...verbs(world),
    books: () => world.ledger.books(),
    contracts: () => [...world.contracts.values()],
    register: (contract) => void world.contracts.set(contract.contractId, contract),
    figures: () => ({ pollingViolations: pollingViolations(world) }),
    reset() {
      common.reset()
      world.ledger.clear()
    },
    async close() {
      common.stop()
      await server.close()
    },
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
