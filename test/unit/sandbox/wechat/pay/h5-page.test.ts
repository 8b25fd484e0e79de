import { expect, test } from 'vitest'
import { MERCHANT, order, startWechat } from '../world.ts'

const SHOP = 'https://shop.example.com/'

async function world(h5Domains?: readonly string[]) {
  const merchant = { ...MERCHANT, ...(h5Domains ? { h5Domains } : {}) }
  const { wechat, clock } = await startWechat({ merchants: [merchant] })
  const { placed, heard } = order({ tradeType: 'MWEB', description: 'Tea <&> cake' })
  const { h5Url } = wechat.platform.createPrepay(placed)
  const visit = async (options: { referer?: string; agent?: string; backTo?: string } = {}) => {
    const { referer = SHOP, agent = 'Mobile Safari', backTo = `${SHOP}done?o=1` } = options
    const response = await fetch(`${h5Url}&redirect_url=${encodeURIComponent(backTo)}`, {
      headers: { 'user-agent': agent, ...(referer === '' ? {} : { referer }) },
    })
    return await response.text()
  }
  const press = async (html: string, action: string) => {
    const target = new RegExp(`action="(/h5/[^"]+/${action}[^"]*)"`).exec(html)?.[1] ?? ''
    return await fetch(wechat.url + target.replaceAll('&amp;', '&'), {
      method: 'POST',
      redirect: 'manual',
    })
  }
  return { clock, heard, visit, press }
}

test('the page shows what is paid, takes the money and leads back', async () => {
  const { visit, press, heard } = await world()
  const html = await visit()
  expect(html).toContain('Tea &lt;&amp;&gt; cake')
  expect(html).toContain('¥19.99')
  const back = await press(html, 'pay')
  expect([back.status, back.headers.get('location')]).toEqual([303, `${SHOP}done?o=1`])
  expect(heard).toEqual(['paid 1999'])
})

test.each([
  ['cancel', []],
  ['fail', ['wrong password']],
])('%s leads back as well, without money', async (action, told) => {
  const { visit, press, heard } = await world()
  const back = await press(await visit(), action)
  expect(back.headers.get('location')).toBe(`${SHOP}done?o=1`)
  expect(heard).toEqual(told)
})

test('a sheet is used once', async () => {
  const { visit, press, heard } = await world()
  const html = await visit()
  await press(html, 'pay')
  const again = await press(html, 'pay')
  expect(await again.text()).toContain('支付请求已失效')
  expect(heard).toEqual(['paid 1999'])
})

test.each([
  ['without a referrer', '商家参数格式有误', { referer: '' }],
  ['inside WeChat', '请在微信外打开订单', { agent: 'MicroMessenger/8.0' }],
  ['from another domain', '商家存在未配置的参数', { referer: 'https://evil.example.com/' }],
  ['back to another domain', '商家存在未配置的参数', { backTo: 'https://evil.example.com/' }],
  ['back to a script', '商家存在未配置的参数', { backTo: 'javascript:alert(1)' }],
])('a visit %s is refused with WeChat’s words', async (_how, text, options) => {
  const { visit } = await world(['shop.example.com'])
  const html = await visit(options)
  expect(html).toContain(text)
  expect(html).not.toContain('<form')
  expect(await visit()).toContain('<form')
})

test('after five minutes the link is refused', async () => {
  const { visit, clock } = await world()
  await clock.advance(5 * 60_000)
  expect(await visit()).toContain('支付请求已失效，请重新发起支付')
})
