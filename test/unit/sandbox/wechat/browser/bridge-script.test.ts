import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { buildBridgeScript } from '../../../../../sandbox/wechat/browser/bridge-script.ts'
import { startWechat } from '../world.ts'

const PAGE = { href: 'https://tea.example/pay/A-1' }

test('the built script is a classic script that carries its settings', async () => {
  const script = await buildBridgeScript({
    userAgent: 'MicroMessenger/"quoted"',
    platform: 'android',
    readyAfterMs: null,
    inMiniProgram: false,
  })
  const navigator = { userAgent: 'Desktop' }
  runInContext(script, createContext({ window: { navigator, location: PAGE } }))
  expect(navigator.userAgent).toBe('MicroMessenger/"quoted"')
})

test('the browser serves it to every page', async () => {
  const { wechat } = await startWechat({ browser: { inMiniProgram: 'wx1', bridgeReadyAfterMs: 7 } })
  const response = await fetch(`${wechat.browserUrl}/__wechat/bridge.js`)
  expect(response.headers.get('content-type')).toContain('text/javascript')
  const navigator = { userAgent: 'Desktop' }
  const delays: number[] = []
  const setTimeout = (_task: () => void, ms: number) => delays.push(ms)
  runInContext(
    await response.text(),
    createContext({ window: { navigator, location: PAGE, setTimeout } }),
  )
  expect(navigator.userAgent).toMatch(/MicroMessenger\/8.*miniProgram\/wx1$/)
  expect(delays).toEqual([7])
})
