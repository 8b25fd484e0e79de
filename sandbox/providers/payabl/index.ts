import { createRouter } from '../../http.ts'
import { type ProviderSimulator, SandboxError } from '../../simulator.ts'
import { createCommon, type SimulatorOptions } from '../common.ts'
import { payPrepayment } from '../wallet.ts'
import { answerCall } from './calls.ts'
import { hostedPage, leavePage } from './hosted-page.ts'
import { createLedger } from './ledger.ts'
import { forgePaid } from './notifications.ts'
import {
  behaviourSchema,
  type PayablBehaviour,
  type PayablBehaviourInput,
  type PayablMerchant,
} from './options.ts'
import { fail, succeed } from './payments.ts'
import type { World } from './world.ts'

export type { PayablBehaviourInput, PayablMerchant } from './options.ts'

export interface PayablOptions extends SimulatorOptions {
  readonly merchants: readonly PayablMerchant[]
  readonly behaviour?: PayablBehaviourInput
  readonly port?: number
}

export interface PayablSimulator extends ProviderSimulator {
  merchants(): readonly PayablMerchant[]
  /** Adds a merchant, or replaces the one of the same id: another secret. */
  register(merchant: PayablMerchant): void
  /** The payer gives up on the hosted page; -5003. */
  leave(ref: string): void
  /** The payer's side takes the money of a paid payment back. */
  chargeBack(ref: string): void
  behaviour(): PayablBehaviour
  configure(changes: Partial<PayablBehaviourInput>): void
}

/**
 * payabl.'s back office for WeChat Pay: signed forms under `/pay/backoffice/`, hosted pages under
 * `/wechatpay/`, and notifications. Sources: developer pages "WeChat Pay", "Diagnose", "Refund".
 */
export async function createPayabl(options: PayablOptions): Promise<PayablSimulator> {
  const common = createCommon(options, {
    name: 'payabl',
    behaviourSchema,
    retryDelaysMs: ({ notificationPausesMs }) => notificationPausesMs,
  })
  let url = ''
  const world: World = {
    ...common.world,
    ledger: createLedger(),
    merchants: new Map(options.merchants.map((merchant) => [merchant.merchantId, merchant])),
    publicUrl: () => url,
  }
  const pagePath = '/wechatpay/{site}/I'
  const server = await common.serve({
    port: options.port ?? 0,
    handler: createRouter([
      {
        method: 'POST',
        path: '/pay/backoffice/{operation}',
        handler: (request) => answerCall(world, request),
      },
      { method: 'GET', path: pagePath, handler: (request) => hostedPage(world, request) },
      { method: 'POST', path: pagePath, handler: (request) => leavePage(world, request) },
    ]),
  })
  url = server.url

  return {
    ...common.controls,
    url,
    ...verbs(world),
    books: () => world.ledger.books(),
    merchants: () => [...world.merchants.values()],
    register: (merchant) => void world.merchants.set(merchant.merchantId, merchant),
    figures: () => ({ failedTries: failedTries(world) }),
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
    if (row.code === '2000' && row.prepay) return { row, prepayId: row.prepay.prepayId }
    throw new SandboxError(409, `the payment ${row.transactionId} has ended with ${row.code}`)
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
    expire: (ref: string) => fail(world, open(ref).row, '-1315'),
    leave: (ref: string) => fail(world, open(ref).row, '-5003'),
    decline: (ref: string) => fail(world, open(ref).row, '-5002'),
    forgePaid: (ref: string) => forgePaid(world, world.ledger.named(ref)),
    chargeBack(ref: string) {
      const row = world.ledger.named(ref)
      if (row.code !== '0') throw new SandboxError(409, `nothing to take: ${row.code}`)
      row.chargedBackAtMs = world.nowMs()
    },
  }
}

function failedTries(world: World): number {
  return world.ledger.payments().reduce((sum, row) => sum + row.failedTries, 0)
}
