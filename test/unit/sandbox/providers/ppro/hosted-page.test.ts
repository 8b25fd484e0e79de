import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pproWorld, started } from './world.ts'

const hex = (text: string) => createHash('sha256').update(text).digest('hex')
const open = (url: string | undefined) => fetch(url ?? '', { redirect: 'manual' })

describe('PPRO’s own page', () => {
  test('shows amount, purpose and a QR code while the payment waits', async () => {
    const world = await pproWorld()
    const answer = await world.call({ ...world.transaction, 'specin.dynamicdescriptor': '<Tea>' })
    const response = await open(answer['REDIRECTURL'])
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('€10.55')
    expect(html).toContain('请使用微信扫描二维码')
    expect(html).toContain('<svg')
    expect(html).toContain('&lt;Tea&gt;')
    expect(html).not.toContain('<Tea>')
    expect(html).toContain('http-equiv="refresh"')
  })

  test('leads the payer back once it is final, with txid and the right checksum', async () => {
    const world = await pproWorld()
    const answer = await world.call(world.transaction)
    const txid = answer['TXID'] ?? ''
    await world.simulator.pay(txid)
    const response = await open(answer['REDIRECTURL'])
    const target = new URL(response.headers.get('location') ?? '')
    expect(response.status).toBe(302)
    expect(target.origin + target.pathname).toBe('https://shop.example/return')
    expect(Object.fromEntries(target.searchParams)).toEqual({
      order: '1',
      txid,
      cs: hex(`${hex(`${txid}.${answer['REDIRECTSECRET']}`)}.${world.contract.sharedSecret}`),
    })
  })

  test('the payer’s return allows one question', async () => {
    const world = await pproWorld()
    world.simulator.faults.set({ notifications: { delay: { ms: 3_600_000 } } })
    const txid = await started(world)
    await world.simulator.pay(txid)
    await open(`${world.simulator.url}/wechatpay/${txid}`)
    await world.status(txid)
    expect(world.simulator.pollingViolations()).toBe(0)
    await world.status(txid)
    expect(world.simulator.pollingViolations()).toBe(1)
  })

  test('on a phone offers to open WeChat', async () => {
    const world = await pproWorld()
    const answer = await world.call({
      ...world.transaction,
      tag: 'wechatpayh5',
      'specin.ipaddress': '203.0.113.7',
      'specin.locale': '',
    })
    const html = await (await open(answer['REDIRECTURL'])).text()
    expect(html).toContain('Open in WeChat')
    expect(html).toContain('href="http://wechat.test/')
    expect(html).not.toContain('<svg')
  })

  test('without a way back says that the payment is over', async () => {
    const world = await pproWorld()
    const txid = await started(world, { merchantredirecturl: '' })
    await world.simulator.pay(txid)
    const response = await open(`${world.simulator.url}/wechatpay/${txid}`)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('付款已结束')
  })

  test('knows no other payments', async () => {
    const world = await pproWorld()
    expect((await open(`${world.simulator.url}/wechatpay/1`)).status).toBe(404)
  })
})
