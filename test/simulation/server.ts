import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import inject from 'light-my-request'
import type { SandboxClock } from '../../sandbox/clock.ts'
import type { Random } from '../../sandbox/random.ts'
import type { ToolkitConfig } from '../../server/config.ts'
import type { PageAssets } from '../../server/http/page-assets.ts'
import { createIds } from '../../server/platform/ids.ts'
import type { Logger } from '../../server/platform/logger.ts'
import { createSqliteStoreOn } from '../../server/store/sqlite.ts'
import { createToolkit, type Toolkit } from '../../server/toolkit.ts'
import type { CancelTimer, Clock } from '../../shared/clock.ts'
import { type Answer, Broken, type Message, type SimNetwork } from './network.ts'
import { webhooksOver } from './receiver.ts'

export interface SimServerOptions {
  readonly databasePath: string
  readonly config: ToolkitConfig
  readonly clock: SandboxClock
  readonly random: Random
  readonly network: SimNetwork
  readonly pages: PageAssets
  readonly logger: Logger
}

/** How long a process of ours takes to come up, on the virtual clock. */
const START_MS = 800

/**
 * The real toolkit as a process that can die: between any two statements, before or after any call.
 * What is dead does nothing any more: its timers are gone, its database is closed without a commit,
 * its callers' connections break. The next life opens the same file.
 */
export class SimServer {
  readonly #options: SimServerOptions
  #life: Life | undefined
  #lives = 0
  /** Crossings of the present life until it dies; null: it does not. */
  #fuse: { crossings: number; downMs: number } | null = null

  constructor(options: SimServerOptions) {
    this.#options = options
  }

  get toolkit(): Toolkit | undefined {
    return this.#life?.toolkit
  }

  /** Process starts so far. */
  get lives(): number {
    return this.#lives
  }

  async start(): Promise<void> {
    this.#lives += 1
    const life = new Life(this.#options, { number: this.#lives, touch: () => this.#touch() })
    this.#life = life
    try {
      await life.start()
    } catch (error) {
      if (!life.dead) throw error
    }
  }

  /** Lights the fuse: the process dies at that crossing from now on, and comes back later. */
  dieAt(crossings: number, downMs: number): void {
    this.#fuse = { crossings, downMs }
  }

  die(downMs: number): void {
    this.#fuse = null
    this.#life?.die()
    this.#life = undefined
    this.#options.clock.setTimer(downMs + START_MS, () => {
      this.#options.clock.busy(this.start())
    })
  }

  /** No more deaths from now on. */
  forgive(): void {
    this.#fuse = null
  }

  /** Ends it as an operator would. */
  async stop(): Promise<void> {
    this.#fuse = null
    await this.#life?.toolkit?.close()
    this.#life = undefined
  }

  call(message: Message): Promise<Answer> {
    const life = this.#life
    if (!life?.toolkit) throw new Broken('connection refused', { arrived: false })
    return life.call(message)
  }

  #touch(): void {
    if (!this.#fuse) return
    this.#fuse.crossings -= 1
    if (this.#fuse.crossings > 0) return
    this.die(this.#fuse.downMs)
    throw new Dead()
  }
}

class Dead extends Error {
  override readonly name = 'Dead'
  constructor() {
    super('the process died')
  }
}

class Life {
  dead = false
  toolkit: Toolkit | undefined
  readonly #options: SimServerOptions
  readonly #number: number
  readonly #touch: () => void
  readonly #clock: MortalClock
  readonly #mourners = new Set<(error: Error) => void>()
  #database: MortalDatabase | undefined
  #handler: ReturnType<Toolkit['app']['callback']> | undefined

  constructor(options: SimServerOptions, { number, touch }: { number: number; touch: () => void }) {
    this.#options = options
    this.#number = number
    this.#touch = touch
    this.#clock = new MortalClock(options.clock)
  }

  async start(): Promise<void> {
    const { config, network, pages, random, databasePath, logger } = this.#options
    const own = random.fork(`life ${this.#number}`)
    const cross = () => {
      if (this.dead) throw new Dead()
      this.#touch()
    }
    this.#database = new MortalDatabase(databasePath, cross)
    const outbound = network.outbound(cross)
    const send = webhooksOver(network)
    const toolkit = await createToolkit(config, {
      clock: this.#clock,
      logger: mortal(logger, () => this.dead),
      ids: createIds({ clock: this.#clock, randomBytes: (size) => bytes(own, size) }),
      random: () => own.fraction(),
      // A dead process hears no answer: its promises never end.
      http: (request) => (this.dead ? never() : orNever(outbound(request), () => this.dead)),
      webhookSender: (request) => {
        cross()
        return orNever(send(request), () => this.dead)
      },
      store: createSqliteStoreOn(this.#database, this.#clock),
      pages,
    })
    if (this.dead) return
    this.toolkit = toolkit
    this.#handler = toolkit.app.callback()
  }

  die(): void {
    this.dead = true
    this.#clock.stop()
    this.#database?.end()
    for (const mourn of this.#mourners) mourn(new Broken('connection reset', { arrived: true }))
    this.#mourners.clear()
  }

  call({ method, url, headers, body }: Message): Promise<Answer> {
    const handler = this.#handler
    if (!handler) throw new Broken('connection refused', { arrived: false })
    return new Promise((resolve, reject) => {
      this.#mourners.add(reject)
      const payload = method === 'GET' ? {} : { payload: Buffer.from(body) }
      const request = {
        method: method === 'GET' ? ('GET' as const) : ('POST' as const),
        url: url.pathname + url.search,
        headers: { ...headers },
        ...payload,
      }
      inject((req, res) => void handler(req, res), request).then(
        (answer) => {
          this.#mourners.delete(reject)
          if (this.dead) return
          resolve({
            status: answer.statusCode,
            headers: answered(answer.headers),
            body: answer.rawPayload,
          })
        },
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error('the call failed'))
        },
      )
    })
  }
}

/** Timers that die with their process. */
class MortalClock implements Clock {
  readonly #clock: Clock
  readonly #running = new Set<CancelTimer>()
  #dead = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  setTimer(delayMs: number, task: () => void): CancelTimer {
    if (this.#dead) return () => undefined
    const cancelTimer = this.#clock.setTimer(delayMs, () => {
      this.#running.delete(cancel)
      task()
    })
    const cancel = () => {
      this.#running.delete(cancel)
      cancelTimer()
    }
    this.#running.add(cancel)
    return cancel
  }

  stop(): void {
    this.#dead = true
    for (const cancel of this.#running) cancel()
  }
}

/** Every statement is a moment at which its process may die. */
class MortalDatabase extends DatabaseSync {
  readonly #cross: () => void

  constructor(path: string, cross: () => void) {
    super(path)
    this.#cross = cross
  }

  override prepare(text: string): StatementSync {
    const statement = super.prepare(text)
    const all = statement.all.bind(statement)
    const run = statement.run.bind(statement)
    // The store names its values by place, never by name.
    return Object.assign(statement, {
      all: (...values: SQLInputValue[]) => {
        this.#cross()
        return all(...values)
      },
      run: (...values: SQLInputValue[]) => {
        this.#cross()
        return run(...values)
      },
    })
  }

  /** As the operating system does with a dead process's file: what was not committed is gone. */
  end(): void {
    if (this.isOpen) this.close()
  }
}

function mortal(logger: Logger, isDead: () => boolean): Logger {
  const alive =
    (level: keyof Logger): Logger[keyof Logger] =>
    (event, fields) => {
      if (!isDead()) logger[level](event, fields)
    }
  return { debug: alive('debug'), info: alive('info'), warn: alive('warn'), error: alive('error') }
}

async function orNever<T>(work: Promise<T>, isDead: () => boolean): Promise<T> {
  try {
    const answer = await work
    return isDead() ? await never() : answer
  } catch (error) {
    if (isDead()) return never()
    throw error
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

function bytes(random: Random, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.int(256))
}

function answered(
  headers: Readonly<Record<string, number | string | string[] | undefined>>,
): Answer['headers'] {
  const known: Record<string, string | readonly string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined)
      known[name.toLowerCase()] = Array.isArray(value) ? value : String(value)
  }
  return known
}
