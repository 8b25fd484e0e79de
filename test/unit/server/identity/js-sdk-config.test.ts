import { describe, expect, test } from 'vitest'
import { createJsSdkConfig, jsSdkSignature } from '../../../../server/identity/js-sdk-config.ts'
import {
  OFFICIAL_APP,
  OUR_APPS,
  SECOND_OFFICIAL,
  startWechatLine,
} from '../../../support/wechat-line.ts'
import { openStore } from '../http/harness.ts'

const SHOP = 'https://shop.example'
const TICKET =
  'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg'

describe('the vectors that WeChat published', () => {
  const published = { ticket: TICKET, nonceStr: 'Wm3WZYTPz0wzccnW', timestamp: 1_414_587_457 }

  test.each([
    ['http://mp.weixin.qq.com?params=value', '0f9de62fce790f9a083d5c99e95740ceb90c27ed'],
    ['http://mp.weixin.qq.com', 'f4d90daf4b3bca3078ab155816175ba34c443a7b'],
  ])('%s', (url, signature) => {
    expect(jsSdkSignature({ ...published, url })).toBe(signature)
  })
})

async function world(apps = OUR_APPS.filter(({ appId }) => appId !== SECOND_OFFICIAL.appId)) {
  const line = await startWechatLine()
  const { tickets } = line.process(await openStore())
  const ids = { next: () => '01jz8v9nonce' }
  const sign = createJsSdkConfig({ apps, tickets, ids, clock: line.clock, publicUrl: SHOP })
  const ticketOf = (appId: string, url: string) => {
    const ticket = line.wechat.identity.tokens.ticket(appId).value
    const timestamp = Math.floor(line.clock.nowMs() / 1_000)
    return jsSdkSignature({ ticket, nonceStr: '01jz8v9nonce', timestamp, url })
  }
  return { line, sign, ticketOf }
}

describe('a page of ours', () => {
  test('is signed to the letter, without what follows #', async () => {
    const { sign, ticketOf, line } = await world()
    const page = `${SHOP}/pay/tea-1?from=singlemessage&isappinstalled=0&code=%E8%8C%B6`
    expect(await sign({ url: `${page}#/cart?x=1`, appId: undefined })).toEqual({
      appId: OFFICIAL_APP.appId,
      timestamp: line.clock.nowMs() / 1_000,
      nonceStr: '01jz8v9nonce',
      signature: ticketOf(OFFICIAL_APP.appId, page),
    })
  })

  test('costs one ticket for hours of pages', async () => {
    const { sign, line } = await world()
    for (let page = 0; page < 20; page += 1) {
      await sign({ url: `${SHOP}/pay/tea-${page}`, appId: undefined })
    }
    expect(line.callsOf('/cgi-bin/ticket/getticket')).toHaveLength(1)
  })

  test('of one of several Official Accounts says which, and is refused where it does not', async () => {
    const { sign, ticketOf } = await world([...OUR_APPS])
    const url = `${SHOP}/pay/tea-1`
    expect(await sign({ url, appId: SECOND_OFFICIAL.appId })).toMatchObject({
      appId: SECOND_OFFICIAL.appId,
      signature: ticketOf(SECOND_OFFICIAL.appId, url),
    })
    await expect(sign({ url, appId: undefined })).rejects.toMatchObject({
      code: 'invalidRequest',
      detail: 'appId is needed: one of wx-official, wx-official-2.',
    })
    await expect(sign({ url, appId: 'wx-mini' })).rejects.toMatchObject({ code: 'invalidRequest' })
  })
})

test.each([
  'https://evil.example/pay/tea-1',
  'http://shop.example/pay/tea-1',
  'https://shop.example:8443/pay/tea-1',
  'https://shop.example.evil.example/',
  'https://www.shop.example/',
  'https://shop.example@evil.example/',
  'https://someone@shop.example/',
  'https://evil.example\\@shop.example/',
  'https://shop.example\\.evil.example/',
  '//shop.example/pay',
  '/pay/tea-1',
  'javascript:alert(1)',
  'https://shop.example/a b',
  'https://shop.example/茶',
  '#',
])('%s is refused, and costs no call', async (url) => {
  const { sign, line } = await world()
  await expect(sign({ url, appId: undefined })).rejects.toMatchObject({
    name: 'IdentityError',
    code: 'pageNotOurs',
    detail: expect.stringContaining(SHOP),
  })
  expect(line.requests).toEqual([])
})
