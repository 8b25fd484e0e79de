import { expect, test } from 'vitest'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { buildConsumerProgram } from '../support/consumer-program.ts'
import { MiniProgramDriver } from '../support/mini-program-driver.ts'
import { wholeLine } from '../support/whole-line.ts'

/** The Mini Program of docs/mini-program.md: what a developer has copied, with the npm package. */

const line = wholeLine({ miniprogram: buildConsumerProgram })

async function openOrder() {
  const merchant = new Merchant(line.stack.url, SANDBOX_API_KEY)
  const order = await merchant.order(`doc-${Date.now()}`, { value: 1_999, currency: 'CNY' })
  const { orderRef, checkoutToken } = order
  const page = encodeURIComponent(`pages/pay/pay?orderRef=${orderRef}&t=${checkoutToken}`)
  const shop = new MiniProgramDriver(await line.phone(`open=miniProgram&page=${page}`))
  const status = async () => (await merchant.payments(orderRef)).at(-1)?.status
  return { shop, status }
}

test('pays an order, and shows "Paid" on the word of the server', async () => {
  const { shop, status } = await openOrder()
  await shop.payButton('Pay with WeChat Pay').click()
  await shop.phone.sheet.waitFor()
  await shop.phone.typePassword('123456')
  await shop.phone.finishPayment()
  await shop.heading('Paid').waitFor()
  expect(await status()).toBe('paid')
  expect(shop.phone.complaints).toEqual([])
})

test('is killed in the cashier, and finds the payment when it is opened again', async () => {
  const { shop } = await openOrder()
  await shop.payButton('Pay with WeChat Pay').click()
  await shop.phone.choose('loseCallback')
  await shop.phone.page.locator('.cashier-done').waitFor()
  await shop.phone.page.reload()
  await shop.heading('Paid').waitFor()
})

test('is left in the cashier: not paid yet, and nothing is called cancelled', async () => {
  const { shop } = await openOrder()
  await shop.payButton('Pay with WeChat Pay').click()
  await shop.phone.sheet.locator('.cashier-close').click()
  await shop.heading('Not paid yet').waitFor()
  expect(await shop.phone.program.locator('main').innerText()).not.toMatch(/cancel/i)
  await shop.action('Pay now').click()
  await shop.phone.sheet.waitFor()
})
