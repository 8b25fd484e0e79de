import { createServer, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAdjustableClock, type SandboxClock } from '../../sandbox/clock.ts'
import { createSandbox, type Sandbox } from '../../sandbox/index.ts'
import { sandboxAccounts } from '../../scripts/sandbox-accounts.ts'
import { SANDBOX_API_KEY, sandboxConfig } from '../../scripts/sandbox-config.ts'
import { resolveConfig } from '../../server/config.ts'
import { createLogger } from '../../server/platform/logger.ts'
import type { ProviderAccountInput } from '../../server/providers/registry.ts'
import { createToolkit, type Toolkit } from '../../server/toolkit.ts'

/**
 * A provider that takes calls and never answers is the worst kind of down: payers wait for the whole
 * time limit and then know nothing. After a few of them the others go to the next account at once,
 * until one finds the provider well again. What was sent meanwhile stays with the provider that may
 * have it. The story is told in order, each test from where the one before ended.
 */

const TIME_LIMIT_MS = 1_500

let clock: SandboxClock
let sandbox: Sandbox
let toolkit: Toolkit
let url = ''
let line: Line
const events: unknown[] = []

beforeAll(async () => {
  clock = createAdjustableClock()
  sandbox = await createSandbox({ clock })
  line = await openLine(sandbox.urls.ppro)
  const place = { publicUrl: 'http://127.0.0.1:1', port: 0, database: IN_MEMORY }
  const accounts = sandboxAccounts(sandbox).flatMap((account): ProviderAccountInput[] => {
    if (account.provider === 'wechatPay') return [account]
    if (account.provider !== 'ppro') return []
    return [{ ...account, config: { ...account.config, endpoint: line.url, ...SHORT } }]
  })
  const sink = { write: (text: string) => void events.push(JSON.parse(text)) }
  const logger = createLogger({ clock, sink })
  const config = resolveConfig(
    { ...sandboxConfig(sandbox, place), accounts: accounts.toReversed() },
    {},
  )
  toolkit = await createToolkit(config, { clock, logger, random: () => 0.5 })
  url = await toolkit.listen()
})
afterAll(async () => {
  await line.close()
  await toolkit.close()
  await sandbox.close()
  clock.close()
})

const IN_MEMORY = { kind: 'sqlite', path: ':memory:' } as const
const SHORT = { timeoutMs: TIME_LIMIT_MS } as const

interface Line {
  readonly url: string
  /** Takes calls, passes them on, and keeps the answers to itself. */
  silent: boolean
  close(): Promise<void>
}

/** The way to a provider, which may fall silent. */
async function openLine(target: string): Promise<Line> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url: path = '' } = incoming
    const onward = request(new URL(path, target), { method, headers }, (answer) => {
      if (line.silent) {
        answer.resume()
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  // The endpoint of PPRO has a path of its own.
  const { pathname } = new URL(target)
  return {
    url: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`,
    silent: false,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function post(path: string, key: string, body: object) {
  const startedAtMs = performance.now()
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  const word = (name: string): unknown => Reflect.get(Object(answer), name)
  return {
    status: response.status,
    code: word('code'),
    accountId: word('accountId'),
    tookMs: performance.now() - startedAtMs,
  }
}

/** The same word is the same order and the same key. */
async function pay(name: string) {
  const orderRef = `tea-${name}`
  const amount = { value: 1999, currency: 'CNY' }
  await post('/v1/orders', `order-of-${name}`, { orderRef, amount, description: 'Longjing' })
  return post('/v1/payments', `payment-of-${name}`, { orderRef, scene: 'desktopQr' })
}

const LOST = ['lost-1', 'lost-2', 'lost-3', 'lost-4', 'lost-5']

describe('a provider that falls silent', () => {
  test('was the one to be asked while it was well', async () => {
    expect(await pay('well')).toMatchObject({ status: 201, accountId: 'ppro' })
  })

  test('costs the first payers their time, and none of them a second payment elsewhere', async () => {
    line.silent = true
    const answers = await Promise.all(LOST.map(pay))
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, code: 'providerOutcomeUnknown' })
      expect(answer.tookMs).toBeGreaterThanOrEqual(TIME_LIMIT_MS - 50)
    }
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'http.circuitOpened', address: new URL(line.url).origin }),
    )
  })

  test('then costs nobody anything: the next account is asked at once', async () => {
    for (const name of ['next-1', 'next-2', 'next-3']) {
      const answer = await pay(name)
      expect(answer).toMatchObject({ status: 201, accountId: 'wechatPay' })
      expect(answer.tookMs).toBeLessThan(TIME_LIMIT_MS - 200)
    }
  })

  test('keeps what may have arrived there: a repeat waits for it, and goes nowhere else', async () => {
    for (const name of LOST) {
      expect(await pay(name)).toMatchObject({ status: 503 })
      const payments = await toolkit.deps.store.paymentsOfOrder(`tea-${name}`)
      expect(payments.map(({ accountId }) => accountId)).toEqual(['ppro'])
    }
  })

  test('is asked again once it is well and the pause is over', async () => {
    line.silent = false
    await clock.advance(60_000)
    await toolkit.workers.idle()
    expect(await pay('back')).toMatchObject({ status: 201, accountId: 'ppro' })
    expect(events).toContainEqual(expect.objectContaining({ event: 'http.circuitClosed' }))
  })

  test('has every order once: what was lost is settled there, by the same key', async () => {
    await Promise.all(LOST.map(pay))
    for (const name of LOST) {
      const payments = await toolkit.deps.store.paymentsOfOrder(`tea-${name}`)
      expect(new Set(payments.map(({ accountId }) => accountId))).toEqual(new Set(['ppro']))
    }
  })
})
