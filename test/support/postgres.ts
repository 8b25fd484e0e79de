import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { z } from 'zod'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL where the tests may make databases of their own. */
    readonly postgresUrl: string
  }
}

/** Vitest's global setup: one PostgreSQL per run, or the one that DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await providePostgres(process.env['DATABASE_URL'])
  project.provide('postgresUrl', postgres.url)
  return () => postgres.stop()
}

export interface ProvidedPostgres {
  readonly url: string
  stop(): Promise<void>
}

/** Throws with advice when there is none: tests of the database are never left out in silence. */
export async function providePostgres(given: string | undefined): Promise<ProvidedPostgres> {
  if (given) {
    await checkGiven(given)
    return { url: given, stop: async () => {} }
  }
  const keeper = forkKeeper()
  return { url: await keeper.told(), stop: () => keeper.stop() }
}

export interface DurablePostgres extends ProvidedPostgres {
  /** Kills the server with -9, and resolves when it is up again, on the same files and address. */
  crash(): Promise<void>
}

/** One of its own, on which everything reaches the disk. */
export async function provideDurablePostgres(): Promise<DurablePostgres> {
  const keeper = forkKeeper('durable')
  const url = await keeper.told()
  return {
    url,
    stop: () => keeper.stop(),
    async crash() {
      const back = keeper.told()
      keeper.process.send('crash')
      await back
    },
  }
}

/** A keeper, and its next message: the address, or a throw with advice. */
function forkKeeper(...args: readonly string[]) {
  // Without the flags that the test runner gave to this process.
  const path = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url))
  const keeper = fork(path, args, { execArgv: [] })
  return {
    process: keeper,
    async told(): Promise<string> {
      const listening = new AbortController()
      const { signal } = listening
      const ended = once(keeper, 'exit', { signal }).then((exit) => [
        { problem: `the keeper ended early (${exit.join()})` },
      ])
      const [answer] = await Promise.race([once(keeper, 'message', { signal }), ended])
      ended.catch(() => undefined)
      listening.abort()
      const { url, problem } = z
        .object({ url: z.string().optional(), problem: z.string().optional() })
        .parse(answer)
      if (url === undefined) throw new Error(advice(problem ?? 'no reason was given'))
      return url
    },
    async stop(): Promise<void> {
      const ended = once(keeper, 'exit')
      keeper.disconnect()
      await ended
    },
  }
}

async function checkGiven(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
  } catch (error) {
    throw new Error(
      'DATABASE_URL is set, but no PostgreSQL answers there. Start it, or unset DATABASE_URL to let the tests bring their own.',
      { cause: error },
    )
  } finally {
    await client.end()
  }
}

function advice(problem: string): string {
  return [
    `The tests need PostgreSQL, and their own could not be started: ${problem}`,
    'Run "npm ci" (with install scripts) to repair it, or set DATABASE_URL to a PostgreSQL server',
    'where the tests may create databases, such as postgres://postgres:secret@127.0.0.1:5432/postgres.',
  ].join('\n')
}

export interface FreshDatabase {
  readonly connectionString: string
  /** Removes it, disconnecting whoever is still there. */
  drop(): Promise<void>
}

/** An empty database for one test file; drop it in `afterAll`. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const adminUrl = inject('postgresUrl')
  const name = `toolkit_test_${randomBytes(8).toString('hex')}`
  await asAdmin(adminUrl, `create database ${name} template template0 encoding 'UTF8' locale 'C'`)
  const address = new URL(adminUrl)
  address.pathname = `/${name}`
  return {
    connectionString: address.href,
    drop: () => asAdmin(adminUrl, `drop database if exists ${name} with (force)`),
  }
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
