import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Figures, NOTHING } from './run.ts'
import type { Finished } from './worker.ts'

export interface CrewOptions {
  readonly seeds: readonly string[]
  /** Failing plans are made as small as possible, which takes a while. */
  readonly shrinks: boolean
  /** Stops after so many failing seeds. */
  readonly mostFailures?: number
  /** Flags for the processes that play, such as one that plants a bug. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly workers?: number
  /** After so long in our own time a world is taken to turn in circles, which breaks a promise. */
  readonly patienceMs?: number
  readonly finished?: (run: Finished) => void
}

export interface Summary {
  readonly seeds: number
  readonly figures: Figures
  readonly failed: readonly Finished[]
}

/** Plays many seeds on all cores. A worker that dies fails the whole: Error. */
export async function playSeeds(options: CrewOptions): Promise<Summary> {
  const queue = [...options.seeds]
  const failed: Finished[] = []
  let figures: Figures | undefined
  let seeds = 0
  const crew = Math.min(options.workers ?? availableParallelism(), Math.max(1, queue.length))

  async function employ(): Promise<void> {
    if (queue.length === 0) return
    const worker = startWorker(options)
    await answerOf(worker)
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      worker.send({ seed, shrinks: options.shrinks })
      // oxlint-disable-next-line no-await-in-loop -- one world at a time in each process
      const answer = await within(options.patienceMs, answerOf<Finished>(worker))
      const run = answer ?? turningInCircles(seed)
      seeds += 1
      figures = figures ? sum(figures, run.figures) : run.figures
      options.finished?.(run)
      if (run.violations.length > 0) failed.push(run)
      if (failed.length >= (options.mostFailures ?? Number.POSITIVE_INFINITY)) queue.length = 0
      if (!answer) {
        worker.kill('SIGKILL')
        return employ()
      }
    }
    worker.disconnect()
    await once(worker, 'exit')
  }

  await Promise.all(Array.from({ length: crew }, employ))
  if (!figures) throw new Error('there were no seeds to play')
  return { seeds, figures, failed }
}

function startWorker({ execArgv = [], env = {} }: CrewOptions): ChildProcess {
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)), {
    execArgv: [...execArgv],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
}

/** Null where the time is over first. */
async function within<T>(patienceMs: number | undefined, work: Promise<T>): Promise<T | null> {
  if (patienceMs === undefined) return work
  // Whoever is killed for it ends early, and that is no news.
  work.catch(() => undefined)
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, patienceMs, null)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

function turningInCircles(seed: string): Finished {
  const violations = ['the world turned in circles, and never came to rest']
  return { seed, violations, trace: '', figures: NOTHING, smallest: null }
}

function answerOf<T>(worker: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a worker ended early (${code})`))
    worker.once('exit', onExit)
    worker.once('message', (message: T) => {
      worker.off('exit', onExit)
      resolve(message)
    })
  })
}

function sum(left: Figures, right: Figures): Figures {
  return {
    virtualMs: left.virtualMs + right.virtualMs,
    orders: left.orders + right.orders,
    payments: left.payments + right.payments,
    paid: left.paid + right.paid,
    refunds: left.refunds + right.refunds,
    messages: left.messages + right.messages,
    faults: left.faults + right.faults,
    deaths: left.deaths + right.deaths,
  }
}
