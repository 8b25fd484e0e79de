import { bodyText, htmlReply, type Reply, type SandboxRequest } from '../../http.ts'
import type { SaferpayTerminal } from './options.ts'
import { initialize } from './payments.ts'
import { assert, inquire } from './questions.ts'
import { assertRefund, cancel, capture, closeBatch, refund } from './refunds.ts'
import { headerSchema, invalid, validated } from './requests.ts'
import { type Answer, envelope, type RequestHeader, SaferpayRefusal } from './wire.ts'
import type { World } from './world.ts'

interface Call {
  /** The word that fault plans use for it. */
  readonly operation: string
  readonly answer: (
    world: World,
    terminal: SaferpayTerminal,
    call: { header: RequestHeader; body: unknown },
  ) => Answer
}

const plain = (
  answer: (world: World, terminal: SaferpayTerminal, body: unknown) => Answer,
): Call['answer'] => {
  return (world, terminal, { body }) => answer(world, terminal, body)
}

/** Every call below `/api/Payment/v1/`. */
export const CALLS: Readonly<Record<string, Call>> = {
  'PaymentPage/Initialize': { operation: 'create', answer: initialize },
  'PaymentPage/Assert': { operation: 'query', answer: plain(assert) },
  'Transaction/Inquire': { operation: 'find', answer: plain(inquire) },
  'Transaction/Refund': { operation: 'refund', answer: plain(refund) },
  'Transaction/AssertRefund': { operation: 'queryRefund', answer: plain(assertRefund) },
  'Transaction/Capture': { operation: 'capture', answer: plain(capture) },
  'Transaction/Cancel': { operation: 'cancel', answer: plain(cancel) },
  'Batch/Close': { operation: 'closeBatch', answer: plain(closeBatch) },
}

export function answerCall(
  world: World,
  path: string,
  call: Call,
): (request: SandboxRequest) => Promise<Reply> {
  return (request) =>
    world.faults.around(
      call.operation,
      () => reply(world, { path, call, request }),
      (status) => {
        const error = new SaferpayRefusal('INTERNAL_ERROR', { status, Behavior: 'RETRY_LATER' })
        return status === 500 ? envelope(error.answer, {}) : htmlReply(status, '<h1>Error</h1>')
      },
    )
}

interface Wanted {
  readonly path: string
  readonly call: Call
  readonly request: SandboxRequest
}

function reply(world: World, { path, call, request }: Wanted): Reply {
  if (isBlocked(world)) return forbidden()
  const json = parsed(bodyText(request))
  const told: Partial<RequestHeader> = headerSchema.safeParse(headerOf(json)).data ?? {}
  try {
    const terminal = admitted(world, request)
    const header = validated(headerSchema, headerOf(json))
    if (header.CustomerId !== terminal.customerId) {
      throw new SaferpayRefusal('PERMISSION_DENIED', { status: 403 })
    }
    const once = () => call.answer(world, terminal, { header, body: json })
    return envelope(repeated(world, { path, header, once }), header)
  } catch (error) {
    if (!(error instanceof SaferpayRefusal)) throw error
    const { status } = error.answer
    if (world.behaviour().firewall && [401, 406, 415].includes(status)) {
      return forbidden()
    }
    return envelope(error.answer, told)
  }
}

/** An account that polls gets no further than the firewall. */
function isBlocked(world: World): boolean {
  const { blockedAfterPolls } = world.behaviour()
  const polls = world.ledger.payments().map((row) => row.pollingViolations)
  const total = polls.reduce((sum, count) => sum + count, 0)
  return blockedAfterPolls !== null && total >= blockedAfterPolls
}

function forbidden(): Reply {
  return htmlReply(403, '<html><body><h1>Forbidden</h1></body></html>')
}

/** Who calls, by HTTP Basic. Throws SaferpayRefusal. */
export function admitted(world: World, { headers }: SandboxRequest): SaferpayTerminal {
  const given = headers['authorization'] ?? ''
  const terminal = [...world.terminals.values()].find(({ username, password }) => {
    return given === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  })
  if (!terminal) throw new SaferpayRefusal('AUTHENTICATION_FAILED', { status: 401 })
  if (!/^application\/json; *charset=utf-8$/i.test(headers['content-type'] ?? '')) {
    throw new SaferpayRefusal('VALIDATION_FAILED', { status: 415, detail: ['Content-Type'] })
  }
  if (headers['accept'] !== 'application/json') {
    throw new SaferpayRefusal('VALIDATION_FAILED', { status: 406, detail: ['Accept'] })
  }
  return terminal
}

interface Once {
  readonly path: string
  readonly header: RequestHeader
  readonly once: () => Answer
}

/** A repeat of a call that worked gets the first answer, and nothing happens a second time. */
function repeated(world: World, { path, header, once }: Once): Answer {
  const { dedupe } = world.behaviour()
  const key = [header.CustomerId, path, header.RequestId].join(' ')
  const known = world.answered.get(key)
  const isRepeat = dedupe === 'always' || (dedupe === 'retries' && header.RetryIndicator > 0)
  if (known && isRepeat) return known
  const answer = once()
  if (!known) world.answered.set(key, answer)
  return answer
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function headerOf(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('RequestHeader' in json)) return undefined
  return json.RequestHeader
}

/** In place of the unknown: their API knows nothing else. */
export function unknownCall(): Reply {
  return envelope(invalid(['there is no such call']).answer, {})
}
