import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createAdjustableClock } from '../../../../sandbox/clock.ts'
import { createSandbox } from '../../../../sandbox/index.ts'
import { startSink } from '../core/sink.ts'

const HOUR_MS = 3_600_000

async function world() {
  const sandbox = await createSandbox({ seed: 'control' })
  const sink = await startSink()
  onTestFinished(async () => {
    await sandbox.close()
    await sink.close()
  })
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(sandbox.urls.control + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const json: unknown = await response.json()
    return { status: response.status, json }
  }
  return { sandbox, sink, control }
}

type World = Awaited<ReturnType<typeof world>>

/** A PPRO payment of 10.55 EUR under that reference. */
async function ordered({ sandbox, sink }: World, reference = 'order-1') {
  const [contract] = sandbox.ppro.contracts()
  const form = new URLSearchParams({
    txtype: 'TRANSACTION',
    login: contract?.login ?? '',
    password: contract?.password ?? '',
    contractid: contract?.contractId ?? '',
    returnmode: 'urlencodeext',
    tag: 'wechatpay',
    countrycode: 'CN',
    currency: 'EUR',
    amount: '1055',
    merchanttxid: reference,
    channel: 'testchannel',
    notificationurl: sink.url,
    accountholdername: 'Li Wei',
  })
  const response = await fetch(sandbox.urls.ppro, { method: 'POST', body: form })
  return new URLSearchParams(await response.text()).get('TXID') ?? ''
}

const timeSchema = z.object({ nowMs: z.number() })

describe('the control API', () => {
  test('shows everything at a glance', async () => {
    const known = await world()
    await ordered(known)
    const { status, json } = await known.control('GET', '/state')
    expect(status).toBe(200)
    const all = known.sandbox.providers.map(({ name, url }) => ({ name, url }))
    expect(json).toMatchObject({ seed: 'control', providers: all })
    expect(json).toMatchObject({
      providers: expect.arrayContaining([
        expect.objectContaining({
          name: 'ppro',
          books: { refunds: [], payments: [expect.objectContaining({ reference: 'order-1' })] },
          figures: expect.objectContaining({ pollingViolations: 0 }),
        }),
        expect.objectContaining({
          name: 'worldline-connect',
          books: { payments: [], refunds: [] },
        }),
      ]),
    })
  })

  test('lets a named person pay by reference, from their wallet', async () => {
    const known = await world()
    const txid = await ordered(known)
    const paid = await known.control('POST', '/providers/ppro/payments/order-1/pay', {
      person: 'anna',
    })
    expect(paid).toEqual({ status: 200, json: { done: 'pay' } })
    expect(known.sandbox.wechat.people.balanceFen('anna')).toBe(200_000 - 8_274)
    const books = await known.control('GET', '/providers/ppro/books')
    expect(books.json).toMatchObject({ payments: [{ id: txid, state: 'paid' }] })
    const again = await known.control('POST', `/providers/ppro/payments/${txid}/pay`)
    expect(again).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('SUCCEEDED') },
    })
  })

  test.each([
    ['expire', 'FAILED/TIMEOUT'],
    ['decline', 'FAILED/REMOTE_DECLINE'],
    ['failTry', 'PENDING'],
    ['forgePaid', 'PENDING'],
  ])('%s leaves the payment %s', async (verb, status) => {
    const known = await world()
    await ordered(known)
    const answer = await known.control('POST', `/providers/ppro/payments/order-1/${verb}`)
    expect(answer.status).toBe(200)
    expect(known.sandbox.ppro.books().payments[0]?.status).toBe(status)
  })

  test('says what it does not know', async () => {
    const { control, sandbox } = await world()
    const names = sandbox.providers.map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(6)
    expect(await control('POST', '/providers/ppro/payments/none/pay')).toEqual({
      status: 404,
      json: { error: 'PPRO has no payment none' },
    })
    expect(await control('GET', '/providers/paypal/books')).toEqual({
      status: 404,
      json: { error: `no provider paypal; there are: ${names.join(', ')}` },
    })
    expect((await control('POST', '/providers/ppro/notifications/n7/resend')).status).toBe(404)
    expect((await control('GET', '/nowhere')).status).toBe(404)
  })

  test('sets, shows and clears faults, and refuses senseless ones', async () => {
    const known = await world()
    const faults = '/providers/ppro/faults'
    const plan = { calls: [{ operation: 'create', fault: 'fail5xx', status: 503 }] }
    expect((await known.control('PUT', faults, plan)).json).toMatchObject({
      plan: { calls: [{ operation: 'create', fault: 'fail5xx', dose: 1, status: 503 }] },
    })
    expect(await ordered(known)).toBe('')
    expect((await known.control('GET', faults)).json).toMatchObject({
      counters: { calls: { create: { calls: 1, fail5xx: 1 } } },
    })
    expect((await known.control('DELETE', faults)).json).toMatchObject({ plan: { calls: [] } })
    const wrong = await known.control('PUT', faults, { calls: [{ fault: 'explode' }] })
    expect(wrong).toMatchObject({ status: 400, json: { error: expect.stringContaining('fault') } })
  })

  test('changes switches, and refuses unknown ones', async () => {
    const { control, sandbox } = await world()
    const path = '/providers/worldline-connect/behaviour'
    const changed = await control('PATCH', path, { cancellable: true })
    expect(changed.json).toMatchObject({ cancellable: true, signType: 'MD5' })
    expect(sandbox.worldline.behaviour().cancellable).toBe(true)
    expect((await control('PATCH', path, { cancelable: true })).status).toBe(400)
    expect((await control('PATCH', path, { signType: 'SHA1' })).status).toBe(400)
    expect((await control('GET', path)).json).toMatchObject({ cancellable: true })
  })

  test('moves the clock forward, and what falls due happens', async () => {
    const known = await world()
    await ordered(known)
    const before = timeSchema.parse((await known.control('GET', '/clock')).json).nowMs
    const moved = await known.control('POST', '/clock/advance', { ms: 3 * HOUR_MS })
    const after = timeSchema.parse(moved.json).nowMs
    expect(after - before).toBeGreaterThanOrEqual(3 * HOUR_MS)
    expect(known.sandbox.ppro.books().payments[0]?.status).toBe('FAILED/TIMEOUT')
    expect(known.sink.received).toHaveLength(1)
    await known.control('POST', '/clock/advance', { toMs: after + HOUR_MS })
    expect(known.sandbox.clock.nowMs()).toBeGreaterThanOrEqual(after + HOUR_MS)
  })

  test.each([{}, { ms: -1 }, { ms: 'soon' }, { toMs: 0 }, { ms: 1, toMs: 1 }])(
    'does not move the clock by %j',
    async (body) => {
      const { control } = await world()
      expect((await control('POST', '/clock/advance', body)).status).toBe(400)
    },
  )

  test('shows every attempt to notify, and sends one again', async () => {
    const known = await world()
    const txid = await ordered(known)
    await known.control('POST', `/providers/ppro/payments/${txid}/pay`)
    await known.sandbox.ppro.notifications.idle()
    const log = `/providers/ppro/notifications?subject=${txid}`
    const expected = { notificationId: 'n1', subject: txid, status: 200, kind: 'genuine' }
    expect((await known.control('GET', log)).json).toMatchObject({
      attempts: [expected],
      pending: 0,
    })
    const resent = await known.control('POST', '/providers/ppro/notifications/n1/resend')
    expect(resent.json).toMatchObject({ ...expected, attempt: 2 })
    expect(known.sink.received).toHaveLength(2)
    const other = await known.control('GET', '/providers/ppro/notifications?subject=1')
    expect(other.json).toMatchObject({ attempts: [] })
  })

  test('resets everything but the accounts', async () => {
    const known = await world()
    await ordered(known)
    await known.control('POST', '/providers/ppro/payments/order-1/pay', { person: 'anna' })
    expect((await known.control('POST', '/reset')).status).toBe(200)
    expect(known.sandbox.ppro.books().payments).toEqual([])
    expect(known.sandbox.wechat.people.balanceFen('anna')).toBe(200_000)
    expect(await ordered(known)).toMatch(/^\d+$/)
  })

  test('refuses bodies that are no JSON', async () => {
    const { sandbox } = await world()
    const response = await fetch(`${sandbox.urls.control}/clock/advance`, {
      method: 'POST',
      body: 'soon',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'the body is not JSON' })
  })

  test('obeys pages of this machine, and of no other', async () => {
    const { sandbox } = await world()
    const ask = (origin: string, method = 'POST') =>
      fetch(`${sandbox.urls.control}/reset`, {
        method,
        headers: {
          origin,
          ...(method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {}),
        },
      })
    const local = await ask('http://localhost:3000')
    expect(local.status).toBe(200)
    expect(local.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect((await ask('http://127.0.0.1:5173', 'OPTIONS')).status).toBe(204)
    expect((await ask('https://evil.example')).status).toBe(403)
    expect((await ask('http://localhost.evil.example')).status).toBe(403)
    expect((await ask('null')).status).toBe(403)
  })
})

describe('a sandbox', () => {
  test('of the same seed hands out the same numbers, of another different ones', async () => {
    const id = async (seed: string) => {
      const sandbox = await createSandbox({ seed })
      const sink = await startSink()
      const txid = await ordered({
        sandbox,
        sink,
        control: async () => ({ status: 0, json: null }),
      })
      await sandbox.close()
      await sink.close()
      return txid
    }
    const [first, same, other] = [await id('a'), await id('a'), await id('b')]
    expect(first).toBe(same)
    expect(first).not.toBe(other)
  })

  test('without a seed makes up one of its own', async () => {
    const [one, two] = [await createSandbox(), await createSandbox()]
    expect(one.seed).not.toBe(two.seed)
    await Promise.all([one.close(), two.close()])
  })

  test('that cannot start leaves nothing running', async () => {
    const first = await createSandbox({ seed: 1 })
    const taken = Number(new URL(first.urls.control).port)
    const worldline = Number(new URL(first.urls.worldline).port)
    await first.close()
    const holder = await createSandbox({ seed: 1, ports: { control: taken } })
    await expect(createSandbox({ seed: 1, ports: { control: taken, worldline } })).rejects.toThrow(
      'EADDRINUSE',
    )
    const after = await createSandbox({ seed: 1, ports: { worldline } })
    await Promise.all([holder.close(), after.close()])
  })

  test('closes with its own clock, and leaves a borrowed one alone', async () => {
    const clock = createAdjustableClock()
    let rang = false
    clock.setTimer(HOUR_MS, () => {
      rang = true
    })
    const sandbox = await createSandbox({ seed: 1, clock })
    await sandbox.close()
    await clock.advance(HOUR_MS)
    expect(rang).toBe(true)
    await expect(fetch(sandbox.urls.control)).rejects.toThrow('fetch failed')
  })
})
