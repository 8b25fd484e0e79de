import { describe, expect, test } from 'vitest'
import { type PayablWorld, payablWorld } from './world.ts'

const open = (url: string, method = 'GET') => fetch(url, { redirect: 'manual', method })
const H5 = { custom2: 'wechatpayh5' }

async function start(world: PayablWorld, changes: Record<string, string> = {}) {
  world.simulator.configure({ redirectUrl: 'escaped' })
  const answer = await world.call('payment_preauthorize', { ...world.payment, ...changes })
  return { url: answer['redirect_url'] ?? '', id: answer['transactionid'] ?? '' }
}

describe('the hosted page', () => {
  test('shows the sum, the order and a QR code while the payment waits', async () => {
    const world = await payablWorld()
    const { url } = await start(world, { orderid: '<tea>', language: 'zh' })
    const response = await open(url)
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('€19.99')
    expect(html).toContain('请使用微信扫描二维码')
    expect(html).toContain('<svg')
    expect(html).toContain('&lt;tea&gt;')
    expect(html).not.toContain('<tea>')
    expect(html).toContain('http-equiv="refresh"')
  })

  test('on a phone opens WeChat', async () => {
    const world = await payablWorld()
    const { url } = await start(world, H5)
    const html = await (await open(url)).text()
    expect(html).toContain('Open in WeChat')
    expect(html).toContain('href="http://wechat.test/')
    expect(html).not.toContain('<svg')
  })

  test.each([
    ['pay', 'https://shop.example/thanks'],
    ['leave', 'https://shop.example/sorry'],
  ] as const)('leads the payer back after "%s" to %s', async (verb, target) => {
    const world = await payablWorld()
    const { url, id } = await start(world)
    await world.simulator[verb](id)
    const response = await open(url)
    expect([response.status, response.headers.get('location')]).toEqual([302, target])
  })

  test('has a way out, which ends the payment as left', async () => {
    const world = await payablWorld()
    const { url } = await start(world)
    const response = await open(url, 'POST')
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      'https://shop.example/sorry',
    ])
    expect(world.simulator.books().payments).toMatchObject([{ state: 'closed', status: '-5003' }])
  })

  test('takes no payment back by its way out', async () => {
    const world = await payablWorld()
    const { url, id } = await start(world)
    await world.simulator.pay(id)
    expect((await open(url, 'POST')).headers.get('location')).toBe('https://shop.example/thanks')
    expect(world.simulator.books().payments).toMatchObject([{ state: 'paid' }])
  })

  test('without addresses of its own uses url_return, and without that says that it is over', async () => {
    const world = await payablWorld()
    const bare = { url_success: '', url_failed: '' }
    const first = await start(world, bare)
    await world.simulator.pay(first.id)
    expect((await open(first.url)).headers.get('location')).toBe('https://shop.example/return')
    const second = await start(world, { ...bare, url_return: '' })
    await world.simulator.pay(second.id)
    expect(await (await open(second.url)).text()).toContain('This payment is over')
  })

  test('is not there for an address that was cut at its first &', async () => {
    const world = await payablWorld()
    const { url } = await start(world)
    expect((await open(url.split('&')[0] ?? '')).status).toBe(404)
    expect((await open(url.split('&')[0] ?? '', 'POST')).status).toBe(404)
  })
})
