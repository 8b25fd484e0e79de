import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import type { SettlementReport } from '../../domain/settlement.ts'
import { ProviderError } from '../errors.ts'
import type { SettlementRequest } from '../provider.ts'
import { attempt, deliver, type Line } from './client.ts'
import { refusal } from './client-refusal.ts'
import { readBill } from './settlement.ts'
import { fault } from './translate.ts'
import { wireTime } from './wire.ts'
import { BILL_PATHS, billLinkSchema, type WireBillLink } from './wire-settlement.ts'

/**
 * Fetches a day's bills, and unpacks them and those that were given as files. The address of a bill
 * comes signed; the file itself does not, and is believed only where its SHA-1 is the announced one.
 * (Merchant documents 4013071227, 4013071235 and 4013071238, in a copy of 2026-09-11.)
 */

const HOUR_MS = 60 * 60 * 1_000
/** At ten in the morning after the day, in Beijing. */
const READY_AFTER_MS = 34 * HOUR_MS
/** Between two tries, where a bill is not ready even then. */
const NOT_READY_GAP_MS = HOUR_MS / 2
/** Unpacked; some 200 000 payments. What grows beyond it is no bill. */
const MAX_BILL_BYTES = 64 * 1024 * 1024

/**
 * The trade bill of a day in Beijing with the flow of the merchant's account, or the content of one
 * such file. A day without trade is empty. Throws `notSent` with a time where a bill is not made yet.
 */
export async function readSettlement(
  line: Line,
  request: SettlementRequest,
): Promise<SettlementReport> {
  const { accountId, config } = line
  if (request.kind === 'file') {
    const plain = await unpacked(request.bytes)
    if (plain) return readBill(plain, { accountId, config, source: request.name })
    throw fault(accountId, 'rejected', `${request.name} cannot be unpacked, or is far too long`)
  }
  const { day } = request
  expectReady(line, day)
  const reports: SettlementReport[] = []
  for (const [name, query] of billsOf(line)) {
    const source = `${name} ${day}`
    const path = `${BILL_PATHS[name]}?bill_date=${day}${query}`
    const plain = await fetchBill(line, { source, path })
    if (plain) reports.push(readBill(plain, { accountId, config, source }))
  }
  return {
    rows: reports.flatMap(({ rows }) => rows),
    problems: reports.flatMap(({ problems }) => problems),
  }
}

/** The account that a service provider's flow is about is its own, and no sub-merchant's. */
function billsOf({ config }: Line): readonly (readonly [keyof typeof BILL_PATHS, string])[] {
  const trade = '&bill_type=ALL&tar_type=GZIP'
  if (config.partner) return [['tradebill', `${trade}&sub_mchid=${config.partner.subMchId}`]]
  return [
    ['tradebill', trade],
    ['fundflowbill', '&account_type=BASIC&tar_type=GZIP'],
  ]
}

/** Throws `rejected` for what is no day, and `notSent` where its bills cannot be ready yet. */
function expectReady({ accountId, clock }: Line, day: string): void {
  const startMs = Date.parse(`${day}T00:00:00+08:00`)
  // The 30th of February is taken for a day in March.
  if (Number.isNaN(startMs) || !wireTime(startMs).startsWith(`${day}T`)) {
    throw fault(accountId, 'rejected', 'a bill is asked for by a day in Beijing, as YYYY-MM-DD')
  }
  const retryAfterMs = startMs + READY_AFTER_MS - clock.nowMs()
  if (retryAfterMs > 0) throw notReady(accountId, { day, retryAfterMs })
}

function notReady(
  accountId: string,
  { day, ...more }: { day: string; retryAfterMs: number; providerCode?: string | null },
): ProviderError {
  const message = `the bills of ${day} are ready at 10:00 in Beijing on the next day, or later`
  return new ProviderError({ outcome: 'notSent', accountId, message, ...more })
}

/** Null where nothing happened on that day. */
async function fetchBill(
  line: Line,
  { source, path }: { source: string; path: string },
): Promise<Uint8Array | null> {
  const outcome = await attempt(line, { method: 'GET', path, answer: billLinkSchema })
  if ('answer' in outcome) return download(line, source, outcome.answer)
  if (outcome.kind === 'noBill') return null
  const { providerCode } = outcome.error
  if (outcome.kind !== 'billNotReady') throw outcome.error
  const day = source.slice(-'YYYY-MM-DD'.length)
  throw notReady(line.accountId, { day, retryAfterMs: NOT_READY_GAP_MS, providerCode })
}

/** From our own endpoint, whatever host the address names: signed calls go nowhere else. */
async function download(line: Line, source: string, link: WireBillLink): Promise<Uint8Array> {
  const { pathname, search } = new URL(link.download_url)
  const call = {
    method: 'GET',
    path: pathname + search,
    answer: z.unknown(),
    maxResponseBytes: MAX_BILL_BYTES,
  } as const
  const delivered = await deliver(line, call)
  if (delivered.response.status !== 200) throw refusal(line, call, delivered).error
  const plain = await unpacked(delivered.response.body)
  const sum = plain && createHash('sha1').update(plain).digest('hex')
  if (plain && sum === link.hash_value.toLowerCase()) return plain
  throw fault(
    line.accountId,
    'unverifiable',
    `${source} is not the file whose SHA-1 WeChat Pay told`,
  )
}

/** Null where it cannot be unpacked within bounds; what is not packed stays as it is. */
async function unpacked(bytes: Uint8Array): Promise<Uint8Array | null> {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  if (!isPacked) return bytes.length > MAX_BILL_BYTES ? null : bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_BILL_BYTES })
  } catch {
    return null
  }
}
