import { expect, test } from 'vitest'
import { createJsSdkRoutes } from '../../../../../server/http/routes/js-sdk.ts'
import { createJsSdkConfig } from '../../../../../server/identity/js-sdk-config.ts'
import { jsSdkConfigSchema } from '../../../../../shared/contract/js-sdk.ts'
import { OFFICIAL_APP, OUR_APPS, startWechatLine } from '../../../../support/wechat-line.ts'
import { makeTools, openStore, problemOf, startApp } from '../harness.ts'

const SHOP = 'https://shop.example'

async function world() {
  const line = await startWechatLine()
  const { tickets } = line.process(await openStore())
  const tools = makeTools()
  const signPage = createJsSdkConfig({ ...tools, apps: OUR_APPS, tickets, publicUrl: SHOP })
  const { address } = await startApp(tools, { parsed: [createJsSdkRoutes(signPage)] })
  const ask = (query: Record<string, string>) =>
    fetch(`${address}/v1/jsSdkConfig?${new URLSearchParams(query).toString()}`)
  return { line, tools, ask }
}

test('a page hears all that wx.config wants, without a login, and nobody keeps it', async () => {
  const { line, ask } = await world()
  const response = await ask({ url: `${SHOP}/pay/tea-1?a=1&b=2`, appId: OFFICIAL_APP.appId })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const text = await response.text()
  const config = jsSdkConfigSchema.parse(JSON.parse(text))
  expect(config.appId).toBe(OFFICIAL_APP.appId)
  expect(config.signature).toMatch(/^[0-9a-f]{40}$/)
  expect(text).not.toContain(line.wechat.identity.tokens.ticket(OFFICIAL_APP.appId).value)
})

test.each<[number, string, Record<string, string>]>([
  [403, 'pageNotOurs', { url: 'https://evil.example/', appId: OFFICIAL_APP.appId }],
  [400, 'invalidRequest', { url: `${SHOP}/` }],
  [400, 'invalidRequest', { url: `${SHOP}/`, appId: 'wx-nobody' }],
  [400, 'invalidRequest', { appId: OFFICIAL_APP.appId }],
  [400, 'invalidRequest', { url: `${SHOP}/?a=1`, b: '2', appId: OFFICIAL_APP.appId }],
])('%i %s where the request is not right', async (status, code, query) => {
  const { ask, line } = await world()
  const response = await ask(query)
  expect(await problemOf(response)).toMatchObject({ status, code })
  expect(line.requests).toEqual([])
})

test('a WeChat that is away is a 503 that invites a repeat, and tells nothing of ours', async () => {
  const { ask, line, tools } = await world()
  line.wechat.identity.faults.add({ times: 9, fault: { kind: 'errcode', errcode: 40125 } })
  const response = await ask({ url: `${SHOP}/`, appId: OFFICIAL_APP.appId })
  expect(response.headers.get('retry-after')).not.toBeNull()
  const problem = await problemOf(response)
  expect(problem).toMatchObject({ status: 503, code: 'identityUnavailable' })
  const said = JSON.stringify([problem, tools.lines, line.lines])
  expect(said).not.toContain(OFFICIAL_APP.secret)
})
