import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { ToolkitConfigInput } from '../../server/config.ts'
import { root } from './source-files.ts'

const SOURCES = join(root, 'server', 'main.ts')

/** The real server as a process of its own, to be killed and started again. */
export class ServerProcess {
  readonly url: string
  readonly #configPath: string
  readonly #script: string
  #child: ChildProcess | null = null
  #said = ''

  /** `script`: the server as one file, where there is one; else its sources. */
  constructor(folder: string, config: ToolkitConfigInput, script = SOURCES) {
    this.#script = script
    mkdirSync(folder, { recursive: true })
    this.#configPath = join(folder, 'toolkit.config.mjs')
    this.url = `http://127.0.0.1:${config.listen?.port}`
    writeFileSync(this.#configPath, `export default ${JSON.stringify(config)}\n`)
  }

  /** Starts it, and resolves once it is ready to serve. Throws with what it said when it ends. */
  async start(): Promise<void> {
    this.begin()
    if (!(await this.ready())) throw new Error(`the server ended: ${this.#said}`)
  }

  /** Starts it, and waits for nothing. */
  begin(): void {
    const child = spawn(process.execPath, [this.#script], {
      env: { ...process.env, TOOLKIT_CONFIG: this.#configPath, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString()
      })
    }
  }

  /** True once the process that runs now is ready to serve; false when it ends before that. */
  async ready(): Promise<boolean> {
    const child = this.#child
    while (child && isRunning(child)) {
      if (await isReady(this.url)) return isRunning(child)
      await setTimeout(10)
    }
    return false
  }

  /** Resolves when the process that runs now has ended, in whatever way. */
  async ended(): Promise<void> {
    const child = this.#child
    if (child && isRunning(child)) await once(child, 'exit')
  }

  /** As a power cut: no signal handler runs. False where there is no process. */
  kill(): Promise<boolean> {
    return this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** What it wrote to standard output and error since its last start. */
  said(): string {
    return this.#said
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    const child = this.#child
    if (!child || !isRunning(child)) return false
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return true
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`)
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
