import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../../shared/clock.ts'
import { ProviderError } from '../errors.ts'
import { parseJson } from '../http.ts'
import type { HttpReply, ParsedNotification, RawNotification } from '../provider.ts'
import type { WechatPayConfig } from './config.ts'
import { type Certificate, doubtOf, isProbe, open, readCertificate } from './signing.ts'
import { paymentFact, refundFact } from './translate.ts'
import {
  identifiedSchema,
  notificationSchema,
  refundSchema,
  transactionSchema,
  type WireCertificates,
  type WireSealed,
} from './wire.ts'

/** 200 or 204 without a body says that it has arrived; anything else brings it again. */
export const ACKNOWLEDGEMENT: HttpReply = { status: 204, headers: {}, body: '' }

export interface NotificationTerms {
  readonly accountId: string
  readonly config: WechatPayConfig
  readonly keys: KeyRing
}

/**
 * Verifies on the exact bytes, opens the sealed part with its tag checked, then parses. Throws
 * `unverifiable`. A serial that we do not know starts a download of certificates, at most one a
 * minute; the notification is refused meanwhile, and WeChat sends it again after 15 seconds.
 */
export function parseNotification(
  notification: RawNotification,
  terms: NotificationTerms,
): ParsedNotification {
  verify(notification, terms)
  const message = notificationSchema.safeParse(parseJson(notification.body)).data
  if (!message) throw unverifiable(terms, 'the notification is signed, and cannot be read')
  const content = parseJson(opened(message.resource, terms))
  const event = { kind: 'event', eventId: message.id } as const
  const told = { ...terms, source: 'notification' } as const
  const [family] = message.event_type.split('.')
  if (family === 'TRANSACTION') {
    const transaction = transactionSchema.safeParse(content).data
    if (transaction) return { ...event, facts: [paymentFact(transaction, told)], queries: [] }
    return { ...event, facts: [], queries: [questionFor(content, terms)] }
  }
  if (family === 'REFUND') {
    const refund = refundSchema.safeParse(content).data
    if (!refund) throw unverifiable(terms, 'the refund in the notification cannot be read')
    return { ...event, facts: [refundFact(refund, told)], queries: [] }
  }
  // Of another product: genuine, and nothing to us.
  return { ...event, facts: [], queries: [] }
}

function verify(notification: RawNotification, terms: NotificationTerms): void {
  const { method, headers, receivedAtMs } = notification
  if (method !== 'POST') throw unverifiable(terms, 'WeChat Pay notifies by POST')
  if (isProbe(headers['wechatpay-signature'] ?? '')) {
    throw unverifiable(
      terms,
      'a probe of WeChat Pay with a wrong signature, refused as it should be',
    )
  }
  const doubt = doubtOf(notification, {
    keyOf: (serialNo) => terms.keys.find(serialNo),
    nowMs: receivedAtMs,
  })
  if (doubt !== null) throw unverifiable(terms, `the notification is not genuine: ${doubt}`)
}

function opened(sealed: WireSealed, terms: NotificationTerms): Uint8Array {
  try {
    const associatedData = sealed.associated_data ?? ''
    return open({ ...sealed, associatedData }, terms.config.apiV3Key)
  } catch {
    throw unverifiable(
      terms,
      'the APIv3 key does not open this notification: is it still the same?',
    )
  }
}

function questionFor(content: unknown, terms: NotificationTerms) {
  const identified = identifiedSchema.safeParse(content).data
  if (!identified) throw unverifiable(terms, 'the payment in the notification cannot be read')
  return { outTradeNo: identified.out_trade_no, providerPaymentId: null }
}

function unverifiable({ accountId }: NotificationTerms, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}

/** Throws where one of them does not open, or is another than the list says. */
export function openCertificates(
  { data }: WireCertificates,
  apiV3Key: string,
): readonly Certificate[] {
  return data.map(({ serial_no, encrypt_certificate: sealed }) => {
    const associatedData = sealed.associated_data ?? ''
    const certificate = readCertificate(open({ ...sealed, associatedData }, apiV3Key).toString())
    if (certificate.serialNo === serial_no.toUpperCase()) return certificate
    throw new Error('the certificate has another serial number than the list says')
  })
}

/** WeChat's keys that its messages are verified with: public keys, platform certificates, or both. */
export interface KeyRing {
  /** At once; stale certificates, or a serial that a new one may have, start a download besides. */
  find(serialNo: string): KeyObject | null
  /** The same after that download. */
  fetch(serialNo: string): Promise<KeyObject | null>
  /** What fields for WeChat are encrypted with. */
  forEncryption(): Promise<{ readonly serialNo: string; readonly publicKey: KeyObject } | null>
}

const MIN_DOWNLOAD_GAP_MS = 60_000
const STALE_AFTER_MS = 12 * 60 * 60 * 1_000

/**
 * At most one download a minute, one at a time, whatever serials are asked for. A failed download
 * leaves the keys as they are; certificates stay until they expire, so that old and new overlap.
 */
export function createKeyRing(options: {
  publicKeys: ReadonlyMap<string, KeyObject>
  /** Null where there are no platform certificates: then nothing is ever asked for. */
  download: (() => Promise<readonly Certificate[]>) | null
  clock: Clock
}): KeyRing {
  const { publicKeys, download, clock } = options
  const certificates = new Map<string, Certificate>()
  let triedAtMs: number | null = null
  let loadedAtMs: number | null = null
  let running: Promise<void> | null = null

  const valid = () =>
    [...certificates.values()].filter(({ validToMs }) => validToMs > clock.nowMs())
  const held = (serialNo: string): KeyObject | null =>
    publicKeys.get(serialNo) ??
    valid().find((certificate) => certificate.serialNo === serialNo)?.publicKey ??
    null
  const isStale = () => loadedAtMs === null || clock.nowMs() - loadedAtMs >= STALE_AFTER_MS

  const load = async (from: () => Promise<readonly Certificate[]>): Promise<void> => {
    try {
      for (const certificate of await from()) certificates.set(certificate.serialNo, certificate)
      loadedAtMs = clock.nowMs()
    } catch {
      // Whoever needs a key after a minute tries again.
    } finally {
      running = null
    }
  }
  const refresh = async (): Promise<void> => {
    const nowMs = clock.nowMs()
    const tooSoon = triedAtMs !== null && nowMs - triedAtMs < MIN_DOWNLOAD_GAP_MS
    if (download && !running && !tooSoon) {
      triedAtMs = nowMs
      running = load(download)
    }
    await running
  }
  const find = (serialNo: string): KeyObject | null => {
    const key = held(serialNo)
    const unknown = !key && /^[0-9A-F]{8,40}$/.test(serialNo)
    // Stale ones also beside a public key: the next notification may come with a certificate.
    if (unknown || isStale()) void refresh()
    return key
  }
  return {
    find,
    async fetch(serialNo) {
      const key = find(serialNo)
      if (key) return key
      await running
      return held(serialNo)
    },
    async forEncryption() {
      const [first] = publicKeys
      if (first) return { serialNo: first[0], publicKey: first[1] }
      if (isStale()) await refresh()
      return valid().toSorted((left, right) => right.validFromMs - left.validFromMs)[0] ?? null
    },
  }
}
