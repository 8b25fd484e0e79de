import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { CHANNEL, PostgresListener } from '../../../server/store/postgres-listener.ts'
import type { Change } from '../../../server/store/store.ts'
import type { Clock } from '../../../shared/clock.ts'

/** A gateway before the database that can forget its connections without a word, as some do. */
async function openGateway(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets: Socket[] = []
  let silent = 0
  let closed = 0
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.on('data', (bytes) => {
      if (sockets.indexOf(near) >= silent) far.write(bytes)
    })
    far.on('data', (bytes) => near.write(bytes))
    near.on('close', () => {
      closed += 1
      far.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port')
  const through = new URL(databaseUrl)
  through.port = String(address.port)
  return {
    connectionString: through.href,
    forgetAll: () => {
      silent = sockets.length
    },
    opened: () => sockets.length / 2,
    closed: () => closed,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Time that goes on when the test says so, from timer to timer. */
function manualClock() {
  const timers = new Set<() => void>()
  const clock: Clock = {
    nowMs: () => 0,
    setTimer: (_, task) => {
      const timer = (): void => task()
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  return {
    clock,
    armed: () => timers.size,
    fire: () => {
      for (const timer of timers) {
        timers.delete(timer)
        timer()
      }
    },
  }
}

test('a connection that was forgotten without a word is found out, replaced, and everybody woken', async () => {
  const gateway = await openGateway(inject('postgresUrl'))
  const time = manualClock()
  const told: Change[] = []
  const listener = new PostgresListener({
    connection: { connectionString: gateway.connectionString },
    self: 'me',
    clock: time.clock,
    logger: undefined,
    tell: (changes) => told.push(...changes),
    answerTimeoutMs: 200,
  })
  await expect.poll(() => told.length).toBe(1)

  time.fire()
  await expect.poll(time.armed, { message: 'a heart beats on while it is answered' }).toBe(1)
  expect(gateway.opened()).toBe(1)

  gateway.forgetAll()
  time.fire()
  await expect.poll(time.armed, { message: 'a silence leads to another attempt' }).toBe(1)
  expect(told).toHaveLength(1)
  time.fire()
  await expect
    .poll(() => told)
    .toEqual([
      { kind: 'due', atMs: 0 },
      { kind: 'due', atMs: 0 },
    ])
  expect(gateway.opened()).toBe(2)
  await expect.poll(gateway.closed, { message: 'the forgotten one is let go' }).toBe(1)
  await listener.stop()
  gateway.close()
})

test('the word of a process of an earlier version, which tells no status, is understood', async () => {
  const connectionString = inject('postgresUrl')
  const told: Change[] = []
  const listener = new PostgresListener({
    connection: { connectionString },
    self: 'me',
    clock: manualClock().clock,
    logger: undefined,
    tell: (changes) => told.push(...changes),
  })
  await expect.poll(() => told.length).toBe(1)
  const teller = new Client({ connectionString })
  await teller.connect()
  const word = { from: 'somebody', changes: [{ kind: 'payment', paymentId: 'pay_1' }] }
  await teller.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(word)])
  await expect
    .poll(() => told.slice(1))
    .toEqual([{ kind: 'payment', paymentId: 'pay_1', status: null }])
  await teller.end()
  await listener.stop()
})
