import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../shared/clock.ts'
import type { HttpContext } from './context.ts'
import { Problem } from './problem.ts'

/** The largest body of any request: 64 KiB. */
export const MAX_BODY_BYTES = 64 * 1024
/** How much more is read and forgotten, so that an honest caller hears the 413 at all. */
const MAX_DRAINED_BYTES = 1024 * 1024
/** How long any body may take; files of settlement have more time. */
export const BODY_DEADLINE_MS = 10_000

/** The caller hung up before the body was whole: there is nobody to answer. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}

/**
 * The exact bytes of the body, as signatures cover them: no decoding, no parser, a byte order mark
 * stays. Throws Problem `bodyTooLarge`, `unsupportedMediaType` (compressed) or `invalidRequest`
 * (too slow), RequestAborted, and a plain Error where a body parser was mounted before the route.
 */
export async function readRawBody(
  ctx: HttpContext,
  options: { clock: Clock; limitBytes?: number; deadlineMs?: number },
): Promise<Uint8Array> {
  const { clock, limitBytes = MAX_BODY_BYTES, deadlineMs = BODY_DEADLINE_MS } = options
  const { req } = ctx
  refuseCompressed(req)
  const kept = keptBytes(ctx)
  if (kept) {
    if (kept.byteLength > limitBytes) throw tooLarge(limitBytes)
    return kept
  }
  refuseRead(req)
  return await collect(req, { clock, limitBytes, deadlineMs })
}

/** Bodies are small and signed: a compressed one is refused as `unsupportedMediaType`. */
export function refuseCompressed(req: IncomingMessage): void {
  const encoding = req.headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() === 'identity') return
  throw new Problem('unsupportedMediaType', {
    detail: 'Send the body without Content-Encoding: signatures cover the plain bytes.',
    endsConnection: true,
  })
}

/** Some hosts read the request themselves and keep its bytes; a string is not them any more. */
function keptBytes(ctx: HttpContext): Uint8Array | undefined {
  const candidates: readonly unknown[] = [ctx.request.rawBody, Reflect.get(ctx.req, 'rawBody')]
  return candidates.find((candidate) => candidate instanceof Uint8Array)
}

function refuseRead(req: IncomingMessage): void {
  if (!req.readableDidRead) return
  throw new Error(
    'a body parser read this request first, and its exact bytes are gone: mount the toolkit ' +
      'before koa-bodyparser (or any other parser), so that notifications can be verified',
  )
}

function collect(
  req: IncomingMessage,
  limits: { clock: Clock; limitBytes: number; deadlineMs: number },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (outcome: Uint8Array | Error): void => {
      cancelDeadline()
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError)
      if (outcome instanceof Error) reject(outcome)
      else resolve(outcome)
    }
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limits.limitBytes) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      if (size > limits.limitBytes + MAX_DRAINED_BYTES) {
        req.pause()
        settle(tooLarge(limits.limitBytes))
      }
    }
    const onEnd = (): void => {
      settle(size > limits.limitBytes ? tooLarge(limits.limitBytes) : Buffer.concat(chunks))
    }
    const onClose = (): void => settle(new RequestAborted('the caller hung up'))
    const onError = (cause: Error): void => {
      settle(new RequestAborted('the connection broke', { cause }))
    }
    const cancelDeadline = limits.clock.setTimer(limits.deadlineMs, () => {
      req.pause()
      const late = tooSlow(limits.deadlineMs)
      settle(size > limits.limitBytes ? tooLarge(limits.limitBytes) : late)
    })
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError)
    // A request that broke before anybody listened says nothing any more.
    if (req.destroyed && !req.readableEnded) onClose()
  })
}

/**
 * Reads and forgets what is left of a body, up to 1 MiB, so that a caller who is still sending hears
 * the answer. How long that may take is bounded by the server's own request timeout.
 */
export function drain(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (req.readableEnded || req.destroyed) {
      resolve()
      return
    }
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_DRAINED_BYTES) {
        req.pause()
        resolve()
      }
    })
    req.on('end', resolve).on('close', resolve).on('error', resolve)
    req.resume()
  })
}

function tooLarge(limitBytes: number): Problem {
  const detail = `The body is too large. Keep it under ${limitBytes / 1024} KiB.`
  return new Problem('bodyTooLarge', { detail, endsConnection: true })
}

export function tooSlow(deadlineMs: number): Problem {
  return new Problem('invalidRequest', {
    detail: `The body did not arrive within ${deadlineMs / 1_000} seconds.`,
    endsConnection: true,
  })
}
