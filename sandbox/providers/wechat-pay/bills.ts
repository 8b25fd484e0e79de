import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import { startOfBeijingDay } from './beijing.ts'
import { type Table, tradeTable } from './bill-rows.ts'
import { parseQuery } from './body.ts'
import { parameterError, Refused } from './errors.ts'
import type { Answer, Call } from './exchange.ts'
import { flowTable } from './fund-flows.ts'
import type { OrderRow } from './ledger.ts'
import type { WechatPayBehaviour } from './options.ts'
import type { World } from './world.ts'

/** A file that waits to be fetched, for five minutes. */
interface Shelved {
  readonly mchId: string
  readonly file: Uint8Array
  readonly untilMs: number
}

/** Each file under an unguessable token. */
export interface BillShelf {
  put(file: Shelved): string
  take(token: string): Shelved | undefined
  clear(): void
}

export function createBillShelf(random: Random): BillShelf {
  const files = new Map<string, Shelved>()
  return {
    put(file) {
      const token = random.word(64, ALPHANUMERIC)
      files.set(token, file)
      return token
    },
    take: (token) => files.get(token),
    clear: () => files.clear(),
  }
}

const DAY_MS = 24 * 60 * 60_000
const READY_AFTER_MS = DAY_MS + 10 * 60 * 60_000
const KEPT_FOR_MS = 92 * DAY_MS
const ADDRESS_LIVES_MS = 5 * 60_000

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
  const { tradeStateWord: state, refundStatusWord: refundState } = world.behaviour()
  const madeAtMs = day.fromMs + READY_AFTER_MS
  const words = { state, refundState }
  const table = tradeTable(orders, { type: query.bill_type, ...day, madeAtMs, words })
  return announced(world, call, { table, gzip: query.tar_type !== undefined })
}

/**
 * Movements of one of the merchant's accounts. Payments, refunds and their fees all move the BASIC
 * account; nothing that this simulator does moves the others, so their bill says that there is none.
 */
export function fundFlowBill(world: World, call: Call): Answer {
  const query = parseQuery(call.request, FLOW_QUERY)
  const day = billedDay(world, query.bill_date)
  const orders = ordersOf(world, call, undefined)
  const table = query.account_type === 'BASIC' ? flowTable(orders, day) : null
  return announced(world, call, { table, gzip: query.tar_type !== undefined })
}

/** The file itself; the one answer that carries no signature. */
export function downloadBill(world: World, call: Call): Answer {
  const { token } = parseQuery(call.request, z.object({ token: z.string().min(1) }))
  const found = world.bills.take(token)
  if (!found || world.nowMs() > found.untilMs) {
    throw new Refused('INVALID_REQUEST', '账单下载地址无效，请重新申请账单')
  }
  if (found.mchId !== call.merchant.mchId) {
    throw new Refused('NO_AUTH', '下载账单的商户与申请账单的商户不一致')
  }
  return { file: found.file }
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

function announced(
  world: World,
  call: Call,
  bill: { readonly table: Table | null; readonly gzip: boolean },
): Answer {
  if (!bill.table) throw new Refused('NO_STATEMENT_EXIST', '账单文件不存在')
  const { mchId } = call.merchant
  const { billLineEnd, billsArrive } = world.behaviour()
  const plain = Buffer.from(toText(bill.table, billLineEnd))
  const arriving = damaged(plain, billsArrive)
  const token = world.bills.put({
    mchId,
    file: bill.gzip ? gzipSync(arriving) : arriving,
    untilMs: world.nowMs() + ADDRESS_LIVES_MS,
  })
  return {
    json: {
      hash_type: 'SHA1',
      // Of the file as it reads, not as it travels.
      hash_value: createHash('sha1').update(plain).digest('hex'),
      download_url: `http://${call.request.headers['host'] ?? ''}/v3/billdownload/file?token=${token}`,
    },
  }
}

/** What happens to a file on its way: one digit of its first amount changes, or its end is lost. */
function damaged(plain: Buffer, arrives: WechatPayBehaviour['billsArrive']): Buffer {
  const text = plain.toString('utf8')
  switch (arrives) {
    case 'whole':
      return plain
    case 'changed':
      return Buffer.from(text.replace(/\d(?=\.\d)/, (digit) => (digit === '9' ? '8' : '9')))
    case 'cut':
      return Buffer.from(text.slice(0, text.trimEnd().lastIndexOf('\n')))
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
