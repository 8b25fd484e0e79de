import { z } from 'zod'
import { ALPHANUMERIC, DIGITS, type Random } from '../../random.ts'
import { unknownObject } from './errors.ts'
import type { WebhookTarget } from './options.ts'
import { parse } from './requests.ts'

/** A webhook endpoint of an account, as its API shows it. */
export interface EndpointRow {
  readonly id: string
  readonly account: string
  readonly url: string
  readonly secret: string
  /** `*` for all. */
  readonly enabledEvents: readonly string[]
  readonly description: string | null
  readonly apiVersion: string
  readonly createdAtMs: number
}

/** The webhook endpoints of all accounts. Those that want something throw ApiProblem. */
export interface Endpoints {
  of(account: string): readonly EndpointRow[]
  /** In place of all that the account had. */
  replace(account: string, targets: readonly WebhookTarget[]): void
  create(account: string, body: string): EndpointRow
  update(account: string, id: string, body: string): EndpointRow
  get(account: string, id: string): EndpointRow
  remove(account: string, id: string): void
}

const shape = {
  url: z.url({ protocol: /^https?$/ }),
  enabled_events: z.array(z.string().min(1)).min(1),
  description: z.string().optional(),
  api_version: z.string().optional(),
}
const createSchema = z.object(shape)
const updateSchema = z.object(shape).partial()

export const API_VERSION = '1.0.1'

export function createEndpoints(random: Random, nowMs: () => number): Endpoints {
  let rows: EndpointRow[] = []
  const of = (account: string) => rows.filter((row) => row.account === account)
  const get = (account: string, id: string) => {
    const row = of(account).find((one) => one.id === id)
    if (!row) throw unknownObject('webhook endpoint', id)
    return row
  }
  const newRow = (account: string, target: WebhookTarget): EndpointRow => ({
    id: `we_${random.word(19, DIGITS)}`,
    account,
    url: target.url,
    secret: target.secret,
    enabledEvents: target.enabledEvents ?? ['*'],
    description: null,
    apiVersion: API_VERSION,
    createdAtMs: nowMs(),
  })
  return {
    of,
    replace(account, targets) {
      const others = rows.filter((row) => row.account !== account)
      rows = [...others, ...targets.map((target) => newRow(account, target))]
    },
    create(account, body) {
      const fields = parse(body, createSchema)
      const secret = `whsec_${random.word(32, ALPHANUMERIC)}`
      const row = {
        ...newRow(account, { url: fields.url, secret, enabledEvents: fields.enabled_events }),
        description: fields.description ?? null,
        apiVersion: fields.api_version ?? API_VERSION,
      }
      rows = [...rows, row]
      return row
    },
    update(account, id, body) {
      const fields = parse(body, updateSchema)
      const row = get(account, id)
      const changed = {
        ...row,
        url: fields.url ?? row.url,
        enabledEvents: fields.enabled_events ?? row.enabledEvents,
        description: fields.description ?? row.description,
      }
      rows = rows.map((one) => (one === row ? changed : one))
      return changed
    },
    get,
    remove(account, id) {
      const row = get(account, id)
      rows = rows.filter((one) => one !== row)
    },
  }
}
