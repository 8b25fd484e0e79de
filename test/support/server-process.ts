import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolkitConfigInput } from '../../server/config.ts'
import { root } from './source-files.ts'

/** The real server as a process of its own, to be killed and started again. */
export class ServerProcess {
  readonly #configPath: string
  readonly #url: string
  #child: ChildProcess | null = null
  #said = ''

  constructor(folder: string, config: ToolkitConfigInput) {
    this.#configPath = join(folder, 'toolkit.config.mjs')
    this.#url = `http://127.0.0.1:${config.listen?.port}`
    writeFileSync(this.#configPath, `export default ${JSON.stringify(config)}\n`)
  }

  /** Starts it, and resolves once it is ready to serve. Throws with what it said when it ends. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'server', 'main.ts')], {
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
    while (!(await isReady(this.#url))) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${this.#said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** As a power cut: no signal handler runs. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** What it wrote to standard output and error since its last start. */
  said(): string {
    return this.#said
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
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
