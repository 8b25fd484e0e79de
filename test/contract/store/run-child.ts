import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

export interface Job {
  readonly database: string
  readonly job: 'migrate' | 'write' | 'claim'
  /** Number of the first payment that `write` makes. */
  readonly first?: number
}

export interface Child {
  readonly process: ChildProcess
  /** Everything it has told so far. */
  readonly told: readonly string[]
  /** When it has told that many things. */
  hasTold(count: number): Promise<void>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

export function runChild({ database, job, first = 1 }: Job): Child {
  const script = fileURLToPath(new URL('child.ts', import.meta.url))
  // Not the flags that the test runner gave to this process.
  const child = fork(script, [JSON.stringify({ database, job, first })], { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const told: string[] = []
  child.on('message', (message) => told.push(z.string().parse(message)))
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  return {
    process: child,
    told,
    ended,
    hasTold: async (count) => {
      while (told.length < count) {
        const next = await Promise.race([once(child, 'message'), ended])
        if (!Array.isArray(next)) throw new Error(`the child ended early: ${next}`)
      }
    },
  }
}
