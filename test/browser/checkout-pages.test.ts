import type { BrowserContextOptions, Page } from 'playwright-core'
import decodeQr from 'qr/decode.js'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ClientAction } from '../../shared/contract/client-action.ts'
import { DESKTOP_VIEW, PHONE_VIEW } from '../support/chromium.ts'
import { payerPages } from '../support/payer-pages.ts'

const CONTENT = 'weixin://wxpay/bizpayurl?pr=AbC123xyz'
const codeUntil = (atMs: number): ClientAction => ({
  kind: 'qrCode',
  content: CONTENT,
  image: null,
  expiresAt: new Date(atMs).toISOString(),
})
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148'
const WECHAT = `${IPHONE} MicroMessenger/8.0.53`
const PHONE = { ...PHONE_VIEW, userAgent: IPHONE }
const IN_WECHAT = { ...PHONE_VIEW, userAgent: WECHAT }

const pages = payerPages()

async function visit(options: BrowserContextOptions & { lang?: string; wechat?: string } = {}) {
  const { lang = 'en', wechat, ...view } = options
  const context = await pages.browser.newContext({ ...DESKTOP_VIEW, ...view })
  if (wechat !== undefined) await context.addInitScript(fakeBridge, wechat)
  const page = await context.newPage()
  page.on('pageerror', (error) => pages.complaints.push(error.message))
  page.on('console', (line) => {
    if (/Content Security Policy/.test(line.text())) pages.complaints.push(line.text())
  })
  await page.goto(`${await pages.server.anOrder()}&lang=${lang}`)
  return page
}

/** WeChat's bridge as far as a page can tell; it keeps what it was given. */
function fakeBridge(says: string): void {
  const invoke = (_name: string, _params: object, callback: (answer: object) => void) => {
    setTimeout(() => callback({ err_msg: `get_brand_wcpay_request:${says}` }), 10)
  }
  Object.assign(window, { WeixinJSBridge: { invoke } })
}

const heading = (page: Page) => page.locator('h1')
const { decide } = pages

describe('on a desktop', () => {
  beforeEach(() => {
    pages.server.payments.action = codeUntil(Date.now() + 600_000)
  })

  test('the code on the screen is the one of the server', async () => {
    const page = await visit()
    const png = await page.locator('.code').screenshot()
    const pixels = await page.evaluate(pixelsOf, `data:image/png;base64,${png.toString('base64')}`)
    expect(decodeQr({ ...pixels, data: Uint8Array.from(pixels.data) })).toBe(CONTENT)
  })

  test('paid on the phone turns this page to paid by itself', async () => {
    const page = await visit()
    await page.locator('.code').waitFor()
    await decide('paid')
    await expect.poll(() => heading(page).textContent()).toBe('Paid')
    expect(await page.title()).toBe('Paid · ¥196.00')
    expect(await heading(page).evaluate((element) => element === document.activeElement)).toBe(true)
  })

  test('a reload in the middle shows the same payment again', async () => {
    const page = await visit()
    await page.locator('.code').waitFor()
    await page.reload()
    await page.locator('.code').waitFor()
    expect(pages.server.payments.payments).toHaveLength(1)
  })

  test('two tabs work on one payment, and both learn what became of it', async () => {
    const page = await visit()
    await page.locator('.code').waitFor()
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.locator('.code').waitFor()
    expect(pages.server.payments.payments).toHaveLength(1)
    await decide('paid')
    // A browser lets hidden tabs wait; a payer who turns to one sees the truth.
    for (const tab of [page, second]) {
      await tab.bringToFront()
      await expect.poll(() => heading(tab).textContent()).toBe('Paid')
    }
  })

  test('an expired code is no dead end: a new one, for the same order', async () => {
    const page = await visit()
    await page.locator('.code').waitFor()
    await decide('closed', 'expired')
    await expect.poll(() => heading(page).textContent()).toBe('The code has expired')
    await page.getByRole('button', { name: 'New code' }).click()
    await page.locator('.code').waitFor()
    expect(pages.server.payments.payments.map(({ orderRef }) => orderRef)).toEqual([
      'TEA-1',
      'TEA-1',
    ])
  })

  test('a picture from the provider is shown as it is, and only a picture', async () => {
    const expiresAt = new Date(Date.now() + 600_000).toISOString()
    const dot = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
    pages.server.payments.action = { kind: 'qrCode', content: null, image: dot, expiresAt }
    const page = await visit()
    expect(await page.locator('img.code').getAttribute('src')).toBe(dot)
  })
})

describe('inside WeChat', () => {
  test('the payer is logged in on the way, and pays by the bridge', async () => {
    const page = await visit({ ...IN_WECHAT, wechat: 'ok' })
    await page.getByRole('button', { name: 'Pay ¥196.00' }).click()
    await decide('paid')
    await expect.poll(() => heading(page).textContent()).toBe('Paid')
    expect(pages.server.logins).toEqual(['/pay/TEA-1'])
    expect(pages.server.payments.posts.map(({ body }) => body)).toEqual([
      { scene: 'officialAccount', locale: 'en' },
    ])
    expect(page.url()).toBe(`${pages.server.url}/pay/TEA-1`)
  })

  test('ok from the bridge is not paid while the server does not say so', async () => {
    const page = await visit({ ...IN_WECHAT, wechat: 'ok' })
    await page.getByRole('button', { name: 'Pay ¥196.00' }).click()
    await page.getByText('Checking the payment').waitFor()
    expect(await page.locator('[data-state="paid"]').count()).toBe(0)
    await decide('failed', 'declined')
    await expect.poll(() => heading(page).textContent()).toBe('Payment failed')
  })

  test('a payer who leaves the cashier is told so, in Chinese too, and can go on', async () => {
    const page = await visit({ ...IN_WECHAT, wechat: 'cancel', lang: 'zh-CN' })
    await page.getByRole('button', { name: '支付 ¥196.00' }).click()
    await expect.poll(() => heading(page).textContent(), { timeout: 15_000 }).toBe('尚未支付')
    await page.getByRole('button', { name: '支付 ¥196.00' }).click()
    await decide('paid')
    await expect.poll(() => heading(page).textContent()).toBe('支付成功')
    expect(pages.server.payments.payments).toHaveLength(1)
  })
})

describe('in the browser of a phone', () => {
  test('goes to the provider and back, and the server says what became of it', async () => {
    pages.server.payments.action = {
      kind: 'redirect',
      url: `${pages.server.url}/result/TEA-1`,
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
    }
    const page = await visit(PHONE)
    await page.getByRole('button', { name: 'Pay ¥196.00' }).click()
    await page.waitForURL('**/result/TEA-1')
    await decide('paid')
    await expect.poll(() => heading(page).textContent()).toBe('Paid')
  })

  test('a tap that is doubled is one payment', async () => {
    const page = await visit(PHONE)
    await page.getByRole('button', { name: 'Pay ¥196.00' }).dblclick()
    await expect.poll(() => pages.server.payments.posts.length).toBe(1)
  })

  test('without a network it says so, and looks again by itself', async () => {
    const page = await visit(PHONE)
    await page.getByRole('button', { name: 'Pay ¥196.00' }).waitFor()
    await page.context().setOffline(true)
    await page.getByText('No connection, trying again').waitFor()
    await page.context().setOffline(false)
    await expect.poll(() => page.locator('.banner').textContent()).toBe('')
  })
})

test.each([
  ['390 × 844', PHONE],
  ['1280 × 900', {}],
  ['320 × 568', { ...PHONE, viewport: { width: 320, height: 568 } }],
] as const)('nothing is cut off at %s, and fingers find every button', async (_, view) => {
  pages.server.payments.action = codeUntil(Date.now() + 600_000)
  const page = await visit(view)
  const button = page.locator('button, .code').first()
  await button.waitFor()
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
  for (const box of await page.locator('button').evaluateAll(boxes)) {
    expect(box.height).toBeGreaterThanOrEqual(44)
  }
})

/** Runs in the page. */
async function pixelsOf(address: string) {
  const picture = new Image()
  picture.src = address
  await picture.decode()
  const { width, height } = picture
  const drawing = new OffscreenCanvas(width, height).getContext('2d')
  drawing?.drawImage(picture, 0, 0)
  return { width, height, data: [...(drawing?.getImageData(0, 0, width, height).data ?? [])] }
}

function boxes(elements: Element[]): { height: number }[] {
  return elements.map((element) => ({ height: element.getBoundingClientRect().height }))
}
