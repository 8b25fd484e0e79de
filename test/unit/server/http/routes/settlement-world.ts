import type { SettlementRow } from '../../../../../server/domain/settlement.ts'
import { createApiKeyStage } from '../../../../../server/http/api-key.ts'
import { createRefundRoutes } from '../../../../../server/http/routes/refunds.ts'
import { createSettlementRoutes } from '../../../../../server/http/routes/settlements.ts'
import { sha256Hex } from '../../../../../server/platform/hash.ts'
import type { SettlementRequest } from '../../../../../server/providers/provider.ts'
import { KEYED, LOOKED_UP } from '../../../../support/scripted-provider.ts'
import { createWorld } from '../../../../support/world.ts'
import { makeTools, startApp } from '../harness.ts'

const READS = { ...KEYED, settlement: ['day', 'file'] } as const
const FILES = { ...LOOKED_UP, settlement: ['file'] } as const
export const KEY = { authorization: 'Bearer merchant-key-1' }
export const CSV = { ...KEY, 'content-type': 'text/csv' }

/** A merchant with three accounts: `scripted` reads days and files, `files` files, `nothing` none. */
export async function openSettlementWorld() {
  const world = await createWorld({
    capabilities: READS,
    others: { files: FILES, nothing: LOOKED_UP },
  })
  /** What the provider was asked to read. */
  const asked: SettlementRequest[] = []
  const { provider } = world
  const read = provider.readSettlement.bind(provider)
  provider.readSettlement = (request?: SettlementRequest) => {
    if (request) asked.push(request)
    return read()
  }
  const apiKey = createApiKeyStage([{ keyId: 'shop', keyHash: sha256Hex('merchant-key-1') }])
  const idempotent = () => (_: unknown, next: () => Promise<void>) => next()
  const { address } = await startApp(makeTools(), {
    raw: [createSettlementRoutes(world, { apiKey })],
    parsed: [createRefundRoutes(world, { apiKey, idempotent })],
  })
  const importOf = (
    body: BodyInit,
    headers: Record<string, string>,
    path = 'scripted?name=bill.csv',
  ) => fetch(`${address}/v1/settlements/${path}`, { method: 'POST', headers, body })
  return {
    ...world,
    address,
    asked,
    importOf,
    importDay: (accountId = 'scripted', body: unknown = { day: '2026-06-24' }) =>
      importOf(JSON.stringify(body), { ...KEY, 'content-type': 'application/json' }, accountId),
    get: (path: string) => fetch(`${address}/v1/settlements/${path}`, { headers: KEY }),
    /** The provider's books say just this. */
    books(...rows: readonly SettlementRow[]): void {
      const ours = rows.map((row): SettlementRow => ({ ...row, accountId: 'scripted' }))
      provider.books = { rows: ours, problems: [] }
    },
  }
}

export type SettlementWorld = Awaited<ReturnType<typeof openSettlementWorld>>
