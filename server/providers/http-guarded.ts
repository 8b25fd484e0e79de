import type { Clock } from '../../shared/clock.ts'
import { type CallOutcome, type Circuit, createCircuit } from '../platform/circuit.ts'
import { createGate, type Gate } from '../platform/gate.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Logger } from '../platform/logger.ts'
import { type HttpClient, HttpFailure, type HttpRequest } from './http.ts'

/** No call waits longer, whatever its caller asks for. */
const LONGEST_TIMEOUT_MS = 30_000
/** Who gets less time than this was given up too early to say anything about the other side. */
const TELLING_MS = 500
/** As many as the client keeps connections to one origin. */
const MOST_AT_ONCE = 32
const MOST_WAITING = 256
/** Origins remembered; those with nothing to remember go first. */
const MOST_LINES = 64

/**
 * The same client, and nobody is stuck behind an origin in trouble: at most 32 calls to it at one
 * time, those beyond wait in line and in their own time, and after failures in a row it is left alone
 * for a while. What is turned away here was surely not sent and says so (`mayHaveArrived: false`), so
 * a new payment may go to the next account at once. A call that was sent ends exactly as it ended: an
 * unknown outcome stays unknown.
 */
export function guardHttp(
  http: HttpClient,
  deps: { clock: Clock; random: () => number; logger: Logger },
): HttpClient {
  const { clock } = deps
  const lines = new Map<string, Line>()

  const lineFor = (request: HttpRequest): Line => {
    const key = keyOf(request)
    const known = lines.get(key)
    if (known) return known
    if (lines.size >= MOST_LINES) forgetOne(lines)
    const line = newLine(originOf(request.url), deps)
    lines.set(key, line)
    return line
  }

  return async (request) => {
    const line = lineFor(request)
    refuseWhileOpen(line)
    const endMs = clock.nowMs() + Math.min(request.timeoutMs, LONGEST_TIMEOUT_MS)
    const entered = await line.gate.enter(endMs - clock.nowMs())
    if (entered !== 'in') throw notSent(line, WHY[entered])
    try {
      // Those before it in line may have found out meanwhile.
      refuseWhileOpen(line)
      const timeoutMs = endMs - clock.nowMs()
      if (timeoutMs <= 0) throw notSent(line, WHY.late)
      return await send(http, { ...request, timeoutMs }, line.circuit.begin())
    } finally {
      line.gate.leave()
    }
  }
}

const WHY = {
  full: `not asked, because ${MOST_WAITING} calls wait for it already`,
  late: 'not asked, because its time went by while it waited for its turn',
} as const

interface Line {
  readonly origin: string
  readonly circuit: Circuit
  readonly gate: Gate
}

function newLine(
  origin: string,
  { clock, random, logger }: { clock: Clock; random: () => number; logger: Logger },
): Line {
  const circuit = createCircuit({
    clock,
    random,
    report(change) {
      if (change.kind === 'closed') {
        logger.info('http.circuitClosed', { address: origin, ms: change.openMs })
      } else {
        const event = change.kind === 'opened' ? 'http.circuitOpened' : 'http.circuitStillOpen'
        logger.warn(event, { address: origin, count: change.failures, ms: change.pauseMs })
      }
    },
  })
  const gate = createGate({ clock, most: MOST_AT_ONCE, mostWaiting: MOST_WAITING })
  return { origin, circuit, gate }
}

async function send(
  http: HttpClient,
  request: HttpRequest,
  ended: (outcome: CallOutcome) => void,
): ReturnType<HttpClient> {
  try {
    const response = await http(request)
    ended(response.status >= 500 ? 'ill' : 'well')
    return response
  } catch (error) {
    const tells = error instanceof HttpFailure && error.isOfOrigin
    ended(tells && request.timeoutMs >= TELLING_MS ? 'ill' : 'unclear')
    throw error
  }
}

function refuseWhileOpen(line: Line): void {
  const waitMs = line.circuit.refusalMs()
  if (waitMs === null) return
  const seconds = Math.ceil(waitMs / 1_000)
  throw notSent(
    line,
    `not asked, because its last calls all failed; it is asked again in ${seconds} s`,
  )
}

function notSent({ origin }: Line, reason: string): HttpFailure {
  return new HttpFailure(`${origin}: ${reason}`, { mayHaveArrived: false, isOfOrigin: false })
}

/** A client certificate that is refused says nothing about accounts with another one. */
function keyOf({ url, tls }: HttpRequest): string {
  const origin = originOf(url)
  return tls ? `${origin} ${sha256Hex(tls.cert)}` : origin
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an invalid address'
}

function forgetOne(lines: Map<string, Line>): void {
  for (const [key, { circuit, gate }] of lines) {
    if (!circuit.isClosed() || !gate.isEmpty()) continue
    lines.delete(key)
    return
  }
}
