import { describe, expect, test } from 'vitest'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { MiniProgramDriver } from '../support/mini-program-driver.ts'
import { wholeLine } from '../support/whole-line.ts'

/** What a payer meets beside the straight way: their orders, other languages, other WeChats. */

const line = wholeLine()
const merchant = () => new Merchant(line.stack.url, SANDBOX_API_KEY)

async function open(query = ''): Promise<MiniProgramDriver> {
  return new MiniProgramDriver(await line.phone(`open=miniProgram&${query}`))
}

const at = (page: string) => `page=${encodeURIComponent(page)}`
const ORDERS = at('pages/orders/orders')

/** Orders one Longjing and stops before the cashier; answers the order's name. */
async function order(shop: MiniProgramDriver): Promise<string> {
  const { program } = shop.phone
  await program.getByText('West Lake Longjing').first().waitFor()
  await program.locator('[class*="circle-full"]').first().click()
  await shop.button('Check out').click()
  await shop.button('Place order').click()
  await shop.payButton('Pay with WeChat Pay').waitFor()
  const text = await program.locator('.number').innerText()
  return /TEA-\S+/.exec(text)?.[0] ?? ''
}

async function pay(shop: MiniProgramDriver): Promise<void> {
  await shop.payButton('Pay').or(shop.action('Pay now')).click()
  await shop.phone.sheet.waitFor()
  await shop.phone.typePassword('123456')
  await shop.phone.finishPayment()
  await shop.heading('Paid').waitFor()
}

describe('my orders', () => {
  test('show one that waits; it is paid from there, and then called paid', async () => {
    const first = await open()
    await order(first)
    const shop = new MiniProgramDriver(await line.phone(`open=miniProgram&${ORDERS}`))
    await shop.step('Pay').click()
    await pay(shop)
    await shop.link('My orders').click()
    await shop.firstOrder().getByText('Paid', { exact: true }).waitFor()
    expect(shop.phone.complaints).toEqual([])
  })

  test('find what was paid when the program was killed in the cashier', async () => {
    const shop = await open()
    await order(shop)
    await shop.payButton('Pay with WeChat Pay').click()
    await shop.phone.choose('loseCallback')
    await shop.phone.page.locator('.cashier-done').waitFor()
    await shop.phone.page.reload()
    const after = new MiniProgramDriver(shop.phone)
    await after.link('My orders').click()
    await after.firstOrder().getByText('Paid', { exact: true }).waitFor()
  })

  test('ask once more for one that is open, and call it "not paid yet"', async () => {
    await order(await open())
    const shop = await open(ORDERS)
    await shop.step('Check status').click()
    await shop.firstOrder().getByText('Not paid yet').waitFor()
    expect(await shop.firstOrder().innerText()).not.toMatch(/cancel/i)
  })

  test('show what went back', async () => {
    const shop = await open()
    const orderRef = await order(shop)
    await pay(shop)
    const [payment] = await merchant().payments(orderRef)
    await merchant().refund(payment?.paymentId ?? '', `back-${orderRef}`, {
      value: 2_800,
      currency: 'CNY',
    })
    const done = async () => {
      await line.stack.clock.advance(3_600_000)
      return (await merchant().payments(orderRef)).at(0)?.refunded.value
    }
    await expect.poll(done, { timeout: 20_000 }).toBe(2_800)
    await shop.link('My orders').click()
    await shop.firstOrder().getByText('¥28.00 went back to you').waitFor()
    await shop.firstOrder().getByText('Partly refunded').waitFor()
  })

  test('are reached from WeChat’s order centre, by the number that it knows', async () => {
    const shop = await open()
    const orderRef = await order(shop)
    await pay(shop)
    const [payment] = await merchant().payments(orderRef)
    const centre = await open(at(`pages/result/result?outTradeNo=${payment?.outTradeNo}`))
    await centre.heading('Paid').waitFor()
    await centre.phone.program.getByText(orderRef).first().waitFor()
    const unknown = await open(at('pages/result/result?outTradeNo=4200009999'))
    await unknown.heading('Order not found').waitFor()
  })

  test('let the payer confirm what has arrived, once it was sent', async () => {
    const shop = await open()
    const orderRef = await order(shop)
    await pay(shop)
    line.stack.shop.ship(orderRef, { transactionId: '42', merchantId: '', outTradeNo: '' })
    await shop.link('My orders').click()
    await shop.step('Confirm receipt').click()
    await shop.phone.program.locator('.modal-confirm').click()
    await shop.phone.program.getByText('receipt confirmed').waitFor()
  })

  test('are only those of whoever holds the phone', async () => {
    const mine = await order(await open())
    const { people } = line.stack.sandbox.wechat
    const holder = people.current()
    const other = people.list().find(({ current }) => !current)
    people.use(other?.id ?? '')
    try {
      const shop = await open(ORDERS)
      await shop.heading('No orders yet').waitFor()
      const notMine = await open(at(`pages/cashier/cashier?orderRef=${mine}`))
      await notMine.payButton('Pay with WeChat Pay').click()
      await notMine.heading('Order not found').waitFor()
    } finally {
      people.use(holder)
    }
  })

  test('say so without a network, and come back with it', async () => {
    await order(await open())
    line.stack.sandbox.wechat.device.setOffline(true)
    const shop = await open(ORDERS)
    await shop.heading('No connection').waitFor()
    line.stack.sandbox.wechat.device.setOffline(false)
    await shop.action('Try again').click()
    await shop.firstOrder().waitFor()
  })

  test('are read again when the page is pulled down', async () => {
    const shop = await open()
    const orderRef = await order(shop)
    await shop.phone.inProgram("wx.redirectTo({ url: '/pages/orders/orders' })")
    await shop.firstOrder().getByText('Waiting for payment').waitFor()
    await merchant().close(orderRef)
    await shop.phone.inProgram('wx.startPullDownRefresh()')
    await shop.firstOrder().getByText('Closed').waitFor()
  })
})

describe('a phone that hides the program while paying', () => {
  test.each(['showFirst', 'callbackFirst'])(
    'says "Paid" once, in whatever order it calls (%s)',
    async (calls) => {
      const shop = await open(`hideDuringPayment=${calls}`)
      const orderRef = await order(shop)
      await pay(shop)
      const payments = await merchant().payments(orderRef)
      expect(payments.map(({ status }) => status)).toEqual(['paid'])
      const pages = await shop.phone.inProgram('getCurrentPages().map(({ route }) => route)')
      expect(pages).toEqual(['pages/catalogue/catalogue', 'pages/result/result'])
      expect(shop.phone.complaints).toEqual([])
    },
  )

  test('puts it away with a lost callback: it comes back to the truth', async () => {
    const shop = await open()
    await order(shop)
    await shop.payButton('Pay with WeChat Pay').click()
    await shop.phone.choose('loseCallback')
    await shop.phone.page.locator('.cashier-done').waitFor()
    await shop.phone.page.locator('.panel summary').click()
    await shop.phone.press('to-background')
    await shop.phone.press('bring-back')
    await shop.phone.page.locator('.panel summary').click()
    await shop.phone.finishPayment()
    await shop.heading('Paid').waitFor({ timeout: 40_000 })
  })
})

describe('a page of the shop in a web-view', () => {
  test('opens the native cashier, and is shown again once that was paid', async () => {
    const { orderRef, checkoutToken } = await merchant().order(`web-${Date.now()}`, {
      value: 1_999,
      currency: 'CNY',
    })
    const shop = await open(at(`pages/web/web?path=${encodeURIComponent('/shop?lang=en')}`))
    const web = shop.phone.program.frameLocator('iframe[name="wechat-web-view"]')
    await web.getByText('West Lake Longjing').waitFor()
    const frame = shop.phone.page.frame('wechat-web-view')
    const url = `/pages/cashier/cashier?orderRef=${orderRef}&t=${checkoutToken}`
    await expect.poll(() => frame?.evaluate('typeof wx')).toBe('object')
    await frame?.evaluate(`wx.miniProgram.navigateTo({ url: ${JSON.stringify(url)} })`)
    await shop.payButton('Pay with WeChat Pay').click()
    await shop.phone.sheet.waitFor()
    await shop.phone.typePassword('123456')
    await shop.phone.finishPayment()
    await expect
      .poll(() => shop.phone.inProgram('getCurrentPages().map(({ route }) => route)'))
      .toEqual(['pages/web/web'])
    await web.getByText('West Lake Longjing').waitFor()
    const [payment] = await merchant().payments(orderRef)
    expect(payment?.status).toBe('paid')
  })

  test('shows no page of anybody else', async () => {
    const elsewhere = encodeURIComponent('//elsewhere.example/')
    const shop = await open(at(`pages/web/web?path=${elsewhere}`))
    await shop.heading('Web page').waitFor()
  })
})

describe('a WeChat that', () => {
  const toTheCashier = async (client: string) => {
    const orderRef = await order(await open())
    return open(`client=${client}&${at(`pages/cashier/cashier?orderRef=${orderRef}`)}`)
  }

  test.each([
    ['outdated', 'Cannot pay', 'This WeChat is too old'],
    ['singlePage', 'Cannot pay', 'Open the whole Mini Program'],
  ])('is %s shows no button that would fail', async (client, title, words) => {
    const shop = await toTheCashier(client)
    await shop.heading(title).waitFor()
    await shop.phone.program.getByText(words).waitFor()
    expect(await shop.payButton('Pay').count()).toBe(0)
  })

  test.each([
    ['payBanned', 'WeChat does not allow paying here'],
    ['devtools', 'DevTools only shows a code'],
  ])('is %s says why after the tap, and takes nothing', async (client, words) => {
    const shop = await toTheCashier(client)
    await shop.payButton('Pay with WeChat Pay').click()
    await shop.heading('Cannot pay right now').waitFor({ timeout: 20_000 })
    await shop.phone.program.getByText(words).waitFor()
    expect(await shop.phone.sheet.count()).toBe(0)
  })
})

describe('the looks', () => {
  const background = (shop: MiniProgramDriver, selector: string) =>
    shop.phone.program
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor)

  test('follow the phone into the dark and back, bar and page alike', async () => {
    const shop = await open('theme=dark')
    await shop.phone.program.getByText('West Lake Longjing').first().waitFor()
    const [DARK, LIGHT] = ['rgb(21, 23, 20)', 'rgb(247, 245, 239)']
    expect(await background(shop, '.navigation-bar')).toBe(DARK)
    expect(await background(shop, 'wx-page')).toBe(DARK)
    await shop.phone.page.locator('.panel summary').click()
    await shop.phone.press('theme-light')
    expect(await background(shop, '.navigation-bar')).toBe(LIGHT)
    expect(await background(shop, 'wx-page')).toBe(LIGHT)
  })

  test('and the words are those of WeChat’s language', async () => {
    const phone = await line.phone('open=miniProgram')
    await phone.page.goto(`${line.stack.sandbox.urls.phone}/?open=miniProgram&lang=zh-TW`)
    const shop = new MiniProgramDriver(phone)
    await phone.program.getByText('西湖龍井').first().waitFor()
    await phone.program.locator('[class*="circle-full"]').first().click()
    await shop.button('去結帳').click()
    await shop.button('送出訂單').click()
    await shop.payButton('微信支付').click()
    await phone.sheet.locator('.cashier-close').click()
    await shop.heading('尚未付款').waitFor()
    expect(await phone.program.locator('main').innerText()).not.toContain('还没有')
  })
})
