import { expect } from 'vitest'
import type { ClientAction } from '../../../shared/contract/client-action.ts'
import { shows, surfaceSuite, testSurface } from '../../support/surface-suite.ts'
import type { Agent } from '../../support/surfaces.ts'
import type { Visitor } from '../../support/visitor.ts'

/** A code on a desktop, in a browser and in WeChat's own. The table is in docs/official-account.md. */

const suite = surfaceSuite()
const { open, decide } = suite
const inAMoment = () => new Date(Date.now() + 600_000).toISOString()
const CODE = (): ClientAction => ({
  kind: 'qrCode',
  content: 'weixin://wxpay/bizpayurl?pr=AbC123xyz',
  image: null,
  expiresAt: inAMoment(),
})
async function codeIn(agent: Agent): Promise<Visitor> {
  suite.server.payments.action = CODE()
  const visitor = await open(agent)
  await visitor.page.locator('.code').waitFor()
  return visitor
}

testSurface('desktop QR', {
  async paid(agent) {
    const { page } = await codeIn(agent)
    await decide('paid')
    await shows(page, 'Paid')
  },
  async dismissed(agent) {
    const { page } = await codeIn(agent)
    // The payer leaves the cashier of the phone: nothing reaches anybody, and the code still pays.
    expect(await page.locator('.countdown').textContent()).toMatch(/^Valid for (9|10):\d\d$/)
    await decide('paid')
    await shows(page, 'Paid')
  },
  async failed(agent) {
    const { page } = await codeIn(agent)
    await decide('failed', 'declined')
    await shows(page, 'Payment failed')
    await page.getByRole('button', { name: 'Pay again' }).waitFor()
  },
  async 'lost callback'(agent) {
    const { page, comeBack } = await codeIn(agent)
    // The answer to the question that is held open gets lost on the way.
    await expect.poll(() => suite.server.payments.gets.length).toBeGreaterThan(0)
    suite.server.payments.fates.push('lost')
    await decide('paid')
    await comeBack()
    await shows(page, 'Paid')
  },
  async 'closed tab'(agent) {
    const { page, anotherTab } = await codeIn(agent)
    await page.close()
    await decide('paid')
    await shows(await anotherTab(), 'Paid')
    expect(suite.server.payments.payments).toHaveLength(1)
  },
  async offline(agent) {
    const { page, context } = await codeIn(agent)
    await context.setOffline(true)
    await page.getByText('No connection, trying again').waitFor()
    await decide('paid')
    await context.setOffline(false)
    await shows(page, 'Paid')
  },
  async expired(agent) {
    const { page } = await codeIn(agent)
    await decide('closed', 'expired')
    await shows(page, 'The code has expired')
    await page.getByRole('button', { name: 'New code' }).click()
    await page.locator('.code').waitFor()
    expect(suite.server.payments.payments.map(({ orderRef }) => orderRef)).toEqual([
      'TEA-1',
      'TEA-1',
    ])
  },
  async 'duplicate tap'(agent) {
    const { page } = await codeIn(agent)
    await decide('closed', 'expired')
    await page.getByRole('button', { name: 'New code' }).dblclick()
    await page.locator('.code').waitFor()
    expect(suite.server.payments.payments).toHaveLength(2)
  },
  async 'two tabs'(agent) {
    const { page, anotherTab } = await codeIn(agent)
    const twin = await anotherTab()
    await twin.locator('.code').waitFor()
    expect(suite.server.payments.payments).toHaveLength(1)
    await decide('paid')
    await shows(page, 'Paid')
    await shows(twin, 'Paid')
  },
})
