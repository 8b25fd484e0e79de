import {
  type NotificationInput,
  type NotificationMessage,
  type Notifier,
  postOverHttp,
  type Transport,
} from '../../notifier.ts'
import { ALPHANUMERIC, type Random, uuid } from '../../random.ts'
import { SandboxError } from '../../simulator.ts'
import type { Accounts } from './accounts.ts'
import { beijingTime } from './beijing.ts'
import { requestId, signatureHeaders } from './exchange.ts'
import type { WechatKey, WechatKeys } from './keys.ts'
import type { OrderRow, RefundRow } from './ledger.ts'
import type { WechatPayBehaviour, WechatPayMerchant } from './options.ts'
import { renderOrder, renderRefundNotice } from './render.ts'
import { seal } from './signing.ts'

/** What WeChat Pay tells merchants' servers, and what others pretend that it tells. */
export interface Notices {
  paid(row: OrderRow): void
  refund(refund: RefundRow): void
  /** The order claimed as paid, well encrypted, under a signature over other bytes. */
  forgePaid(row: OrderRow): void
  /** The order claimed as paid under a SIGNTEST signature. */
  probe(row: OrderRow): void
  /**
   * The last attempt about that payment or refund once more: same bytes, same signature, same time.
   * Throws SandboxError 404 where nothing was sent yet.
   */
  replay(subject: string): void
  /** Probes that somebody took for genuine. */
  probesAccepted(): number
  reset(): void
}

export interface NoticeParts {
  readonly notifier: Notifier
  readonly random: Random
  readonly nowMs: () => number
  readonly accounts: Accounts
  readonly keys: WechatKeys
  readonly behaviour: () => WechatPayBehaviour
}

interface Notice {
  readonly merchant: WechatPayMerchant
  readonly url: string
  readonly event: string
  readonly subject: string
  readonly body: string
}

const SUMMARIES: Readonly<Record<string, string>> = {
  'TRANSACTION.SUCCESS': '支付成功',
  'REFUND.SUCCESS': '退款成功',
  'REFUND.ABNORMAL': '退款异常',
  'REFUND.CLOSED': '退款关闭',
}

const PROBE_EVENT = 'SIGNTEST'

export function createNotices(parts: NoticeParts): Notices {
  const { notifier } = parts
  let lastSent = new Map<string, NotificationMessage>()

  const toMessage = (notice: Notice, kind: 'genuine' | 'forged' | 'probe'): NotificationMessage => {
    const { url, body, merchant } = notice
    const key = notificationKey(merchant, parts)
    const signedBody = kind === 'forged' ? `${body} ` : body
    const signature = signatureHeaders(parts, { key, body: signedBody, probe: kind === 'probe' })
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': 'Mozilla/4.0',
      'Request-ID': requestId(parts, '0'),
      ...signature,
    }
    return { url, body, headers }
  }
  const toInput = (notice: Notice): NotificationInput => {
    const { url, body, event, subject } = notice
    return {
      url,
      body,
      event,
      subject,
      forged: toMessage(notice, 'forged'),
      // Every attempt is signed when it sets out: a repeat hours later is not an old message.
      get headers() {
        const message = toMessage(notice, 'genuine')
        lastSent.set(subject, message)
        return message.headers
      },
    }
  }
  const probe = (notice: Notice) => {
    const { event: _event, ...input } = toInput(notice)
    notifier.sendForged({ ...input, event: PROBE_EVENT, forged: toMessage(notice, 'probe') })
  }
  const send = (notice: Notice | null) => {
    if (!notice) return
    if (parts.behaviour().probeNotifications) probe(notice)
    notifier.send(toInput(notice))
  }
  const claim = (row: OrderRow) => {
    const notice = paymentNotice(claimedPaid(row, parts), parts)
    if (!notice) throw new SandboxError(409, `${row.outTradeNo} is not notified anywhere`)
    return notice
  }

  return {
    paid: (row) => send(paymentNotice(row, parts)),
    refund: (refund) => send(refundNotice(refund, parts)),
    forgePaid: (row) => notifier.sendForged(toInput(claim(row))),
    probe: (row) => probe(claim(row)),
    replay(subject) {
      const message = lastSent.get(subject)
      if (!message) throw new SandboxError(404, `nothing was sent about ${subject}`)
      notifier.sendForged({ ...message, event: 'REPLAY', subject, forged: message })
    },
    probesAccepted: () =>
      notifier
        .log()
        .filter(({ event, status }) => event === PROBE_EVENT && status !== null && status < 300)
        .length,
    reset() {
      lastSent = new Map()
    },
  }
}

const ANSWER_DEADLINE_MS = 5_000

/** Counts as delivered on 200 and 204 only; answers must come within five real seconds. */
export function strictTransport(deliver = postOverHttp(ANSWER_DEADLINE_MS)): Transport {
  return async (message) => {
    const status = await deliver(message)
    const counts = status === 200 || status === 204 || status < 200 || status >= 300
    if (!counts) throw new Error(`answered ${status}, which is neither 200 nor 204`)
    return status
  }
}

function paymentNotice(row: OrderRow, parts: NoticeParts): Notice | null {
  return envelope(parts, {
    mchId: row.owner.mchId,
    url: row.notifyUrl,
    event: 'TRANSACTION.SUCCESS',
    subject: row.paid?.transactionId ?? row.outTradeNo,
    type: 'transaction',
    resource: renderOrder(row, parts.behaviour()),
  })
}

function refundNotice(refund: RefundRow, parts: NoticeParts): Notice | null {
  return envelope(parts, {
    mchId: refund.order.owner.mchId,
    url: refund.notifyUrl,
    event: `REFUND.${refund.status}`,
    subject: refund.refundId,
    type: 'refund',
    resource: renderRefundNotice(refund, parts.behaviour()),
  })
}

/** Null where nobody is to be told, or nothing could be encrypted. */
function envelope(
  parts: NoticeParts,
  content: {
    readonly mchId: string
    readonly url: string | null
    readonly event: string
    readonly subject: string
    readonly type: 'transaction' | 'refund'
    readonly resource: object
  },
): Notice | null {
  const { mchId, url, event, subject, type } = content
  const merchant = parts.accounts.find(mchId)
  if (url === null || !merchant?.apiV3Key) return null
  const sealed = seal(JSON.stringify(content.resource), {
    apiV3Key: merchant.apiV3Key,
    nonce: parts.random.word(12, ALPHANUMERIC),
    associatedData: parts.behaviour().emptyAssociatedData ? '' : type,
  })
  const body = JSON.stringify({
    id: uuid(parts.random),
    create_time: beijingTime(parts.nowMs()),
    resource_type: 'encrypt-resource',
    event_type: event,
    summary: SUMMARIES[event] ?? event,
    resource: { original_type: type, ...sealed },
  })
  return { merchant, url, event, subject, body }
}

function claimedPaid(row: OrderRow, parts: NoticeParts): OrderRow {
  const payer = row.payer ?? {}
  const paid = row.paid ?? {
    transactionId: `4200${parts.random.word(24, '0123456789')}`,
    prepayId: row.prepayIds.at(-1) ?? '',
    atMs: parts.nowMs(),
    walletAmount: row.amount,
    payer,
  }
  return { ...row, state: 'SUCCESS', paid }
}

const DAY_MS = 24 * 60 * 60_000

/** While a merchant changes over, a growing share comes under its public key. */
function notificationKey(merchant: WechatPayMerchant, parts: NoticeParts): WechatKey {
  const { keys, accounts, random, nowMs } = parts
  const [publicKey] = keys.publicKeys(merchant.mchId)
  const certificate = keys.currentCertificate()
  if (!publicKey || merchant.wechatKeys === 'certificate') return certificate
  if (merchant.wechatKeys === 'publicKey') return publicKey
  const startedAtMs = accounts.migrationStartedAtMs(merchant.mchId)
  if (startedAtMs === undefined) return certificate
  const { migrationPercents } = parts.behaviour()
  const day = Math.floor((nowMs() - startedAtMs) / DAY_MS)
  const percent = migrationPercents[day] ?? 100
  return random.chance(percent / 100) ? publicKey : certificate
}
