import type { NotificationInput, NotificationMessage, Transport } from '../../notifier.ts'
import type { Random } from '../../random.ts'
import type { PaymentRow, RefundRow } from './ledger.ts'
import type { World } from './world.ts'

/**
 * A notification is a GET on the merchant's own address: no data, no signature. Within the sandbox
 * the query of the address travels as the body, so that a message cut off on its way loses a part of
 * its query; `asGet` puts it back.
 */
export function notifyEnd(world: World, row: PaymentRow): void {
  const input = endOf(world, row, row.state === 'CAPTURED' || row.state === 'AUTHORIZED')
  if (input) world.notifier.send(input)
}

/** Somebody calls the address of success without knowing what the merchant made unguessable. */
export function forgeSuccess(world: World, row: PaymentRow): void {
  const input = endOf(world, row, true)
  if (input) world.notifier.sendForged(input)
}

export function notifyRefund(world: World, row: RefundRow): void {
  if (row.notifyUrl === null) return
  const about = { event: `REFUND ${row.status}`, subject: row.transactionId }
  world.notifier.send(inputFor(world.random, row.notifyUrl, about))
}

function endOf(world: World, row: PaymentRow, success: boolean): NotificationInput | null {
  const url = success ? row.successUrl : row.failUrl
  const event = success ? 'SUCCESS' : 'FAIL'
  return url === null ? null : inputFor(world.random, url, { event, subject: row.transactionId })
}

function inputFor(
  random: Random,
  url: string,
  about: Pick<NotificationInput, 'event' | 'subject'>,
): NotificationInput {
  return { ...message(url), ...about, forged: message(guessed(random, url)) }
}

function message(address: string): NotificationMessage {
  const url = new URL(address)
  const body = url.search.slice(1)
  url.search = ''
  return { url: url.href, headers: {}, body }
}

const GUESSABLE_LENGTH = 32

/** The same address with every long word of its query guessed, and guessed wrong. */
function guessed(random: Random, address: string): string {
  const url = new URL(address)
  const long = [...url.searchParams].filter(([, value]) => value.length > GUESSABLE_LENGTH)
  for (const [name, value] of long) url.searchParams.set(name, random.word(value.length))
  return url.href
}

/** Sends the message as the GET that it stands for. */
export function asGet(transport: Transport = getOverHttp): Transport {
  return ({ url, headers, body }) =>
    transport({ url: body === '' ? url : `${url}?${body}`, headers, body: '' })
}

/** How long the merchant's server may take to answer, in real time: it is a real connection. */
const ANSWER_DEADLINE_MS = 10_000

/** Redirects are not followed; only 200 counts, so every other 2xx is told as a failure. */
async function getOverHttp({ url, headers }: NotificationMessage): Promise<number> {
  const response = await fetch(url, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
  })
  await response.arrayBuffer()
  const { status } = response
  if (status !== 200 && response.ok) throw new Error(`answered ${status}, and only 200 counts`)
  return status
}
