import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createQrBridge, type QrCode } from '../../../../shared/bridges/qr.ts'
import type { ClientAction } from '../../../../shared/contract/client-action.ts'
import { WECHAT_ACTION } from '../../../support/checkout-server.ts'
import { follow } from '../../../support/checkout-world.ts'

const START_MS = Date.parse('2026-03-01T08:00:00.000Z')

function codeFor(ms: number, content: string | null = 'weixin://wxpay/bizpayurl?pr=1') {
  const expiresAt = new Date(START_MS + ms).toISOString()
  return { kind: 'qrCode', content, image: null, expiresAt } satisfies ClientAction
}

function createPage() {
  const clock = new VirtualClock(START_MS)
  const shown: (QrCode | null)[] = []
  return { clock, shown, bridge: createQrBridge({ clock, render: (code) => shown.push(code) }) }
}

describe('a QR code on the page', () => {
  test('is drawn at once, counted down by the second, and taken away when it expires', async () => {
    const { clock, shown, bridge } = createPage()
    const run = follow(bridge.invoke(codeFor(3_000)))
    await clock.advance(2_999)
    expect(run.settled).toBe(false)
    await clock.advance(1)
    expect(run.value).toEqual({ surface: 'none', reason: 'expired' })
    expect(shown.map((code) => code?.remainingMs)).toEqual([3_000, 2_000, 1_000, undefined])
    expect(shown[0]).toMatchObject({ content: 'weixin://wxpay/bizpayurl?pr=1', image: null })
  })

  test('counts full seconds whatever the expiry', async () => {
    const { clock, shown, bridge } = createPage()
    void bridge.invoke(codeFor(2_500))
    await clock.advance(1_500)
    expect(shown.map((code) => code?.remainingMs)).toEqual([3_000, 2_000, 1_000])
  })

  test('a picture is handed on as it is', async () => {
    const { shown, bridge } = createPage()
    void bridge.invoke({ ...codeFor(60_000, null), image: 'data:image/png;base64,AA==' })
    await Promise.resolve()
    expect(shown[0]).toMatchObject({ content: null, image: 'data:image/png;base64,AA==' })
  })

  test('closed by the payer, it is dismissed and ticks no more', async () => {
    const { clock, shown, bridge } = createPage()
    const run = follow(bridge.invoke(codeFor(60_000)))
    await clock.advance(0)
    shown[0]?.close()
    await clock.advance(10_000)
    expect(run.value).toEqual({ surface: 'dismissed' })
    expect(shown).toHaveLength(2)
    expect(shown.at(-1)).toBeNull()
  })

  test('closed by the verdict, it is superseded', async () => {
    const { clock, shown, bridge } = createPage()
    const run = follow(bridge.invoke(codeFor(60_000)))
    await clock.advance(0)
    bridge.close?.()
    await clock.advance(0)
    expect(run.value).toEqual({ surface: 'none', reason: 'superseded' })
    expect(shown.at(-1)).toBeNull()
  })

  test('a newer code takes the place of the older, whose close button is dead', async () => {
    const { clock, shown, bridge } = createPage()
    const first = follow(bridge.invoke(codeFor(60_000)))
    await clock.advance(0)
    const second = follow(bridge.invoke(codeFor(60_000, 'weixin://second')))
    await clock.advance(0)
    expect(first.value).toEqual({ surface: 'none', reason: 'superseded' })
    shown[0]?.close()
    expect(shown.at(-1)?.content).toBe('weixin://second')
    await clock.advance(1_000)
    expect(second.settled).toBe(false)
    expect(shown.at(-1)?.content).toBe('weixin://second')
  })

  test('on a device whose clock is wrong a fresh code stays, without a countdown', async () => {
    const { clock, shown, bridge } = createPage()
    const run = follow(bridge.invoke(codeFor(-3_600_000)))
    await clock.advance(600_000)
    expect(run.settled).toBe(false)
    expect(shown).toHaveLength(1)
    expect(shown[0]?.remainingMs).toBeNull()
    shown[0]?.close()
    await clock.advance(0)
    expect(run.value).toEqual({ surface: 'dismissed' })
  })

  test('closing when nothing is open does nothing', () => {
    const { bridge, shown } = createPage()
    bridge.close?.()
    expect(shown).toEqual([])
  })

  test.each([codeFor(60_000, null), WECHAT_ACTION])(
    'what cannot be drawn is unavailable: $kind',
    async (action) => {
      const { bridge, shown } = createPage()
      expect(await bridge.invoke(action)).toMatchObject({
        surface: 'unavailable',
        reason: 'unsupportedAction',
      })
      expect(shown).toEqual([])
    },
  )
})
