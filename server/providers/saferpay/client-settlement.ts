import type { SettlementReport } from '../../domain/settlement.ts'
import { ProviderError } from '../errors.ts'
import { HttpFailure, type HttpResponse } from '../http.ts'
import type { SettlementRequest } from '../provider.ts'
import { type ClientDeps, refusalError, unreadable, withoutErrorObject } from './client.ts'
import { dayRange, type Listed, reportOf } from './settlement.ts'
import { accessOf } from './signing.ts'
import { errorSchema, jsonOf, requestIdOf } from './wire.ts'
import {
  MANAGEMENT_VERSION,
  PAGE_SIZE,
  pageSchema,
  TRANSACTION_STATES,
  type TransactionState,
  type WirePage,
} from './wire-settlement.ts'

/** The Management API's list of transactions, read to its end. All of it throws ProviderError. */

/** Two million transactions: beyond it, something repeats itself. */
const MAX_PAGES = 2_000

/**
 * The transactions of one day of Saferpay's, which must be over. A day reaches two minutes into the
 * one before, because the ends of a day are not documented to the second; rows have the same number
 * in both.
 */
export async function readSettlement(
  deps: ClientDeps,
  request: SettlementRequest,
): Promise<SettlementReport> {
  const range = request.kind === 'day' ? dayRange(request.day) : null
  if (request.kind !== 'day' || range === null) {
    const message = "Saferpay's transactions are asked for by day, YYYY-MM-DD"
    throw new ProviderError({ outcome: 'rejected', accountId: deps.accountId, message })
  }
  const lists: Listed[] = []
  for (const state of TRANSACTION_STATES) lists.push(await listOf(deps, { state, ...range }))
  return reportOf(lists, { accountId: deps.accountId, day: request.day })
}

interface Wanted {
  readonly state: TransactionState
  readonly from: string
  readonly until: string
}

/** All pages of one list. The server may give smaller pages than it was asked for. */
async function listOf(deps: ClientDeps, wanted: Wanted): Promise<Listed> {
  const transactions: unknown[] = []
  let total = 0
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { TotalTransactions, Transactions } = await pageOf(deps, { ...wanted, page })
    total = TotalTransactions
    transactions.push(...Transactions)
    if (Transactions.length === 0 || transactions.length >= total) break
  }
  return { state: wanted.state, total, transactions }
}

async function pageOf(deps: ClientDeps, wanted: Wanted & { page: number }): Promise<WirePage> {
  const { customerId, terminalId } = deps.config
  const path = `customers/${customerId}/transactions`
  const query = new URLSearchParams({
    TransactionState: wanted.state,
    TerminalId: terminalId,
    StartDate: wanted.from,
    EndDate: wanted.until,
    PageSize: String(PAGE_SIZE),
    PageNumber: String(wanted.page),
  })
  const response = await send(deps, path, query.toString())
  const json = jsonOf(response)
  const { status } = response
  if (status < 200 || status >= 300) {
    const error = errorSchema.safeParse(json)
    if (!error.success) throw withoutErrorObject(deps, path, response)
    throw refusalError(deps, { call: path, status, error: error.data })
  }
  const parsed = pageSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw unreadable(deps, path, parsed.error.issues.map((issue) => issue.path.join('.')).join(', '))
}

async function send(deps: ClientDeps, path: string, query: string): Promise<HttpResponse> {
  const { accountId, config } = deps
  const access = accessOf(config.credentials)
  try {
    return await deps.http({
      method: 'GET',
      url: `${config.endpoint}/rest/${path}?${query}`,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        Accept: 'application/json',
        'Saferpay-ApiVersion': MANAGEMENT_VERSION,
        'Saferpay-RequestId': requestIdOf(path, query, deps.nowMs()),
        ...access.headers,
      },
      body: null,
      timeoutMs: config.timeoutMs,
      ...access.tls,
    })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    throw new ProviderError({
      outcome: error.mayHaveArrived ? 'unknown' : 'notSent',
      accountId,
      message: `Saferpay did not answer ${path}: ${error.message}`,
      cause: error,
    })
  }
}
