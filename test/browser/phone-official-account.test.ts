import { expect, test } from 'vitest'
import { phoneSuite } from '../support/phone-suite.ts'

const suite = phoneSuite()
const PAGE_PARAMS = { appId: 'wx2', package: 'prepay_id=wx2' }

async function openPage(query = '') {
  const phone = await suite.open(`open=officialAccount&${query}`)
  await phone.account.locator('#pay').waitFor()
  return phone
}

test('a page pays through WeixinJSBridge and hears what came of it', async () => {
  const phone = await openPage()
  await phone.account.locator('#pay').click()
  await phone.typePassword('123456')
  expect(await phone.account.locator('#heard').textContent()).toBe('')
  await phone.finishPayment()
  const heard = phone.account.locator('#heard')
  await expect
    .poll(() => heard.textContent())
    .toBe('{"type":"wechat:result","id":"7","result":{"err_msg":"get_brand_wcpay_request:ok"}}')
  expect(suite.phone.heard.find(({ path }) => path === 'cashier')?.body).toEqual({
    surface: 'officialAccount',
    params: PAGE_PARAMS,
    pageUrl: `${suite.phone.browserOrigin}/`,
  })
  expect(phone.complaints).toEqual([])
})

test('a page whose payer leaves hears cancel', async () => {
  const phone = await openPage()
  await phone.account.locator('#pay').click()
  await phone.sheet.getByRole('button', { name: 'Close' }).click()
  const heard = phone.account.locator('#heard')
  await expect.poll(() => heard.textContent()).toContain('get_brand_wcpay_request:cancel')
})

test('closing the page closes its cashier, and nothing is paid', async () => {
  const phone = await suite.open('open=miniProgram')
  await phone.program.getByRole('button', { name: 'Close' }).click()
  await phone.page.locator('.chat').nth(1).click()
  await phone.account.locator('#pay').click()
  await phone.sheet.waitFor()
  await phone.press('bring-back')
  await phone.sheet.waitFor({ state: 'detached' })
  const paths = () => suite.phone.heard.map(({ path }) => path)
  await expect.poll(paths).toEqual(['cashier', expect.stringMatching(/\/cancel$/)])
})

test('messages from anywhere but the framed page open nothing', async () => {
  const phone = await openPage()
  const message = { type: 'wechat:invoke', id: '1', name: 'getBrandWCPayRequest', params: {} }
  await phone.page.evaluate((data) => window.postMessage(data, '*'), message)
  await phone.page.evaluate(
    ({ data, origin }) =>
      window.dispatchEvent(new MessageEvent('message', { data, origin, source: window })),
    { data: message, origin: suite.phone.browserOrigin },
  )
  await phone.account.locator('#pay').click()
  await phone.sheet.waitFor()
  const cashiers = suite.phone.heard.filter(({ path }) => path === 'cashier')
  expect(cashiers).toEqual([
    { path: 'cashier', body: expect.objectContaining({ params: PAGE_PARAMS }) },
  ])
})

test("the merchant's own address is shown through the in-app browser, a stranger's is not", async () => {
  const own = await openPage(`url=${encodeURIComponent('https://tea.example/shop?x=1#top')}`)
  const frame = own.page.frame('official-account')
  expect(frame?.url()).toBe(`${suite.phone.browserOrigin}/shop?x=1#top`)
  const strange = await suite.open('open=officialAccount&url=https%3A%2F%2Fevil.example%2F')
  await strange.page.getByText('not part of the shop').waitFor()
  expect(await strange.page.locator('iframe').count()).toBe(0)
})

test('back goes through the pages that were visited and then leaves', async () => {
  const phone = await openPage()
  await phone.account.getByText('next').click()
  await expect.poll(() => phone.page.frame('official-account')?.url()).toMatch(/\/second$/)
  await phone.account.locator('#pay').waitFor()
  await phone.page.getByRole('button', { name: 'Back', exact: true }).click()
  await expect.poll(() => phone.page.frame('official-account')?.url()).toMatch(/\d\/$/)
  await phone.account.locator('#pay').waitFor()
  await phone.page.getByRole('button', { name: 'Back', exact: true }).click()
  await phone.page.locator('iframe').waitFor({ state: 'detached' })
})

test('without a network the browser says so and tries again', async () => {
  const phone = await suite.open()
  await phone.press('network-offline')
  await phone.page.locator('.chat').nth(1).click()
  await phone.page.getByText('No network connection').waitFor()
  await phone.press('network-online')
  await phone.page.getByRole('button', { name: 'Try again' }).click()
  await phone.account.locator('#pay').waitFor()
})
