import type { Frame } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { demoWechatPayMerchant } from '../../sandbox/demo-accounts.ts'
import type { PhoneDriver } from '../support/phone-driver.ts'
import { wholeLine } from '../support/whole-line.ts'

/**
 * The payment directory: WeChat on iOS checks the address that was loaded, on Android the present
 * one. Our pages satisfy both, because they move by navigation only; a page that rewrites its
 * address does not.
 */
describe.each(['ios', 'android'] as const)("the phone's WeChat on %s", (platform) => {
  const line = wholeLine({
    accounts: ['wechatPay'],
    sandbox: { wechat: { browser: { platform } } },
  })
  beforeAll(() => {
    const { mchId } = demoWechatPayMerchant()
    const payDirectories = [`${line.stack.url}/pay/`]
    line.stack.sandbox.wechat.registry.addMerchant({ mchId, name: 'Tea Shop', payDirectories })
  })

  async function toThePayPage(): Promise<PhoneDriver> {
    const phone = await line.phone('open=officialAccount')
    await phone.account.locator('button', { hasText: '+' }).first().click()
    await phone.account.getByText('Check out').click()
    await phone.account.getByRole('button', { name: /^Pay ¥/ }).waitFor()
    return phone
  }

  test('pays on our page, whose directory is the only one registered, after the login', async () => {
    const phone = await toThePayPage()
    const address = new URL(phone.page.frame('official-account')?.url() ?? '')
    expect([address.pathname.startsWith('/pay/'), address.search]).toEqual([true, ''])
    await phone.account.getByRole('button', { name: /^Pay ¥/ }).click()
    await phone.sheet.waitFor()
    await phone.typePassword('123456')
    await phone.finishPayment()
    await phone.account.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
  })

  test('a page that only writes that directory into its address pays on Android alone', async () => {
    const phone = await toThePayPage()
    const frame = phone.page.frame('official-account')
    if (!frame) throw new Error('the page is not open')
    const payParams = await paramsFor(frame)
    await frame.goto(new URL('/shop?lang=en', frame.url()).href)
    await frame.waitForFunction(() => window.WeixinJSBridge !== undefined)
    await frame.evaluate((params) => {
      history.pushState(null, '', '/pay/TEA')
      const bridge = window.WeixinJSBridge
      bridge?.invoke('getBrandWCPayRequest', params, (answer: object) => {
        document.title = JSON.stringify(answer)
      })
    }, payParams)
    if (platform === 'android') await phone.sheet.waitFor()
    else {
      await phone.page.getByText('当前页面的URL未注册').waitFor()
      expect(await phone.sheet.count()).toBe(0)
    }
  })
})

/** What our page would hand to the bridge. */
async function paramsFor(frame: Frame): Promise<object> {
  return frame.evaluate(async () => {
    const orderRef = location.pathname.split('/').at(-1)
    const response = await fetch(`/v1/checkout/${orderRef}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'a-page-of-the-shop' },
      body: JSON.stringify({ scene: 'officialAccount' }),
    })
    const { clientAction } = await response.json()
    return clientAction.payParams
  })
}
