import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { ProviderKey } from '../../sandbox/providers/index.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { DESKTOP_VIEW, PHONE_VIEW } from '../support/chromium.ts'
import { MiniProgramDriver } from '../support/mini-program-driver.ts'
import { type WholeLine, wholeLine } from '../support/whole-line.ts'

/** Whoever is behind the shop, the payer sees the same thing: a way to pay, and then "Paid". */

interface Shop {
  readonly account: ProviderKey
  readonly currency: string
  readonly insideWechat: boolean
  /** What a desktop shows: our own page with a code, or the provider's page. */
  readonly desktop: 'ourCode' | 'theirPage'
}

const SHOPS: readonly Shop[] = [
  // Inside WeChat it is the shop of the other files.
  { account: 'worldline', currency: 'CNY', insideWechat: false, desktop: 'ourCode' },
  { account: 'wechatPay', currency: 'CNY', insideWechat: true, desktop: 'ourCode' },
  { account: 'wooshpay', currency: 'CNY', insideWechat: true, desktop: 'ourCode' },
  { account: 'ppro', currency: 'CNY', insideWechat: false, desktop: 'ourCode' },
  { account: 'payabl', currency: 'EUR', insideWechat: false, desktop: 'theirPage' },
  { account: 'saferpay', currency: 'CHF', insideWechat: false, desktop: 'theirPage' },
]

const PHONE: BrowserContextOptions = {
  ...PHONE_VIEW,
  userAgent: 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
}

const booksOf = (line: WholeLine, { account }: Shop) => line.stack.sandbox[account].books().payments
const paid = (page: Page) => page.getByRole('heading', { name: 'Paid', exact: true }).waitFor()

async function toThePayPage(line: WholeLine, shop: Shop, view: BrowserContextOptions) {
  const merchant = new Merchant(line.stack.url, SANDBOX_API_KEY)
  const orderRef = `tea-${shop.account}-${booksOf(line, shop).length}`
  const order = await merchant.order(orderRef, { value: 1999, currency: shop.currency })
  const page = await (await line.browser({ ...view, locale: 'en-GB' })).newPage()
  await page.goto(order.checkoutUrl)
  return page
}

describe.each(SHOPS)('through $account', (shop) => {
  const line = wholeLine({ accounts: [shop.account] })

  test('a desktop shows the code, and says "Paid" by itself', async () => {
    const page = await toThePayPage(line, shop, DESKTOP_VIEW)
    await page
      .locator(shop.desktop === 'theirPage' ? '#code' : 'svg, img')
      .first()
      .waitFor()
    await expect.poll(() => booksOf(line, shop).at(-1)?.state).toBe('open')
    await line.stack.sandbox[shop.account].pay(booksOf(line, shop).at(-1)?.reference ?? '')
    await paid(page)
    expect(new URL(page.url()).origin).toBe(line.stack.url)
  })

  test('a phone outside WeChat is led into it and back, and says "Paid"', async () => {
    const page = await toThePayPage(line, shop, PHONE)
    await page.getByRole('button', { name: /^Pay .*19\.99/ }).click()
    const sheet = page.getByRole('button', { name: '支付 Pay' })
    const theirs = page.locator('#open')
    await sheet.or(theirs).first().waitFor()
    if (await sheet.isVisible()) await sheet.click()
    else await line.stack.sandbox[shop.account].pay(booksOf(line, shop).at(-1)?.reference ?? '')
    // Where nobody told WeChat where to, the payer goes back to the page that is still there.
    const back = page.getByRole('button', { name: /Back to the merchant/ })
    const heading = page.getByRole('heading', { name: 'Paid', exact: true })
    await back.or(heading).first().waitFor()
    if (await back.isVisible()) await back.click()
    await paid(page)
    expect(booksOf(line, shop).at(-1)).toMatchObject({ state: 'paid', amount: { value: 1999 } })
  })

  if (!shop.insideWechat) return

  test('the Mini Program pays, and shows "Paid"', async () => {
    const phone = await line.phone('open=miniProgram')
    const { program } = phone
    await program.getByText('West Lake Longjing').first().waitFor()
    await program.locator('[class*="stepper--step"] [class*="circle-full"]').first().click()
    const shown = new MiniProgramDriver(phone)
    for (const text of ['Check out', 'Place order']) await shown.button(text).click()
    await shown.payButton('Pay with WeChat Pay').click()
    await phone.sheet.waitFor()
    await phone.typePassword('123456')
    await phone.finishPayment()
    await shown.heading('Paid').waitFor()
    expect(booksOf(line, shop).at(-1)).toMatchObject({ state: 'paid', amount: { value: 12_800 } })
  })

  test('the Official Account page pays, and shows "Paid"', async () => {
    const phone = await line.phone('open=officialAccount')
    await phone.account.locator('button', { hasText: '+' }).first().click()
    await phone.account.getByText('Check out').click()
    await phone.account.getByRole('button', { name: /^Pay ¥/ }).click()
    await phone.sheet.waitFor()
    await phone.typePassword('123456')
    await phone.finishPayment()
    await phone.account.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
    expect(booksOf(line, shop).at(-1)).toMatchObject({ state: 'paid', amount: { value: 12_800 } })
    expect(phone.complaints).toEqual([])
  })
})

describe('on the page of a provider', () => {
  const shop: Shop = {
    account: 'payabl',
    currency: 'EUR',
    insideWechat: false,
    desktop: 'theirPage',
  }
  const line = wholeLine({ accounts: [shop.account] })

  test('whoever cancels there finds the order kept, and pays it after all', async () => {
    const page = await toThePayPage(line, shop, DESKTOP_VIEW)
    await page.locator('#leave').click()
    await page.getByRole('heading', { name: 'Payment cancelled' }).waitFor()
    expect(booksOf(line, shop).at(-1)?.state).toBe('closed')
    await page.getByRole('button', { name: /again/i }).first().click()
    await page.locator('#code').waitFor()
    await line.stack.sandbox.payabl.pay(booksOf(line, shop).at(-1)?.reference ?? '')
    await paid(page)
    expect(booksOf(line, shop).filter(({ state }) => state === 'paid')).toHaveLength(1)
  })
})
