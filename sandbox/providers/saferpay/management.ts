import { htmlReply, jsonReply, type Reply, type SandboxRequest } from '../../http.ts'
import { admitted } from './calls.ts'
import { listedOf } from './listed.ts'
import type { SaferpayTerminal } from './options.ts'
import { invalid } from './requests.ts'
import { SaferpayRefusal } from './wire.ts'
import type { World } from './world.ts'

/** The Management API, as far as reconciliation needs it: no header objects, but two headers. */
export const TRANSACTIONS_PATH = '/api/rest/customers/{customerId}/transactions'

const DAY_MS = 24 * 60 * 60 * 1_000
const STATES = ['SUCCESSFUL', 'FAILED', 'PENDING'] as const

export function answerManagement(world: World, request: SandboxRequest): Promise<Reply> {
  return world.faults.around(
    'list',
    () => reply(world, request),
    (status) => htmlReply(status, '<h1>Error</h1>'),
  )
}

function reply(world: World, request: SandboxRequest): Reply {
  try {
    const terminal = admitted(world, request)
    checkHeaders(request)
    if (request.params['customerId'] !== terminal.customerId) {
      throw new SaferpayRefusal('PERMISSION_DENIED', { status: 403 })
    }
    return jsonReply(200, page(world, terminal, new URLSearchParams(request.query)))
  } catch (error) {
    if (!(error instanceof SaferpayRefusal)) throw error
    return jsonReply(error.answer.status, error.answer.body)
  }
}

function checkHeaders({ headers }: SandboxRequest): void {
  const version = headers['saferpay-apiversion'] ?? ''
  const requestId = headers['saferpay-requestid'] ?? ''
  if (!/^\d\.\d{1,3}$/.test(version)) throw invalid(['Saferpay-ApiVersion: missing or unknown'])
  if (!/^[A-Za-z0-9.:_-]{1,50}$/.test(requestId)) throw invalid(['Saferpay-RequestId: 1 to 50'])
}

function page(world: World, { customerId }: SaferpayTerminal, query: URLSearchParams): object {
  const state = STATES.find((known) => known === (query.get('TransactionState') ?? 'SUCCESSFUL'))
  if (!state) throw invalid(['TransactionState: unknown'])
  const { listPageMax } = world.behaviour()
  const size = Math.min(whole(query, 'PageSize') ?? 1_000, 2_000, listPageMax)
  // Requests count pages from 1 and answers from 0, both as documented.
  const index = Math.max(whole(query, 'PageNumber') ?? 1, 1) - 1
  const period = periodOf(world, query)
  const terminalId = whole(query, 'TerminalId')
  const all = listedOf(world, { state, customerId }).filter(
    ({ atMs, row }) =>
      atMs > period.fromMs &&
      atMs < period.untilMs &&
      (terminalId === null || row.TerminalId === terminalId),
  )
  return {
    PageNumber: index,
    PageSize: size,
    TotalTransactions: all.length,
    Transactions: all.slice(index * size, (index + 1) * size).map(({ row }) => row),
  }
}

/** Later than StartDate, before EndDate, and nothing of today. */
function periodOf(world: World, query: URLSearchParams) {
  const fromMs = instant(query, 'StartDate')
  const untilMs = instant(query, 'EndDate')
  const todayMs = Math.floor(world.nowMs() / DAY_MS) * DAY_MS
  if (untilMs >= todayMs) throw invalid(['EndDate: must be less than today at 00:00'])
  return { fromMs, untilMs }
}

function instant(query: URLSearchParams, name: string): number {
  const given = query.get(name) ?? ''
  const atMs = Date.parse(given.length === 10 ? `${given}T00:00Z` : `${given}Z`)
  const isOne = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?$/.test(given) && !Number.isNaN(atMs)
  if (!isOne) throw invalid([`${name}: yyyy-MM-dd or yyyy-MM-ddTHH:mm`])
  return atMs
}

function whole(query: URLSearchParams, name: string): number | null {
  const given = query.get(name)
  if (given === null || given === '') return null
  if (!/^\d{1,8}$/.test(given)) throw invalid([`${name}: a whole number`])
  return Number(given)
}
