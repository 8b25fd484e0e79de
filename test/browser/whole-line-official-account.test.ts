import { expect, test } from 'vitest'
import type { PhoneDriver } from '../support/phone-driver.ts'
import { wholeLine } from '../support/whole-line.ts'

/** A person's whole way through the Official Account page, inside WeChat. */

const line = wholeLine()

/** From the shop to the page that can pay, logged in by WeChat on the way. */
async function toThePayPage(): Promise<PhoneDriver> {
  const phone = await line.phone('open=officialAccount')
  await phone.account.locator('button', { hasText: '+' }).first().click()
  await phone.account.getByText('Check out').click()
  await phone.account.getByRole('button', { name: /^Pay ¥/ }).waitFor()
  return phone
}

async function toTheCashier(): Promise<PhoneDriver> {
  const phone = await toThePayPage()
  await phone.account.getByRole('button', { name: /^Pay ¥/ }).click()
  await phone.sheet.waitFor()
  return phone
}

const heading = (phone: PhoneDriver, name: string) =>
  phone.account.getByRole('heading', { name, exact: true })
const paidThere = () =>
  line.stack.sandbox.worldline.books().payments.filter(({ state }) => state === 'paid')

test('chooses, is logged in silently, pays, and sees "Paid"', async () => {
  const phone = await toTheCashier()
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()
  expect(paidThere().at(-1)?.amount).toEqual({ value: 12_800, currency: 'CNY' })
  expect(phone.complaints).toEqual([])
})

test('leaves the cashier: nothing is taken, and the order can be paid after all', async () => {
  const before = paidThere().length
  const phone = await toTheCashier()
  await phone.sheet.locator('.cashier-close').click()
  await heading(phone, 'Not paid yet').waitFor()
  expect(paidThere()).toHaveLength(before)
  await phone.account.getByRole('button', { name: /pay/i }).first().click()
  await phone.sheet.waitFor()
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()
  expect(paidThere()).toHaveLength(before + 1)
})

test('the page never hears of it, is loaded again, and says "Paid"', async () => {
  const phone = await toTheCashier()
  await phone.choose('loseCallback')
  await phone.finishPayment()
  const page = phone.page.frame('official-account')
  await page?.goto(page.url())
  await heading(phone, 'Paid').waitFor()
})

test('two tabs of one order: one payment, and both say "Paid"', async () => {
  const phone = await toThePayPage()
  const frame = phone.page.frame('official-account')
  const address = frame?.url() ?? ''
  const second = await phone.page.context().newPage()
  const { phone: home } = line.stack.sandbox.urls
  await second.goto(`${home}/?lang=en&open=officialAccount&url=${encodeURIComponent(address)}`)
  const twin = second.frameLocator('iframe[name="official-account"]')
  await twin.getByRole('button', { name: /^Pay ¥/ }).waitFor()
  const before = line.stack.sandbox.worldline.books().payments.length

  await phone.page.bringToFront()
  await phone.account.getByRole('button', { name: /^Pay ¥/ }).click()
  await phone.sheet.waitFor()
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()

  await second.bringToFront()
  await twin.getByRole('button', { name: /^Pay ¥/ }).click()
  await twin.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
  expect(line.stack.sandbox.worldline.books().payments).toHaveLength(before + 1)
})
