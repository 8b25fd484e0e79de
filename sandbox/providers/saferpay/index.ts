import { createRouter, type Route } from '../../http.ts'
import type { Transport } from '../../notifier.ts'
import { type ProviderSimulator, SandboxError } from '../../simulator.ts'
import { createCommon, type SimulatorOptions } from '../common.ts'
import { payPrepayment } from '../wallet.ts'
import { answerCall, CALLS, unknownCall } from './calls.ts'
import { openPage, pressButton, SESSION_PATH, showPage } from './hosted-page.ts'
import { createLedger, isOpen } from './ledger.ts'
import { answerManagement, TRANSACTIONS_PATH } from './management.ts'
import { asGet, forgeSuccess } from './notifications.ts'
import {
  behaviourSchema,
  type SaferpayBehaviour,
  type SaferpayBehaviourInput,
  type SaferpayTerminal,
} from './options.ts'
import { end, lapse, PAGE_PATH, pay, payable } from './payments.ts'
import type { World } from './world.ts'

export type { SaferpayTerminal } from './options.ts'

export interface SaferpayOptions extends SimulatorOptions {
  readonly terminals: readonly SaferpayTerminal[]
  readonly behaviour?: SaferpayBehaviourInput
  readonly port?: number
  /** Notifications arrive here as GETs: everything is in the address, the body is empty. */
  readonly transport?: Transport
}

export interface SaferpaySimulator extends ProviderSimulator {
  terminals(): readonly SaferpayTerminal[]
  /** Adds a terminal, or replaces the one of the same id: another login or other currencies. */
  register(terminal: SaferpayTerminal): void
  /** The payer gives up on the page. */
  abort(ref: string): void
  /** Asserts in vain without a new event before; accounts that poll can be blocked. */
  pollingViolations(ref?: string): number
  behaviour(): SaferpayBehaviour
  configure(changes: Partial<SaferpayBehaviourInput>): void
}

/**
 * Saferpay's JSON API for WeChat Pay: calls under `/api/Payment/v1/`, the list of transactions under
 * `/api/rest/`, the Payment Page under `/vt2/`, and notifications. Sources: JSON API specification 1.53, WeChat Pay page of the integration guide.
 */
export async function createSaferpay(options: SaferpayOptions): Promise<SaferpaySimulator> {
  const ledger = createLedger()
  const asGets = { ...options, transport: asGet(options.transport) }
  const common = createCommon(asGets, {
    name: 'saferpay',
    behaviourSchema,
    retryDelaysMs: ({ notificationRetries, notificationRetryEveryMs }) =>
      Array.from({ length: notificationRetries }, () => notificationRetryEveryMs),
    onAttempt({ subject, kind }) {
      const row = ledger.payments().find(({ transactionId }) => transactionId === subject)
      if (row && (kind === 'genuine' || kind === 'duplicate')) row.freshEvents += 1
    },
  })
  let url = ''
  const world: World = {
    ...common.world,
    ledger,
    terminals: new Map(options.terminals.map((terminal) => [terminal.terminalId, terminal])),
    answered: new Map(),
    publicUrl: () => url,
  }
  const server = await common.serve({
    port: options.port ?? 0,
    handler: createRouter(routes(world), unknownCall),
  })
  url = server.url

  return {
    ...common.controls,
    url,
    ...verbs(world),
    books: () => world.ledger.books(),
    terminals: () => [...world.terminals.values()],
    register: (terminal) => void world.terminals.set(terminal.terminalId, terminal),
    figures: () => ({ pollingViolations: pollingViolations(world) }),
    reset() {
      common.reset()
      world.answered.clear()
      world.ledger.clear()
    },
    async close() {
      common.stop()
      await server.close()
    },
  }
}

function routes(world: World): readonly Route[] {
  const calls = Object.entries(CALLS).map(([path, call]) => ({
    method: 'POST',
    path: `/api/Payment/v1/${path}`,
    handler: answerCall(world, path, call),
  }))
  const pages: readonly Route[] = [
    {
      method: 'GET',
      path: TRANSACTIONS_PATH,
      handler: (request) => answerManagement(world, request),
    },
    {
      method: 'GET',
      path: `${PAGE_PATH}/{customer}/{terminal}/{token}`,
      handler: (request) => openPage(world, request),
    },
    {
      method: 'GET',
      path: `${SESSION_PATH}/{session}`,
      handler: (request) => showPage(world, request),
    },
    {
      method: 'POST',
      path: `${SESSION_PATH}/{session}/{button}`,
      handler: (request) => pressButton(world, request),
    },
  ]
  return [...calls, ...pages]
}

function verbs(world: World) {
  const open = (ref: string) => {
    const row = world.ledger.named(ref)
    if (isOpen(row)) return row
    throw new SandboxError(409, `the payment ${row.transactionId} is ${row.state}`)
  }
  return {
    async pay(ref: string, { person }: { person?: string } = {}) {
      const row = world.ledger.named(ref)
      const { prepayId } = payable(world, row)
      payPrepayment(world, { prepayId, person, onPaid: () => pay(world, row) })
    },
    failTry(ref: string) {
      open(ref).failedTries += 1
    },
    expire: (ref: string) => lapse(world, open(ref)),
    decline: (ref: string) => end(world, open(ref), 'DECLINED'),
    abort: (ref: string) => end(world, open(ref), 'ABORTED'),
    forgePaid: (ref: string) => forgeSuccess(world, world.ledger.named(ref)),
    pollingViolations: (ref?: string) => pollingViolations(world, ref),
  }
}

function pollingViolations(world: World, ref?: string): number {
  const rows = ref === undefined ? world.ledger.payments() : [world.ledger.named(ref)]
  return rows.reduce((total, row) => total + row.pollingViolations, 0)
}
