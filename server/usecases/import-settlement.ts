import type { SettlementEntry, SettlementProblem, SettlementRow } from '../domain/settlement.ts'
import { ProviderError } from '../providers/errors.ts'
import type { Provider, SettlementRequest } from '../providers/provider.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { type RecordedRow, recordSettlementRow } from './record-settlement.ts'

/** Rows of one transaction: enough to be quick, and few enough to let others in between. */
const ROWS_AT_ONCE = 50
const RETRY_AFTER_MS = 60_000

export interface ImportReport {
  readonly read: number
  /** Rows that were not here before. */
  readonly new: number
  /** Payments and refunds that moved on because of this import. */
  readonly applied: number
  /** How the rows that were read stand now. */
  readonly matched: number
  readonly unmatched: number
  readonly quarantined: number
  readonly problems: readonly SettlementProblem[]
}

/**
 * Reads one day or one file of the provider's books and applies every row once, however often and
 * in however many overlapping files it is read. Throws UseCaseError `accountNotFound` and
 * `settlementUnsupported`, and what the provider throws.
 */
export async function importSettlement(
  deps: Deps,
  accountId: string,
  request: SettlementRequest,
): Promise<ImportReport> {
  const { rows, problems } = await readerOf(deps, accountId, request)(request)
  const known = new Map<string, SettlementEntry>()
  const sums = { new: 0, applied: 0 }
  // Payments first: their rows carry the numbers by which the others are matched.
  const ordered = rows.toSorted((left, right) => rank(left) - rank(right) || byRowId(left, right))
  for (let start = 0; start < ordered.length; start += ROWS_AT_ONCE) {
    const batch = ordered.slice(start, start + ROWS_AT_ONCE)
    for (const { isNew, entries, applied } of await importBatch(deps, batch)) {
      sums.new += isNew ? 1 : 0
      sums.applied += applied
      for (const entry of entries) known.set(entry.row.rowId, entry)
    }
  }
  const read = rows.flatMap(({ rowId }) => known.get(rowId) ?? [])
  const count = (state: SettlementEntry['state']) =>
    read.filter((entry) => entry.state === state).length
  const report: ImportReport = {
    read: rows.length,
    ...sums,
    matched: count('matched'),
    unmatched: count('unmatched'),
    quarantined: count('quarantined'),
    problems: [...problems, ...read.flatMap(problemOf)],
  }
  deps.logger.info('settlement.imported', { accountId, count: report.new })
  if (report.problems.length > 0) {
    deps.logger.warn('settlement.problems', { accountId, count: report.problems.length })
  }
  return report
}

/** The same for the merchant who asks: what went wrong becomes a refusal with advice. */
export async function importSettlementOnRequest(
  deps: Deps,
  accountId: string,
  request: SettlementRequest,
): Promise<ImportReport> {
  try {
    const report = await importSettlement(deps, accountId, request)
    if (report.read > 0 || report.problems.length === 0) {
      if (request.kind === 'day') await noteImported(deps, accountId, request.day)
      return report
    }
    throw new UseCaseError('settlementUnreadable', { issues: report.problems.map(issueOf) })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    deps.logger.warn('settlement.readFailed', { accountId, outcome: error.outcome })
    throw refusalOf(error, request)
  }
}

/** A day that could not be had before is here now: nobody need look for it any more. */
async function noteImported(deps: Deps, accountId: string, day: string): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const failed = await tx.settlementDay(accountId, day)
    if (failed?.state !== 'failed') return
    await tx.updateSettlementDay({ ...failed, state: 'imported', reason: null })
  })
}

function readerOf(deps: Deps, accountId: string, { kind }: SettlementRequest) {
  const account = deps.accounts.byId(accountId)
  if (!account) throw new UseCaseError('accountNotFound')
  const { provider } = account
  if (!reads(provider, kind) || !provider.readSettlement) {
    const able = deps.accounts.all().filter((other) => reads(other.provider, kind))
    throw new UseCaseError('settlementUnsupported', {
      accounts: able.map((other) => other.provider.accountId),
    })
  }
  return provider.readSettlement.bind(provider)
}

function reads({ capabilities }: Provider, kind: SettlementRequest['kind']): boolean {
  return capabilities.settlement.includes(kind)
}

function importBatch(deps: Deps, rows: readonly SettlementRow[]): Promise<readonly RecordedRow[]> {
  return deps.store.transaction(async (tx) => {
    const recorded: RecordedRow[] = []
    for (const row of rows) recorded.push(await recordSettlementRow(tx, deps, row))
    return recorded
  })
}

function rank({ kind }: SettlementRow): number {
  return kind === 'payment' ? 0 : 1
}

/** Any fixed order: the end must not depend on how a file is sorted. */
function byRowId(left: SettlementRow, right: SettlementRow): number {
  return left.rowId < right.rowId ? -1 : Number(left.rowId > right.rowId)
}

function problemOf({ row, problem }: SettlementEntry): readonly SettlementProblem[] {
  if (problem === null) return []
  const number = row.outRefundNo ?? row.outTradeNo ?? row.providerRefundId ?? row.providerPaymentId
  return [{ source: row.source, line: row.line, message: `${problem} (${row.kind} ${number})` }]
}

function issueOf({ source, line, message }: SettlementProblem) {
  return { path: line === null ? source : `${source}:${line}`, message }
}

/** Reading changes nothing at the provider, so that every repeat is safe. */
function refusalOf(error: ProviderError, request: SettlementRequest): UseCaseError {
  const { outcome, message: detail } = error
  if (request.kind === 'file') {
    const issues = [{ path: request.name, message: detail }]
    return new UseCaseError('settlementUnreadable', { issues, cause: error })
  }
  if (outcome === 'rejected' || outcome === 'unverifiable') {
    return new UseCaseError('providerRejected', { detail, cause: error })
  }
  return new UseCaseError('providerUnavailable', {
    detail: `The provider's books cannot be had now: ${detail}`,
    retryAfterMs: error.retryAfterMs ?? RETRY_AFTER_MS,
    cause: error,
  })
}
