import { expect, test } from 'vitest'
import { MiniProgramDriver } from '../support/mini-program-driver.ts'
import { wholeLine } from '../support/whole-line.ts'

/**
 * Everything that can go wrong in front of WeChat's cashier, chosen in the cashier itself as whoever
 * tries the phone would, and what the payer reads afterwards.
 */

const line = wholeLine()

/** From the catalogue to the page with the pay button. */
async function toThePayButton(): Promise<MiniProgramDriver> {
  const shop = new MiniProgramDriver(await line.phone('open=miniProgram'))
  const { program } = shop.phone
  await program.getByText('West Lake Longjing').first().waitFor()
  await program.locator('[class*="stepper--step"] [class*="circle-full"]').first().click()
  await shop.button('Check out').click()
  await shop.button('Place order').click()
  await shop.payButton('Pay with WeChat Pay').waitFor()
  return shop
}

async function toTheCashier(): Promise<MiniProgramDriver> {
  const shop = await toThePayButton()
  await shop.payButton('Pay with WeChat Pay').click()
  await shop.phone.sheet.waitFor()
  return shop
}

const paidThere = () =>
  line.stack.sandbox.worldline.books().payments.filter(({ state }) => state === 'paid').length

test('an error dialog that was closed is "not paid yet", and is not called the payer’s will', async () => {
  const before = paidThere()
  const shop = await toTheCashier()
  await shop.phone.choose('errorDialog')
  await shop.phone.page.getByText('The system is busy').waitFor()
  await shop.phone.page.getByRole('button', { name: 'OK' }).click()
  await shop.heading('Not paid yet').waitFor()
  expect(await shop.phone.program.locator('body').innerText()).not.toMatch(/cancel/i)
  expect(paidThere()).toBe(before)
})

test('who waits until the payment has run out is told so, and nothing is taken', async () => {
  const before = paidThere()
  const shop = await toTheCashier()
  await shop.phone.choose('letExpire')
  await shop.phone.page.getByRole('button', { name: 'OK' }).click()
  await shop.heading('Order closed').waitFor({ timeout: 40_000 })
  expect(paidThere()).toBe(before)
})

test('who loses the network after paying reads "Paid" once it is back, and no failure before', async () => {
  const shop = await toTheCashier()
  await shop.phone.choose('payThenOffline')
  await shop.phone.finishPayment()
  await shop.heading('No connection').waitFor({ timeout: 40_000 })
  line.stack.sandbox.wechat.device.setOffline(false)
  await shop.action('Check again').click()
  await shop.heading('Paid').waitFor({ timeout: 40_000 })
})

test('whose Mini Program is killed after paying finds the order paid at the next start', async () => {
  const before = paidThere()
  const shop = await toTheCashier()
  await shop.phone.choose('payThenKill')
  await shop.phone.sheet.waitFor({ state: 'detached' })
  expect(await shop.phone.page.locator('iframe').count()).toBe(0)
  await shop.phone.page.reload()
  await shop.phone.program.getByText('Your last order is paid').first().waitFor()
  expect(paidThere()).toBe(before + 1)
})

test('two taps at once open one cashier, for one payment', async () => {
  const { payments } = line.stack.sandbox.worldline.books()
  const shop = await toThePayButton()
  const button = shop.payButton('Pay with WeChat Pay')
  await button.evaluate((element) => {
    for (const _ of [1, 2]) element.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  })
  await shop.phone.sheet.waitFor()
  expect(await shop.phone.sheet.count()).toBe(1)
  await shop.phone.typePassword('123456')
  await shop.phone.finishPayment()
  await shop.heading('Paid').waitFor()
  expect(line.stack.sandbox.worldline.books().payments).toHaveLength(payments.length + 1)
})

test('the same order on a second phone is paid once, and both read "Paid"', async () => {
  const before = paidThere()
  const first = await toTheCashier()
  const orders = `open=miniProgram&page=${encodeURIComponent('pages/orders/orders')}`
  const second = new MiniProgramDriver(await line.phone(orders))
  await second.step('Pay').click()
  await second.payButton('Pay').or(second.action('Pay now')).click()
  await second.phone.sheet.waitFor()
  await second.phone.typePassword('123456')
  await second.phone.finishPayment()
  await second.heading('Paid').waitFor()
  await first.phone.typePassword('123456')
  // WeChat refuses the second payment of one number; of two numbers the later one goes back.
  await first.phone.page.getByRole('button', { name: /OK|Done/ }).click()
  await first.heading('Paid').waitFor({ timeout: 40_000 })
  await expect.poll(paidThere).toBe(before + 1)
})
