import { expect, test } from 'vitest'
import { DESKTOP_VIEW } from '../support/chromium.ts'
import { wholeLine } from '../support/whole-line.ts'

/** The shop on a desktop: a code on the screen, a phone beside it. */

const line = wholeLine()

async function toTheCode() {
  const page = await (await line.browser({ ...DESKTOP_VIEW, locale: 'en-GB' })).newPage()
  await page.goto(`${line.stack.url}/shop?lang=en`)
  await page.locator('button', { hasText: '+' }).first().click()
  await page.getByText('Check out').click()
  await page.waitForURL(/\/pay\//)
  return page
}

test('scans the code with the phone, and the desktop says "Paid" by itself', async () => {
  const page = await toTheCode()
  const start = page.getByRole('button', { name: /pay|code/i }).first()
  const code = page.locator('svg, img').filter({ visible: true }).first()
  await start.or(code).first().waitFor()
  if (await start.isVisible()) await start.click()
  const { worldline } = line.stack.sandbox
  await expect.poll(() => worldline.books().payments.at(-1)?.state).toBe('open')
  await worldline.pay(worldline.books().payments.at(-1)?.id ?? '')
  await page.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
  expect(new URL(page.url()).search).toBe('')
})

test('a link with a wrong token opens nothing', async () => {
  const page = await toTheCode()
  const stranger = await (await line.browser(DESKTOP_VIEW)).newPage()
  const { pathname } = new URL(page.url())
  const response = await stranger.goto(`${line.stack.url}${pathname}?t=${'x'.repeat(43)}`)
  expect(response?.status()).toBe(404)
  expect(await stranger.locator('body').innerText()).not.toContain('128.00')
})
