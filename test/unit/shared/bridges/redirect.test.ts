import { describe, expect, test } from 'vitest'
import { bridgeByAction } from '../../../../shared/bridges/by-action.ts'
import { createRedirectBridge } from '../../../../shared/bridges/redirect.ts'
import { WECHAT_ACTION } from '../../../support/checkout-server.ts'

const expiresAt = '2026-03-01T09:00:00.000Z'

function createPage() {
  const visited: string[] = []
  return { visited, bridge: createRedirectBridge((url) => visited.push(url)) }
}

describe('leaving for the provider’s page', () => {
  test.each(['https://pay.example/x?a=1', 'http://127.0.0.1:4010/h5', 'weixin://wap/pay?x'])(
    '%s is visited, and the surface has nothing to say',
    async (url) => {
      const { bridge, visited } = createPage()
      expect(await bridge.invoke({ kind: 'redirect', url, expiresAt })).toEqual({ surface: 'none' })
      expect(visited).toEqual([url])
    },
  )

  test.each(['javascript:alert(1)', 'javascript:"https://x"', 'data:text/html,x', '/pay', ''])(
    '%j is no address of a provider and is not visited',
    async (url) => {
      const { bridge, visited } = createPage()
      const result = await bridge.invoke({ kind: 'redirect', url, expiresAt })
      expect(result).toMatchObject({ surface: 'unavailable', reason: 'unsupportedAction' })
      expect(visited).toEqual([])
    },
  )

  test('an action for another surface is unavailable', async () => {
    const { bridge, visited } = createPage()
    expect(await bridge.invoke(WECHAT_ACTION)).toMatchObject({ surface: 'unavailable' })
    expect(visited).toEqual([])
  })
})

describe('one bridge out of several', () => {
  test('each action goes to its own', async () => {
    const { bridge, visited } = createPage()
    const all = bridgeByAction({ redirect: bridge })
    await all.invoke({ kind: 'redirect', url: 'https://pay.example/', expiresAt })
    expect(visited).toHaveLength(1)
  })

  test('an action that nobody takes is unavailable', async () => {
    expect(await bridgeByAction({}).invoke(WECHAT_ACTION)).toEqual({
      surface: 'unavailable',
      reason: 'unsupportedAction',
      detail: 'wechatPay',
    })
  })

  test('closing closes all that can be closed', () => {
    let closed = 0
    const { bridge } = createPage()
    const close = () => {
      closed += 1
    }
    bridgeByAction({ redirect: bridge, qrCode: { ...bridge, close } }).close?.()
    expect(closed).toBe(1)
  })
})
