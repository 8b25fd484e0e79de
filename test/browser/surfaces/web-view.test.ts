import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { shows, surfaceSuite, testSurface } from '../../support/surface-suite.ts'
import type { Agent } from '../../support/surfaces.ts'
import type { Visitor } from '../../support/visitor.ts'

/** A web-view, whose order is paid on a native page of the Mini Program around it. The table is in docs/official-account.md. */

const suite = surfaceSuite()
const { open } = suite
async function relayed(agent: Agent): Promise<Visitor> {
  const visitor = await open(agent)
  await visitor.page.getByRole('button', { name: 'Pay in the Mini Program' }).click()
  const cashier = '/pages/cashier/cashier?orderRef=TEA-1&t=token-of-order-1'
  await expect.poll(() => visitor.opened()).toEqual([cashier])
  await visitor.hide()
  return visitor
}

const stillToRelay = (page: Page) =>
  page.getByRole('button', { name: 'Pay in the Mini Program' }).waitFor()
const orderPaid = () => suite.server.orderBecomes('paid', 'TEA-1')

testSurface('web-view', {
  async paid(agent) {
    const { page, comeBack } = await relayed(agent)
    await orderPaid()
    await comeBack()
    await shows(page, 'Paid')
    expect(suite.server.payments.posts).toEqual([])
  },
  async dismissed(agent) {
    const { page, comeBack } = await relayed(agent)
    await comeBack()
    await stillToRelay(page)
    await shows(page, 'Pay in the Mini Program')
  },
  async failed(agent) {
    const { page, comeBack } = await relayed(agent)
    await comeBack()
    await stillToRelay(page)
    await orderPaid()
    await shows(page, 'Paid')
  },
  async 'lost callback'(agent) {
    // WeChat never says that the page comes back into view.
    const { page } = await open(agent)
    await stillToRelay(page)
    await orderPaid()
    await shows(page, 'Paid')
  },
  async 'closed tab'(agent) {
    const { page, anotherTab } = await relayed(agent)
    await page.close()
    await orderPaid()
    await shows(await anotherTab(), 'Paid')
  },
  async offline(agent) {
    const { page, context, comeBack } = await relayed(agent)
    await context.setOffline(true)
    await comeBack()
    await page.getByText('No connection, trying again').waitFor()
    await orderPaid()
    await context.setOffline(false)
    await shows(page, 'Paid')
  },
  async expired(agent) {
    const { page, comeBack } = await relayed(agent)
    await suite.server.orderBecomes('closed', 'TEA-1')
    await comeBack()
    await shows(page, 'Payment closed')
  },
  async 'duplicate tap'(agent) {
    const { page, opened } = await open(agent)
    await page.getByRole('button', { name: 'Pay in the Mini Program' }).dblclick()
    await expect.poll(() => opened()).toHaveLength(1)
  },
  async 'two tabs'(agent) {
    const { page, anotherTab, comeBack } = await relayed(agent)
    const twin = await anotherTab()
    await orderPaid()
    await comeBack()
    await shows(page, 'Paid')
    await shows(twin, 'Paid')
  },
})
