import { describe, expect, onTestFinished, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createFaults } from '../../../../sandbox/faults.ts'
import { createNotifier } from '../../../../sandbox/notifier.ts'
import { createRandom } from '../../../../sandbox/random.ts'
import { startSink } from './sink.ts'

const MINUTE_MS = 60_000

async function world(statuses: number[] = []) {
  const clock = new VirtualClock(0)
  const faults = createFaults({ clock, random: createRandom('notifier') })
  const sink = await startSink(() => statuses.shift() ?? 200)
  onTestFinished(sink.close)
  const notifier = createNotifier({
    clock,
    faults,
    retryDelaysMs: () => [MINUTE_MS, 5 * MINUTE_MS],
  })
  const send = (name: string, url = sink.url) =>
    notifier.send({
      url,
      headers: { 'x-signature': 'right' },
      body: `this is ${name}`,
      event: 'paid',
      subject: name,
      forged: { url, headers: { 'x-signature': 'wrong' }, body: `this is ${name}` },
    })
  return { clock, faults, sink, notifier, send }
}

describe('a notification', () => {
  test('arrives byte for byte, and 2xx ends the matter', async () => {
    const { clock, sink, notifier, send } = await world([204])
    send('茶')
    await notifier.idle()
    await clock.advance(60 * MINUTE_MS)
    expect(sink.bodies()).toEqual(['this is 茶'])
    expect(sink.received[0]?.headers['x-signature']).toBe('right')
    expect(notifier.log()).toMatchObject([{ subject: '茶', attempt: 1, status: 204, error: null }])
    expect(notifier.pending()).toBe(0)
  })

  test.each([500, 404, 302])(
    'answered %i, it is repeated by the timetable, then given up',
    async (status) => {
      const { clock, notifier, send } = await world([status, status, status])
      send('a')
      await clock.advance(MINUTE_MS)
      expect(notifier.pending()).toBe(1)
      await clock.advance(60 * MINUTE_MS)
      expect(notifier.log().map(({ atMs, attempt }) => [attempt, atMs])).toEqual([
        [1, 0],
        [2, MINUTE_MS],
        [3, 6 * MINUTE_MS],
      ])
      expect(notifier.pending()).toBe(0)
    },
  )

  test('nobody there to hear it is a failed attempt, not an error', async () => {
    const { clock, sink, notifier, send } = await world()
    await sink.close()
    send('a')
    await clock.advance(MINUTE_MS)
    expect(notifier.log()).toMatchObject([
      { status: null, error: expect.any(String) },
      { status: null, error: expect.any(String) },
    ])
  })

  test('can be sent again, also after it was taken; an unknown one cannot', async () => {
    const { clock, sink, notifier, send } = await world()
    send('a')
    await notifier.idle()
    const [first] = notifier.log()
    const again = await notifier.resend(first?.notificationId ?? '')
    expect(again).toMatchObject({ kind: 'genuine', attempt: 2, status: 200 })
    await clock.advance(60 * MINUTE_MS)
    expect(sink.received).toHaveLength(2)
    expect(() => notifier.resend('n9')).toThrow('no notification n9')
  })

  test('taken on request, it is not repeated any more', async () => {
    const { clock, sink, notifier, send } = await world([500, 200])
    send('a')
    await notifier.idle()
    await notifier.resend(notifier.log()[0]?.notificationId ?? '')
    await clock.advance(60 * MINUTE_MS)
    expect(sink.received).toHaveLength(2)
    expect(notifier.pending()).toBe(0)
  })

  test('is forgotten by a reset', async () => {
    const { clock, sink, notifier, send } = await world([500])
    send('a')
    await notifier.idle()
    notifier.reset()
    await clock.advance(60 * MINUTE_MS)
    expect(sink.received).toHaveLength(1)
    expect(notifier.log()).toEqual([])
  })
})

test('an answer that comes in after a reset leaves no trace', async () => {
  const clock = new VirtualClock(0)
  const faults = createFaults({ clock, random: createRandom('notifier') })
  let answer: (status: number) => void = () => undefined
  const notifier = createNotifier({
    clock,
    faults,
    retryDelaysMs: () => [MINUTE_MS],
    transport: () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  })
  const message = { url: 'http://shop.test/', headers: {}, body: 'a' }
  notifier.send({ ...message, event: 'paid', subject: 'a', forged: message })
  notifier.reset()
  answer(500)
  await notifier.idle()
  expect(notifier.log()).toEqual([])
  expect(notifier.pending()).toBe(0)
})

describe('under faults', () => {
  test('a dropped one never arrives, and the repeat does', async () => {
    const { clock, faults, sink, notifier, send } = await world()
    faults.set({ notifications: { drop: 1 } })
    send('a')
    await clock.advance(MINUTE_MS)
    expect(sink.received).toHaveLength(1)
    expect(notifier.log()).toMatchObject([
      { error: 'dropped on the way' },
      { attempt: 2, status: 200, atMs: MINUTE_MS },
    ])
  })

  test('all dropped, nothing ever arrives', async () => {
    const { clock, faults, sink, send } = await world()
    faults.set({ notifications: { drop: 'all' } })
    send('a')
    await clock.advance(60 * MINUTE_MS)
    expect(sink.received).toEqual([])
  })

  test('a delayed one arrives that much later', async () => {
    const { clock, faults, sink, send } = await world()
    faults.set({ notifications: { delay: { ms: 30_000 } } })
    send('a')
    await clock.advance(29_999)
    expect(sink.received).toHaveLength(0)
    await clock.advance(1)
    expect(sink.received).toHaveLength(1)
  })

  test('a duplicated one arrives twice, word for word', async () => {
    const { faults, sink, notifier, send } = await world()
    faults.set({ notifications: { duplicate: 1 } })
    send('a')
    await notifier.idle()
    expect(sink.bodies()).toEqual(['this is a', 'this is a'])
    expect(
      notifier
        .log()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['duplicate', 'genuine'])
  })

  test('a reordered one is overtaken by the next, or sent after a minute', async () => {
    const { clock, faults, notifier, send } = await world()
    faults.set({ notifications: { reorder: 1 } })
    send('a')
    await notifier.idle()
    expect(notifier.log()).toEqual([])
    send('b')
    await notifier.idle()
    expect(notifier.log().map(({ subject }) => subject)).toEqual(['b', 'a'])
    faults.set({ notifications: { reorder: 1 } })
    send('c')
    await clock.advance(MINUTE_MS)
    expect(notifier.log().map(({ subject }) => subject)).toEqual(['b', 'a', 'c'])
  })

  test('a forged one brings two fakes along: a wrong signature and half a body', async () => {
    const { faults, sink, notifier, send } = await world()
    faults.set({ notifications: { forge: 1 } })
    send('abc')
    await notifier.idle()
    const fakes = sink.received.filter(({ headers }) => headers['x-signature'] === 'wrong')
    expect(fakes).toHaveLength(1)
    expect(sink.bodies().toSorted()).toEqual(['this ', 'this is abc', 'this is abc'])
    expect(notifier.pending()).toBe(0)
  })
})
