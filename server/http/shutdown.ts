import type { Server } from 'node:http'
import type { Clock } from '../../shared/clock.ts'
import type { Logger } from '../platform/logger.ts'

/** Ends a part of the process; asked in the order given. */
export interface Closable {
  readonly name: string
  close(): Promise<void> | void
}

export interface Shutdown {
  /** Aborted as soon as stopping begins: whoever holds a request open answers it now. */
  readonly stopping: AbortSignal
  /**
   * Takes no new connections, lets running requests finish until the deadline, then closes the
   * parts in order. Any number of calls is one shutdown.
   */
  stop(server: Server | undefined, parts: readonly Closable[]): Promise<void>
}

const DEFAULT_DEADLINE_MS = 20_000

export function createShutdown(deps: {
  clock: Clock
  logger: Logger
  deadlineMs?: number
}): Shutdown {
  const { clock, logger, deadlineMs = DEFAULT_DEADLINE_MS } = deps
  const controller = new AbortController()
  let stopped: Promise<void> | undefined

  const run = async (server: Server | undefined, parts: readonly Closable[]): Promise<void> => {
    logger.info('server.stopping')
    controller.abort()
    if (server) await closeServer(server, { clock, logger, deadlineMs })
    for (const part of parts) {
      // oxlint-disable-next-line no-await-in-loop -- each part needs those after it
      await closePart(part, logger)
    }
    logger.info('server.stopped')
  }

  return {
    stopping: controller.signal,
    stop(server, parts) {
      stopped ??= run(server, parts)
      return stopped
    },
  }
}

/** What the operating system sends, and how a process ends: injected, so that tests may play it. */
export interface ProcessPort {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code: number): void
}

/** SIGTERM and SIGINT stop the server; a second signal ends the process at once. */
export function stopOnSignals(processPort: ProcessPort, stop: () => Promise<void>): void {
  let asked = false
  const onSignal = (): void => {
    if (asked) {
      processPort.exit(1)
      return
    }
    asked = true
    stop().then(
      () => processPort.exit(0),
      () => processPort.exit(1),
    )
  }
  processPort.on('SIGTERM', onSignal)
  processPort.on('SIGINT', onSignal)
}

function closeServer(
  server: Server,
  options: { clock: Clock; logger: Logger; deadlineMs: number },
): Promise<void> {
  const { clock, logger, deadlineMs } = options
  return new Promise((resolve) => {
    const cancel = clock.setTimer(deadlineMs, () => {
      logger.warn('server.cutOff', { ms: deadlineMs })
      server.closeAllConnections()
    })
    server.close(() => {
      cancel()
      resolve()
    })
    server.closeIdleConnections()
  })
}

async function closePart(part: Closable, logger: Logger): Promise<void> {
  try {
    await part.close()
  } catch (error) {
    // The parts after it hold locks and files, and must be closed all the same.
    logger.error('server.closeFailed', { reason: part.name, error })
  }
}
