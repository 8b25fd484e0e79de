import { expect } from 'vitest'
import { payButton, shows, surfaceSuite, testSurface } from '../../support/surface-suite.ts'

/** The page inside WeChat on a phone, iOS and Android. The table is in docs/official-account.md. */

const suite = surfaceSuite()
const { open, decide } = suite

testSurface('OA page', {
  async paid(agent) {
    const { page } = await open(agent)
    await payButton(page).click()
    await decide('paid')
    await shows(page, 'Paid')
    expect(page.url()).toBe(`${suite.server.url}/pay/TEA-1`)
  },
  async dismissed(agent) {
    const { page } = await open(agent, 'cancel')
    await payButton(page).click()
    await shows(page, 'Not paid yet')
    await payButton(page).waitFor()
  },
  async failed(agent) {
    const { page } = await open(agent, 'fail')
    await payButton(page).click()
    await decide('failed', 'declined')
    await shows(page, 'Payment failed')
    await page.getByRole('button', { name: 'Pay again' }).waitFor()
  },
  async 'lost callback'(agent) {
    const { page, hide, comeBack } = await open(agent, 'nothing')
    await payButton(page).click()
    await hide()
    await decide('paid')
    await comeBack()
    await shows(page, 'Paid')
  },
  async 'closed tab'(agent) {
    const { page, anotherTab, cashierOpened } = await open(agent, 'nothing')
    await payButton(page).click()
    await cashierOpened()
    await page.close()
    await decide('paid')
    await shows(await anotherTab(), 'Paid')
  },
  async offline(agent) {
    const { page, context } = await open(agent)
    await payButton(page).waitFor()
    await context.setOffline(true)
    await page.getByText('No connection, trying again').waitFor()
    await context.setOffline(false)
    await payButton(page).click()
    await decide('paid')
    await shows(page, 'Paid')
  },
  async expired(agent) {
    const { page } = await open(agent)
    await payButton(page).click()
    await decide('closed', 'expired')
    await shows(page, 'This attempt has timed out')
    await page.getByRole('button', { name: 'Pay again' }).waitFor()
  },
  async 'duplicate tap'(agent) {
    const { page } = await open(agent)
    await payButton(page).dblclick()
    await decide('paid')
    await shows(page, 'Paid')
    expect(suite.server.payments.payments).toHaveLength(1)
  },
  async 'two tabs'(agent) {
    const { page, anotherTab } = await open(agent, 'nothing')
    await payButton(page).click()
    await expect.poll(() => suite.server.payments.posts.length).toBe(1)
    const twin = await anotherTab()
    await twin.getByText('Checking the payment').waitFor()
    await decide('paid')
    await shows(page, 'Paid')
    await shows(twin, 'Paid')
    expect(suite.server.payments.payments).toHaveLength(1)
  },
})
