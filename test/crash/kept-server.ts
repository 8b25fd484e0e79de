import { setTimeout } from 'node:timers/promises'
import type { ToolkitConfigInput } from '../../server/config.ts'
import { ServerProcess } from '../support/server-process.ts'

/** How long a supervisor waits before it starts a server again that could not start. */
const PAUSE_MS = 100

/**
 * A server under a supervisor, as in production: however it ends, it is started again at once.
 * A server that ends by itself after it was ready is a defect of its own.
 */
export class KeptServer {
  readonly port: number
  readonly url: string
  readonly defects: string[] = []
  readonly #process: ServerProcess
  #keeping: Promise<void> = Promise.resolve()
  #wanted = false
  #starts = 0
  #killed = false

  constructor(folder: string, config: ToolkitConfigInput, script: string) {
    this.#process = new ServerProcess(folder, config, script)
    this.url = this.#process.url
    this.port = config.listen?.port ?? 0
  }

  start(): void {
    this.#wanted = true
    this.#keeping = this.#keep()
  }

  /** Resolves with the number of the start that is ready; with null once it is closed. */
  async whenReady(): Promise<number | null> {
    while (this.#wanted) {
      const start = this.#starts
      if (await this.#process.ready()) return start
      await setTimeout(5)
    }
    return null
  }

  /** How often it has been started. */
  starts(): number {
    return this.#starts
  }

  /**
   * As a power cut, at whatever it is doing; the supervisor starts it again. False where there was
   * nothing to kill at this moment.
   */
  async kill(): Promise<boolean> {
    this.#killed = true
    return this.#process.kill()
  }

  /** As a power cut, and for good. */
  async close(): Promise<void> {
    this.#wanted = false
    await this.kill()
    await this.#keeping
  }

  async #keep(): Promise<void> {
    while (this.#wanted) {
      this.#killed = false
      this.#process.begin()
      this.#starts += 1
      const wasReady = await this.#process.ready()
      await this.#process.ended()
      if (this.#killed) continue
      if (wasReady) this.defects.push(`a server ended by itself: ${this.#process.said()}`)
      await setTimeout(PAUSE_MS)
    }
  }
}
