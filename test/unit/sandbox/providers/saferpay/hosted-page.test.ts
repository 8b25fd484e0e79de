import { describe, expect, test } from 'vitest'
import { assert, type SaferpayWorld, saferpayWorld, started } from './world.ts'

const PHONE = { 'user-agent': 'Mozilla/5.0 (iPhone) Mobile' }

async function opened(world: SaferpayWorld, headers: Record<string, string> = {}) {
  const page = await started(world)
  const first = await fetch(page.url, { redirect: 'manual', headers })
  const session = `${world.simulator.url}${first.headers.get('location')}`
  const show = () => fetch(session, { redirect: 'manual', headers })
  const press = (button: string) =>
    fetch(`${session}/${button}`, { method: 'POST', redirect: 'manual' })
  return { ...page, show, press }
}

describe('the Payment Page', () => {
  test('shows amount, purpose, a QR code and the buttons while the payment waits', async () => {
    const world = await saferpayWorld()
    const { show } = await opened(world)
    const response = await show()
    const html = await response.text()
    expect(response.status).toBe(200)
    for (const part of ['CHF 19.99', '请使用微信扫描二维码', '<svg', '&lt;2&gt;', 'id="abort"']) {
      expect(html).toContain(part)
    }
    expect(html).not.toContain('<2>')
  })

  test('leads a phone to WeChat', async () => {
    const world = await saferpayWorld()
    const html = await (await (await opened(world, PHONE)).show()).text()
    expect(html).toContain('href="http://wechat.test/')
    expect(html).not.toContain('<svg')
  })

  test('turns a phone down without the H5 permission, and not a desktop', async () => {
    const world = await saferpayWorld({ h5Permission: false })
    const phone = await opened(world, PHONE)
    expect((await assert(world, phone.token)).json['ErrorName']).toBe('TRANSACTION_DECLINED')
    expect((await (await opened(world)).show()).status).toBe(200)
  })

  test.each([
    ['pay', 'paid', 'GET ok=1'],
    ['decline', 'failed', 'GET ok=0'],
    ['abort', 'closed', 'GET ok=0'],
  ])(
    'ends with the button "%s", and leads back with nothing added',
    async (button, state, heard) => {
      const world = await saferpayWorld()
      const { press, show } = await opened(world)
      expect((await press(button)).status).toBe(302)
      const back = await show()
      expect(back.headers.get('location')).toBe('https://shop.example/return/abc?x=1')
      await world.simulator.notifications.idle()
      expect(world.simulator.books().payments).toMatchObject([{ state }])
      expect(world.notified()).toEqual([heard])
    },
  )

  test('can be paid from the phone while it is open', async () => {
    const world = await saferpayWorld()
    const { token, show } = await opened(world)
    await world.simulator.pay(token)
    expect((await show()).status).toBe(302)
    await expect(world.simulator.pay(token)).rejects.toThrow('CAPTURED')
  })

  test('opens once: the second opening aborts the payment', async () => {
    const world = await saferpayWorld()
    const { url, token } = await opened(world)
    await fetch(url, { redirect: 'manual' })
    expect((await assert(world, token)).json['ErrorName']).toBe('TRANSACTION_ABORTED')
    await expect(world.simulator.pay(token)).rejects.toThrow('ABORTED')
  })

  test('after it lapsed only leads back', async () => {
    const world = await saferpayWorld()
    const { show, press, token } = await opened(world)
    world.simulator.expire(token)
    await press('pay')
    expect((await show()).status).toBe(302)
    expect(world.simulator.books().payments).toMatchObject([{ state: 'closed', status: 'LAPSED' }])
  })

  test('knows no other payments', async () => {
    const world = await saferpayWorld()
    const { url } = await started(world)
    for (const path of [`${url}x`, `${world.simulator.url}/vt2/session/x`]) {
      expect((await fetch(path)).status).toBe(404)
    }
  })
})
