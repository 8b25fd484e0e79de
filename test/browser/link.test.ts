import type { Page } from 'playwright-core'
import decodeQr from 'qr/decode.js'
import { describe, expect, test } from 'vitest'
import type { Scene } from '../../shared/payment-status.ts'
import { payerPages } from '../support/payer-pages.ts'
import { serve } from '../support/served.ts'
import { shows } from '../support/surface-suite.ts'
import type { Agent } from '../support/surfaces.ts'
import { type VisitOptions, visit } from '../support/visitor.ts'

/** The link of an order where its place, or its merchant's accounts, cannot take the money at once. */

const pages = payerPages()

const LINK = 'http://127.0.0.1/pay/TEA-1?t=token-of-order-1'
const open = (agent: Agent, options: Partial<VisitOptions> = {}) =>
  visit(pages.browser, { ...pages, agent, ...options })
const withAccountsFor = (...scenes: Scene[]) => pages.server.takesMoneyIn(scenes)
const linkOf = (page: Page) => page.getByLabel('Payment link').inputValue()

/** Reads the code on the screen as a phone would. */
async function scanned(page: Page): Promise<string> {
  const png = await page.locator('.code-frame').screenshot()
  const pixels = await page.evaluate(pixelsOf, `data:image/png;base64,${png.toString('base64')}`)
  return decodeQr({ ...pixels, data: Uint8Array.from(pixels.data) })
}

async function pixelsOf(address: string) {
  const picture = new Image()
  picture.src = address
  await picture.decode()
  const { width, height } = picture
  const drawing = new OffscreenCanvas(width, height).getContext('2d')
  drawing?.drawImage(picture, 0, 0)
  return { width, height, data: [...(drawing?.getImageData(0, 0, width, height).data ?? [])] }
}

describe('WeCom', () => {
  test('on a phone is not WeChat: the link goes there, by a tap', async () => {
    const { page, context } = await open('weComPhone')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await shows(page, 'Pay in WeChat')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(LINK)
    expect(pages.server.payments.posts).toEqual([])
  })

  test('on a desktop shows a code like any desktop', async () => {
    pages.server.payments.action = aCode()
    const { page } = await open('weComDesktop')
    expect(await scanned(page)).toBe('weixin://wxpay/bizpayurl?pr=AbC123xyz')
  })

  test('that refuses the clipboard leaves the link to be copied by hand', async () => {
    const { page, context } = await open('weComPhone')
    await context.clearPermissions()
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
      document.execCommand = () => false
    })
    await page.getByRole('button', { name: 'Copy link' }).click()
    await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe(LINK)
    expect(await page.getByRole('button', { name: 'Copied' }).count()).toBe(0)
  })
})

const aCode = () => ({
  kind: 'qrCode' as const,
  content: 'weixin://wxpay/bizpayurl?pr=AbC123xyz',
  image: null,
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
})

describe('a merchant without an account for this place', () => {
  test('WeChat on a phone sends to the browser, and opens no login', async () => {
    withAccountsFor('mobileWeb')
    const { page } = await open('iosWeChat')
    await shows(page, 'Pay in your browser')
    expect(await linkOf(page)).toBe(LINK)
    expect(pages.server.logins).toEqual([])
  })

  test('WeChat on a phone shows a code for another phone where nothing else works', async () => {
    withAccountsFor('desktopQr')
    pages.server.payments.action = aCode()
    const { page } = await open('androidWeChat')
    await page.getByText('Scan the code with WeChat on another phone').waitFor()
    expect(pages.server.payments.posts.map(({ body }) => body)).toEqual([
      { scene: 'desktopQr', locale: 'en' },
    ])
  })

  test('a phone browser leads into WeChat, or to another phone', async () => {
    withAccountsFor('officialAccount', 'desktopQr')
    pages.server.payments.action = aCode()
    const { page } = await open('safari')
    await shows(page, 'Pay in WeChat')
    await page.getByRole('button', { name: 'Show a code for another phone' }).click()
    await page.locator('.code').waitFor()
    pages.server.payments.decide('paid')
    await shows(page, 'Paid')
  })

  test('a desktop shows the link as a code, which the phone opens; and learns that it was paid', async () => {
    withAccountsFor('officialAccount')
    const { page } = await open('chrome')
    await shows(page, 'Open it in WeChat on your phone')
    expect(await scanned(page)).toBe(LINK)
    await pages.server.orderBecomes('paid', 'TEA-1')
    await shows(page, 'Paid')
  })

  test('and no account at all: says so, and starts nothing', async () => {
    withAccountsFor()
    const { page } = await open('chrome')
    await shows(page, 'Cannot be paid here')
    await page.getByRole('link', { name: 'Back to the shop' }).waitFor()
    expect(pages.server.payments.requests).toEqual([])
  })
})

describe('a web-view', () => {
  test.each(['en', 'zh-TW'])(
    "WeChat's own file is loaded there, and in no other place (%s)",
    async (lang) => {
      const { page } = await open('webView', { lang })
      await page.locator('.main').click()
      await expect.poll(() => page.evaluate(() => 'opened' in window)).toBe(true)
      const inWeChat = await open('androidWeChat', { lang })
      await inWeChat.page.locator('.main').waitFor()
      expect(await inWeChat.page.evaluate(() => 'opened' in window)).toBe(false)
    },
  )

  test('whose JS-SDK cannot be fetched leads on with the link', async () => {
    const { page } = await open('webView', { jsSdk: false })
    await page.getByRole('button', { name: 'Pay in the Mini Program' }).click()
    await shows(page, 'Pay in WeChat')
    expect(await linkOf(page)).toBe(LINK)
  })

  test.each([
    ['by its name', { agent: 'webView' }],
    ['by what the bridge says, where its name is that of WeChat', { agent: 'iosWeChat' }],
  ] as const)('is recognised %s', async (_, { agent }) => {
    const { page, context } = await open(agent)
    if (agent === 'iosWeChat') {
      await page.locator('.main').waitFor()
      await context.addInitScript(() =>
        Object.assign(window, { __wxjs_environment: 'miniprogram' }),
      )
      await page.reload()
    }
    await shows(page, 'Pay in the Mini Program')
    expect(pages.server.payments.posts).toEqual([])
  })

  test('is recognised by what the JS-SDK says, where the page has one', async () => {
    const { page, context } = await open('iosWeChat')
    await page.locator('.main').waitFor()
    await context.addInitScript(() => {
      const getEnv = (callback: (answer: object) => void) => callback({ miniprogram: true })
      Object.assign(window, { wx: { miniProgram: { getEnv, navigateTo: () => undefined } } })
    })
    await page.reload()
    await shows(page, 'Pay in the Mini Program')
  })

  test('a JS-SDK that never answers, and a bridge that never comes, keep nobody waiting', async () => {
    const { page, context } = await open('iosWeChat')
    await page.locator('.main').waitFor()
    await context.addInitScript(() => {
      const getEnv = () => undefined
      Object.assign(window, { wx: { miniProgram: { getEnv, navigateTo: () => undefined } } })
    })
    await page.reload()
    await page.getByRole('button', { name: 'Pay ¥196.00' }).waitFor()
  })
})

describe('the way to the H5 cashier', () => {
  test('names our host in Referer, as WeChat demands, and nothing else of the address', async () => {
    const cashier = await serve((request) => request.headers.referer ?? 'none')
    pages.server.payments.action = {
      kind: 'redirect',
      url: `${cashier.url}/h5`,
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
    }
    const { page } = await open('safari')
    await page.getByRole('button', { name: 'Pay ¥196.00' }).click()
    await page.waitForURL(`${cashier.url}/h5`)
    expect(await page.locator('body').textContent()).toBe(`${pages.server.url}/`)
    await cashier.close()
  })
})

test('what a page fetches from WeChat is stopped by the policy everywhere else', async () => {
  const { page } = await open('chrome')
  const stopped = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const script = document.createElement('script')
        script.src = url
        script.addEventListener('load', () => resolve(false))
        script.addEventListener('error', () => resolve(true))
        document.head.append(script)
      }),
    'https://res.wx.qq.com/open/js/jweixin-1.6.0.js',
  )
  expect(stopped).toBe(true)
  expect(pages.complaints.splice(0).join()).toContain('res.wx.qq.com')
})
