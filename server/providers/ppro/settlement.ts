import type { SettlementProblem, SettlementReport, SettlementRow } from '../../domain/settlement.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { rowOf } from './translate-settlement.ts'
import {
  type FileName,
  fileNameOf,
  footerProblems,
  type Line,
  type Table,
  tableOf,
  textOf,
} from './wire-settlement.ts'

/** PPRO's settlement and processing files: bytes in, rows out; pure. */

/** What the file is read for: PPRO writes one for all contracts and payment methods together. */
export interface ReadFor {
  readonly accountId: string
  readonly contractId: string
  readonly channel: string
}

/**
 * The rows of this account in one file as PPRO delivered it, plain or packed with gzip. Throws
 * `rejected` on what is none of PPRO's files, and `unverifiable` where a volume file is not what
 * its footer says, or its packing is broken.
 */
export function readFile(
  file: { readonly name: string; readonly bytes: Uint8Array },
  account: ReadFor,
): SettlementReport {
  const { accountId } = account
  const named = fileNameOf(file.name)
  if (!named) {
    throw fault(accountId, 'rejected', `${file.name} is not called like a file of PPRO's`)
  }
  const table = tableIn(file.bytes, named, accountId)
  const { rows, problems } = rowsOf(table, { named, account })
  const wrongSums = footerProblems(table, named.kind)
  const wrong = wrongSums.find(({ isProof }) => isProof)
  if (wrong) throw fault(accountId, 'unverifiable', `${named.name} is damaged: ${wrong.message}`)
  const whole = wrongSums.map(({ message }) => ({ source: named.name, line: null, message }))
  return { rows, problems: [...problems, ...whole] }
}

function tableIn(bytes: Uint8Array, { kind, name }: FileName, accountId: string): Table {
  let text: string
  try {
    text = textOf(bytes)
  } catch {
    throw fault(accountId, 'unverifiable', `${name} is damaged: it cannot be unpacked`)
  }
  try {
    return tableOf(text, kind)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw fault(accountId, 'rejected', `${name} cannot be read: ${error.message}`)
  }
}

function rowsOf(
  { lines, broken }: Table,
  { named, account }: { named: FileName; account: ReadFor },
): SettlementReport {
  const source = named.name
  const rows = new Map<string, SettlementRow>()
  const problems: SettlementProblem[] = broken.map((line) => {
    return { source, line, message: 'it has more or fewer fields than the header' }
  })
  const ours = lines.filter((line) => belongsTo(line, account))
  for (const line of ours) {
    const problem = (message: string) => problems.push({ source, line: line.line, message })
    try {
      const row = rowOf(line, { named, accountId: account.accountId })
      if (rows.has(row.rowId)) problem('it stands in this file twice')
      else rows.set(row.rowId, row)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problem(error.message)
    }
  }
  if (lines.length > 0 && ours.length === 0) {
    const message = `none of its lines is of contract ${account.contractId} and WeChat Pay`
    problems.push({ source, line: null, message })
  }
  return { rows: [...rows.values()], problems }
}

/** Lines of other contracts, methods and of the test channel are other people's business. */
function belongsTo({ of }: Line, { contractId, channel }: ReadFor): boolean {
  const contract = of('MERCHANT_ID') || of('MCONTRACT')
  if (contract !== '' && contract !== contractId) return false
  const method = of('PAYMENT_METHOD')
  if (method !== '') return /^we ?chat/i.test(method)
  // Their page calls TAG the channel; elsewhere it is the method. Either may tell a stranger.
  const tag = of('TAG').toLowerCase()
  return tag === '' || tag === channel || tag.startsWith('wechat')
}

/** Fees that stand in the files per transaction, refund and chargeback, and not only in the sums. */
const FEES = ['ACQUIRING_FEE', 'DISCOUNT_FEE', 'EXTERNAL_FEE', 'PROCESSING_FEE', 'SUCCEEDED_FEE']
const DETAILED = ['TRANSACTION', 'REFUND', 'CHARGEBACK', ...FEES]

const SUMMED_AS: Readonly<Partial<Record<SettlementRow['kind'], string>>> = {
  payment: 'TRANSACTION',
  refund: 'REFUND',
  chargeback: 'CHARGEBACK',
}

interface Sum {
  count: number
  /** Null where a part of it is only indicative. */
  value: number | null
}

/**
 * What does not add up between the rows of one settlement's volume and fee files and the rows of
 * its aggregate file: counts and sums by EVENT_TYPE and currency. Rows of processing files tell
 * nothing of a settlement and are passed over, and so are one-off fees, which only the aggregate has.
 */
export function compareWithAggregate(
  rows: readonly SettlementRow[],
  aggregateRows: readonly SettlementRow[],
): SettlementProblem[] {
  const found = new Map<string, Sum>()
  for (const row of rows) {
    const [word = ''] = row.providerStatus.split(' ')
    const type = row.kind === 'fee' ? word : SUMMED_AS[row.kind]
    const money = row.kind === 'fee' ? row.fee : row.settled
    if (type === undefined || (row.kind !== 'fee' && money === null)) continue
    const currency = money?.currency ?? row.providerStatus.split(' ').at(-1) ?? ''
    add(found, `${type} ${currency}`, { count: 1, value: money?.value ?? null })
  }
  const told = new Map<string, Sum>()
  for (const { providerStatus, settled } of aggregateRows) {
    const [type = '', count] = providerStatus.split(' ')
    if (!settled || !DETAILED.includes(type)) continue
    add(told, `${type} ${settled.currency}`, { count: Number(count), value: settled.value })
  }
  const source = aggregateRows[0]?.source ?? 'aggregate'
  return [...new Set([...told.keys(), ...found.keys()])].flatMap((key) => {
    const left = found.get(key) ?? { count: 0, value: 0 }
    const right = told.get(key) ?? { count: 0, value: 0 }
    const same = left.count === right.count && (left.value ?? right.value) === right.value
    const message = `${key}: the files have ${inWords(left)}, the aggregate has ${inWords(right)}`
    return same ? [] : [{ source, line: null, message }]
  })
}

function add(sums: Map<string, Sum>, key: string, { count, value }: Sum): void {
  const sum = sums.get(key) ?? { count: 0, value: 0 }
  const whole = sum.value === null || value === null ? null : sum.value + value
  sums.set(key, { count: sum.count + count, value: whole })
}

function inWords({ count, value }: Sum): string {
  return value === null ? `${count} rows` : `${count} rows of ${value} minor units`
}

function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
