import { describe, expect, test } from 'vitest'
import { MiniProgramDriver } from '../support/mini-program-driver.ts'
import type { PhoneDriver } from '../support/phone-driver.ts'
import { wholeLine } from '../support/whole-line.ts'

/** A person's whole way through the real Mini Program, with the real server behind it. */

const line = wholeLine()

const heading = (phone: PhoneDriver, text: string) => new MiniProgramDriver(phone).heading(text)
const action = (phone: PhoneDriver, text: string) => new MiniProgramDriver(phone).action(text)
const button = (phone: PhoneDriver, text: string) => new MiniProgramDriver(phone).button(text)
const payButton = (phone: PhoneDriver, text: string) => new MiniProgramDriver(phone).payButton(text)

/** From the catalogue to the open cashier sheet. */
async function toTheCashier(): Promise<PhoneDriver> {
  const phone = await line.phone('open=miniProgram')
  await phone.program.getByText('West Lake Longjing').first().waitFor()
  await phone.program.locator('[class*="stepper--step"] [class*="circle-full"]').first().click()
  await button(phone, 'Check out').click()
  await button(phone, 'Place order').click()
  await payButton(phone, 'Pay with WeChat Pay').click()
  await phone.sheet.waitFor()
  return phone
}

async function orders() {
  const { payments } = line.stack.sandbox.worldline.books()
  return payments
}

test('chooses, orders, pays, and sees "Paid"', async () => {
  const phone = await toTheCashier()
  expect(await phone.sheet.innerText()).toContain('128.00')
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()
  const paid = (await orders()).filter(({ state }) => state === 'paid')
  expect(paid.at(-1)?.amount).toEqual({ value: 12_800, currency: 'CNY' })
})

test('sees "Paid" within a second of the notification, on the server\'s word', async () => {
  const phone = await toTheCashier()
  await phone.typePassword('123456')
  await phone.page.locator('.cashier-done').waitFor()
  const { notifications } = line.stack.sandbox.worldline
  await notifications.idle()
  const notifiedAtMs = notifications.log().findLast(({ status }) => status === 200)?.atMs ?? 0
  await phone.page.locator('.cashier-done').click()
  const doneAtMs = line.stack.clock.nowMs()
  await heading(phone, 'Paid').waitFor()
  expect(line.stack.clock.nowMs() - Math.max(doneAtMs, notifiedAtMs)).toBeLessThan(1_000)
})

test('leaves the cashier: the order is kept, and can be paid after all', async () => {
  const phone = await toTheCashier()
  await phone.sheet.locator('.cashier-close').click()
  await heading(phone, 'Not paid yet').waitFor()
  await action(phone, 'Pay now').click()
  await phone.sheet.waitFor()
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()
  const references = (await orders()).map(({ reference }) => reference)
  expect(new Set(references).size).toBe(references.length)
})

test('types a wrong password: nothing is taken, and nothing is called paid', async () => {
  const phone = await toTheCashier()
  const before = (await orders()).filter(({ state }) => state === 'paid').length
  await phone.choose('fail')
  await phone.page.getByText('Leave', { exact: true }).click()
  await heading(phone, 'Not paid yet').waitFor()
  expect((await orders()).filter(({ state }) => state === 'paid')).toHaveLength(before)
})

describe('the cashier never answers', () => {
  test('the page is told "paid" all the same', async () => {
    const phone = await toTheCashier()
    await phone.choose('loseCallback')
    await phone.finishPayment()
    await heading(phone, 'Paid').waitFor({ timeout: 40_000 })
  })

  test('and the app is killed: the next start picks the order up', async () => {
    const phone = await toTheCashier()
    await phone.choose('loseCallback')
    await phone.page.locator('.cashier-done').waitFor()
    await phone.page.reload()
    await phone.program.getByText('Your last order is paid').first().waitFor()
  })
})

test('is killed in the middle of paying, comes back, and pays the same order', async () => {
  const phone = await toTheCashier()
  const before = (await orders()).length
  await phone.page.reload()
  await phone.program.getByText('An order is waiting for payment').first().waitFor()
  await phone.program.locator('[class*="order-notice"]').getByText('Continue').first().click()
  await payButton(phone, 'Pay with WeChat Pay').or(action(phone, 'Pay now')).click()
  await phone.sheet.waitFor()
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()
  expect(await orders()).toHaveLength(before)
})

test('loses the network while paying, and hears the verdict once it is back', async () => {
  const phone = await toTheCashier()
  line.stack.sandbox.wechat.device.setOffline(true)
  await phone.typePassword('123456')
  await phone.finishPayment()
  line.stack.sandbox.wechat.device.setOffline(false)
  await heading(phone, 'Paid').waitFor({ timeout: 40_000 })
})

test('every notification is lost, and it is "Paid" all the same', async () => {
  line.stack.sandbox.worldline.faults.set({ notifications: { drop: 'all' } })
  const phone = await toTheCashier()
  await phone.typePassword('123456')
  await phone.finishPayment()
  await heading(phone, 'Paid').waitFor()
})
