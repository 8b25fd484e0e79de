import { describe, expect, test } from 'vitest'
import type { ApiRequest, ApiResponse } from '../../../../shared/client/types.ts'
import { problem } from '../../../support/checkout-server.ts'
import { createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

describe('a page out of view', () => {
  test('starts no request, however long it is hidden, and goes on at once when shown', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.show(false)
    await world.answer({ surface: 'finished' })
    await world.clock.advance(3_600_000)
    expect(world.server.gets).toHaveLength(0)
    expect(run.settled).toBe(false)

    world.server.decide('paid')
    await world.show(true)
    expect(run.value).toMatchObject({ verdict: 'paid', surface: 'finished' })
    expect(world.server.gets).toHaveLength(1)
  })

  test('does not create a payment either', async () => {
    const world = createCheckoutWorld()
    await world.show(false)
    void world.page().pay()
    await world.clock.advance(600_000)
    expect(world.server.requests).toHaveLength(0)
    await world.show(true)
    expect(world.server.posts).toHaveLength(1)
  })

  test('stops repeating a create call, and repeats it at once when shown', async () => {
    const world = createCheckoutWorld()
    world.server.online = false
    const run = follow(world.page().pay())
    await world.clock.advance(500)
    await world.show(false)
    await world.clock.advance(600_000)
    expect(world.server.posts).toHaveLength(1)
    world.server.online = true
    await world.show(true)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-1'])
    expect(run.settled).toBe(false)
    expect(world.opened).toHaveLength(1)
  })

  test('lets a question that is already out finish, and believes its answer', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.show(false)
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(run.value?.verdict).toBe('paid')
  })

  test('does not ask again after such a question has come back undecided', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.show(false)
    await world.clock.advance(600_000)
    expect(world.server.gets).toHaveLength(1)
  })

  test('gets the full time again when it comes back', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.clock.advance(20_000)
    await world.show(false)
    await world.clock.advance(600_000)
    await world.show(true)
    await world.clock.advance(29_999)
    expect(run.settled).toBe(false)
    await world.clock.advance(1)
    expect(run.value?.verdict).toBe('pending')
  })

  test('starts with short distances again when it comes back', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    world.server.online = false
    await world.answer({ surface: 'finished' })
    await world.clock.advance(12_000)
    const before = world.server.gets.length
    await world.show(false)
    await world.show(true)
    await world.clock.advance(3_000)
    expect(world.server.gets.length - before).toBe(3)
  })

  test('keeps watching a QR code that is still on show when it comes back', async () => {
    const world = createCheckoutWorld()
    const expiresAt = new Date(world.clock.nowMs() + 7_200_000).toISOString()
    world.server.action = { kind: 'qrCode', content: 'weixin://x', image: null, expiresAt }
    const run = follow(world.page().pay())
    await world.clock.advance(60_000)
    await world.show(false)
    await world.show(true)
    await world.clock.advance(3_600_000)
    expect(run.settled).toBe(false)
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(run.value?.verdict).toBe('paid')
  })

  test('does not wait for a question that the system has killed meanwhile', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    world.server.fates.push('hangs')
    await world.answer({ surface: 'finished' })
    await world.show(false)
    world.server.decide('paid')
    await world.show(true)
    expect(run.value?.verdict).toBe('paid')
  })
})

describe('questions that the page no longer waits for', () => {
  /** A page that came back while its first question was out, so that a second one is out too. */
  async function backInView() {
    const world = createCheckoutWorld()
    const held: ((answer: ApiResponse | Error) => void)[] = []
    const api = {
      request: (request: ApiRequest) =>
        request.method === 'POST'
          ? world.server.request(request)
          : new Promise<ApiResponse>((resolve, reject) => {
              held.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))
            }),
    }
    const run = follow(world.page({ api }).pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.show(false)
    await world.show(true)
    expect(held).toHaveLength(2)
    const answerFirst = async (answer: ApiResponse | Error) => {
      held[0]?.(answer)
      await world.clock.advance(10_000)
    }
    return { world, run, held, answerFirst }
  }
  const body = { paymentId: 'pay1', verdict: 'pending' }

  test('still count where they bring the verdict', async () => {
    const { run, answerFirst } = await backInView()
    await answerFirst({ status: 200, body: { ...body, verdict: 'paid' } })
    expect(run.value?.verdict).toBe('paid')
  })

  test('change nothing where they are undecided', async () => {
    const { run, held, answerFirst } = await backInView()
    await answerFirst({ status: 200, body })
    expect(held).toHaveLength(2)
    expect(run.settled).toBe(false)
  })

  test.each([
    ['are interrupted', new Error('request:fail interrupted')],
    ['are refused', problem('paymentNotFound')],
  ])('change nothing where they %s', async (_, answer) => {
    const { run, held, answerFirst } = await backInView()
    await answerFirst(answer)
    expect(held).toHaveLength(2)
    expect(run.settled).toBe(false)
  })
})

describe('a cashier that never answers', () => {
  test.each(['paid', 'failed', 'closed'] as const)(
    'is lost when the payer is back and the server says %s',
    async (verdict) => {
      const world = createCheckoutWorld()
      const run = follow(world.page().pay())
      await world.clock.advance(0)
      await world.show(false)
      world.server.decide(verdict)
      await world.show(true)
      expect(run.value).toMatchObject({ verdict, surface: 'lost' })
      expect(world.server.gets[0]?.path).toContain('returned=1')
      expect(world.closed()).toBe(1)
    },
  )

  test('is lost with the verdict pending once the payer has been back for the bound', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.show(false)
    await world.show(true)
    await world.clock.advance(29_999)
    expect(run.settled).toBe(false)
    await world.clock.advance(1)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'lost' })
    expect(world.storage.entries.size).toBe(1)
  })

  test('may still answer after the page has come back, whichever comes first', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.show(false)
    await world.show(true)
    await world.clock.advance(10_000)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'dismissed' })
  })

  test('is lost at last even where the page was in view all the time', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(900_000)
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(run.value).toMatchObject({ verdict: 'paid', surface: 'lost' })
  })

  test.each(['wechatPay', 'qrCode'] as const)(
    'leaves no timer and no listener behind: %s',
    async (kind) => {
      const world = createCheckoutWorld()
      const expiresAt = new Date(world.clock.nowMs() + 7_200_000).toISOString()
      if (kind === 'qrCode') world.server.action = { kind, content: 'x', image: null, expiresAt }
      const run = follow(world.page().pay())
      await world.clock.advance(0)
      expect(world.held()).toEqual({ timers: 1, listeners: 1 })
      await world.show(false)
      world.server.decide('paid')
      await world.show(true)
      expect(run.settled).toBe(true)
      expect(world.held()).toEqual({ timers: 0, listeners: 0 })
    },
  )

  test('that was dismissed gets no longer time because the page was hidden since', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.show(false)
    await world.show(true)
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'dismissed' })
  })
})
