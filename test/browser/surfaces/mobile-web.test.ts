import { expect } from 'vitest'
import type { ClientAction } from '../../../shared/contract/client-action.ts'
import { payButton, shows, surfaceSuite, testSurface } from '../../support/surface-suite.ts'
import type { Agent } from '../../support/surfaces.ts'
import type { Visitor } from '../../support/visitor.ts'

/** The browser of a phone, which leaves for WeChat and comes back. The table is in docs/official-account.md. */

const suite = surfaceSuite()
const { open, decide } = suite
const inAMoment = () => new Date(Date.now() + 600_000).toISOString()
/** To the provider, which sends the payer back at once; `away` leaves for an app and stays open. */
const REDIRECT = (away = false): ClientAction => ({
  kind: 'redirect',
  url: away ? 'weixin://wap/pay?prepayid=wx1' : `${suite.server.url}/result/TEA-1`,
  expiresAt: inAMoment(),
})

async function redirected(agent: Agent, away = false): Promise<Visitor> {
  suite.server.payments.action = REDIRECT(away)
  const visitor = await open(agent)
  await payButton(visitor.page).click()
  // Before that nobody can have paid: the page itself does not know the address yet.
  if (away) await visitor.page.getByText(/Going to WeChat|Checking the payment/).waitFor()
  else await visitor.page.waitForURL('**/result/TEA-1')
  await expect.poll(() => suite.server.payments.posts.length).toBe(1)
  return visitor
}

testSurface('mobile web', {
  async paid(agent) {
    const { page } = await redirected(agent)
    await decide('paid')
    await shows(page, 'Paid')
  },
  async dismissed(agent) {
    const { page } = await redirected(agent)
    await shows(page, 'Waiting for confirmation')
    await page.goto(`${suite.server.url}/pay/TEA-1`)
    await payButton(page).waitFor()
  },
  async failed(agent) {
    const { page } = await redirected(agent)
    await decide('failed', 'declined')
    await shows(page, 'Payment failed')
    await page.getByRole('button', { name: 'Pay again' }).click()
    await page.waitForURL('**/pay/TEA-1')
  },
  async 'lost callback'(agent) {
    const { page, hide, comeBack } = await redirected(agent, true)
    // The app never leads back; the payer turns to the browser by hand.
    await hide()
    await decide('paid')
    await comeBack()
    await shows(page, 'Paid')
  },
  async 'closed tab'(agent) {
    const { page, anotherTab } = await redirected(agent, true)
    await page.close()
    await decide('paid')
    await shows(await anotherTab(), 'Paid')
  },
  async offline(agent) {
    const { page, context } = await redirected(agent)
    await context.setOffline(true)
    await page.getByText('No connection, trying again').waitFor()
    await decide('paid')
    await context.setOffline(false)
    await shows(page, 'Paid')
  },
  async expired(agent) {
    const { page } = await redirected(agent)
    await decide('closed', 'expired')
    await shows(page, 'This attempt has timed out')
  },
  async 'duplicate tap'(agent) {
    suite.server.payments.action = REDIRECT()
    const { page } = await open(agent)
    await payButton(page).dblclick()
    await page.waitForURL('**/result/TEA-1')
    expect(suite.server.payments.payments).toHaveLength(1)
  },
  async 'two tabs'(agent) {
    const { page, anotherTab } = await redirected(agent)
    const twin = await anotherTab()
    await decide('paid')
    await shows(page, 'Paid')
    await shows(twin, 'Paid')
    expect(suite.server.payments.payments).toHaveLength(1)
  },
})
