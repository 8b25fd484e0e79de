import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import { startOfBeijingDay } from './beijing.ts'
import { flowTable, type Table, tradeTable } from './bill-rows.ts'
import { parseQuery } from './body.ts'
import { parameterError, Refused } from './errors.ts'
import type { Answer, Call } from './exchange.ts'
import type { OrderRow } from './ledger.ts'
import type { World } from './world.ts'

/** Files that wait to be fetched, each under an unguessable token of the merchant that asked. */
export interface BillShelf {
  put(mchId: string, file: Uint8Array): string
  take(mchId: string, token: string): Uint8Array | undefined
  clear(): void
}

export function createBillShelf(random: Random): BillShelf {
  const files = new Map<string, { mchId: string; file: Uint8Array }>()
  return {
    put(mchId, file) {
      const token = random.word(64, ALPHANUMERIC)
      files.set(token, { mchId, file })
      return token
    },
    take(mchId, token) {
      const found = files.get(token)
      return found?.mchId === mchId ? found.file : undefined
    },
    clear: () => files.clear(),
  }
}

const DAY_MS = 24 * 60 * 60_000
const READY_AFTER_MS = DAY_MS + 10 * 60 * 60_000
const KEPT_FOR_MS = 92 * DAY_MS

const common = {
  bill_date: z.string(),
  tar_type: z.literal('GZIP').optional(),
  sub_mchid: z.string().min(1).optional(),
}
const TRADE_QUERY = z.object({
  ...common,
  bill_type: z.enum(['ALL', 'SUCCESS', 'REFUND']).default('ALL'),
})
const FLOW_QUERY = z.object({
  ...common,
  account_type: z.enum(['BASIC', 'OPERATION', 'FEES']).default('BASIC'),
})

/** Payments and refunds of a day. Trade bill pages, 2025-01-10. */
export function tradeBill(world: World, call: Call): Answer {
  const query = parseQuery(call.request, TRADE_QUERY)
  const day = billedDay(world, query.bill_date)
  const orders = ordersOf(world, call, query.sub_mchid)
  const table = tradeTable(orders, { type: query.bill_type, ...day })
  return shelved(world, call, { table, gzip: query.tar_type !== undefined })
}

/** Movements of the merchant's balance; only the basic account has any here. */
export function fundFlowBill(world: World, call: Call): Answer {
  const query = parseQuery(call.request, FLOW_QUERY)
  const day = billedDay(world, query.bill_date)
  const orders = ordersOf(world, call, undefined)
  const table = query.account_type === 'BASIC' ? flowTable(orders, day) : null
  return shelved(world, call, { table, gzip: query.tar_type !== undefined })
}

/** The file itself; the one answer that carries no signature. */
export function downloadBill(world: World, call: Call): Answer {
  const { token } = parseQuery(call.request, z.object({ token: z.string().min(1) }))
  const file = world.bills.take(call.merchant.mchId, token)
  if (!file) throw new Refused('INVALID_REQUEST', '账单下载地址无效，请重新申请账单')
  return { file }
}

/** Ready at ten the next morning, kept for three months. */
function billedDay(world: World, text: string): { fromMs: number; untilMs: number } {
  const fromMs = startOfBeijingDay(text)
  const ageMs = fromMs === null ? Number.NaN : world.nowMs() - fromMs
  if (fromMs === null || ageMs > KEPT_FOR_MS) {
    const issue = 'a day of the last three months, YYYY-MM-DD'
    throw parameterError({ field: 'bill_date', value: text, issue, location: 'query' })
  }
  if (ageMs < READY_AFTER_MS)
    throw new Refused('STATEMENT_CREATING', '账单生成中，请在次日10点后重试')
  return { fromMs, untilMs: fromMs + DAY_MS }
}

function ordersOf(world: World, call: Call, subMchId: string | undefined): readonly OrderRow[] {
  const { merchant } = call
  if (subMchId !== undefined && !merchant.subMerchants?.some(({ mchId }) => mchId === subMchId)) {
    throw new Refused('NO_AUTH', '没有该特约商户账单的权限')
  }
  return world.ledger
    .orders()
    .filter(({ owner }) => owner.mchId === merchant.mchId)
    .filter(({ owner }) => subMchId === undefined || owner.subMchId === subMchId)
}

function shelved(
  world: World,
  call: Call,
  bill: { readonly table: Table | null; readonly gzip: boolean },
): Answer {
  if (!bill.table) throw new Refused('NO_STATEMENT_EXIST', '账单文件不存在')
  const { mchId } = call.merchant
  const plain = Buffer.from(toText(bill.table, world.behaviour().billLineEnd))
  const token = world.bills.put(mchId, bill.gzip ? gzipSync(plain) : plain)
  return {
    json: {
      hash_type: 'SHA1',
      // Of the file as it reads, not as it travels.
      hash_value: createHash('sha1').update(plain).digest('hex'),
      download_url: `http://${call.request.headers['host'] ?? ''}/v3/billdownload/file?token=${token}`,
    },
  }
}

/** A byte order mark, titles bare, every value behind a backtick, two lines of sums at the end. */
function toText(table: Table, lineEnd: string): string {
  const values = (cells: readonly string[]) => cells.map((cell) => `\`${cell}`).join(',')
  const lines = [
    table.header.join(','),
    ...table.rows.map(values),
    table.summaryHeader.join(','),
    values(table.summary),
  ]
  return `\uFEFF${lines.map((line) => line + lineEnd).join('')}`
}
