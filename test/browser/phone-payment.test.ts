import { describe, expect, test } from 'vitest'
import { phoneSuite } from '../support/phone-suite.ts'

const suite = phoneSuite()

/** The Mini Program with its cashier open. */
async function openCashier(query = '') {
  const page = encodeURIComponent('pages/detail/detail?tea=green')
  const phone = await suite.open(`open=miniProgram&page=${page}&${query}`)
  await phone.program.locator('.pay').waitFor()
  await phone.clearLog()
  await phone.program.locator('.pay').click()
  await phone.sheet.waitFor()
  const outcome = () => phone.program.locator('.outcome').textContent()
  return { phone, outcome }
}

const actions = () => suite.phone.heard.map(({ path }) => path)

describe('the cashier of a Mini Program', () => {
  test('shows merchant and amount, takes six digits, and calls back only after Done', async () => {
    const { phone, outcome } = await openCashier()
    expect(suite.phone.heard.at(-1)?.body).toMatchObject({
      surface: 'miniProgram',
      params: { package: 'prepay_id=wx1', signType: 'RSA', paySign: 'signed' },
    })
    await phone.sheet.getByText('青岚茶铺').waitFor()
    await phone.sheet.getByText('¥68.00').waitFor()
    await phone.typePassword('123456')
    await phone.page.getByRole('dialog', { name: 'Payment successful' }).waitFor()
    expect(await outcome()).toBe('waiting')
    await phone.finishPayment()
    await expect.poll(outcome).toBe('requestPayment:ok')
    expect(actions()).toEqual(['cashier', 'cashier/cashier-1/pay'])
    expect(phone.complaints).toEqual([])
  })

  test('five digits pay nothing, and one can be taken back', async () => {
    const { phone, outcome } = await openCashier()
    await phone.typePassword('12345')
    await phone.sheet.getByRole('button', { name: 'Delete' }).click()
    expect(await phone.sheet.getByRole('img').getAttribute('aria-label')).toBe('4 / 6')
    expect(await outcome()).toBe('waiting')
    expect(actions()).toEqual(['cashier'])
  })

  test('the cross dismisses it', async () => {
    const { phone, outcome } = await openCashier()
    await phone.sheet.getByRole('button', { name: 'Close' }).click()
    await expect.poll(outcome).toBe('requestPayment:fail cancel')
    await phone.sheet.waitFor({ state: 'detached' })
  })

  test('after a wrong password the payer may try again', async () => {
    const { phone, outcome } = await openCashier()
    await phone.typePassword('000000')
    await phone.page.getByText('Incorrect payment password').waitFor()
    await phone.page.getByRole('button', { name: 'Try again' }).click()
    await phone.typePassword('111111')
    await phone.finishPayment()
    await expect.poll(outcome).toBe('requestPayment:ok')
    expect(actions().map((path) => path.replace(/\d+/, 'N'))).toEqual([
      'cashier',
      'cashier/cashier-N/fail',
      'cashier',
      'cashier/cashier-N/pay',
    ])
  })

  test('after a wrong password the payer may leave', async () => {
    const { phone, outcome } = await openCashier()
    await phone.choose('fail')
    await phone.page.getByRole('button', { name: 'Leave' }).click()
    await expect.poll(outcome).toBe('requestPayment:fail cancel')
  })

  test('a lost callback leaves the program waiting, though the payment went through', async () => {
    const { phone, outcome } = await openCashier()
    await phone.choose('loseCallback')
    await phone.finishPayment()
    expect(actions().at(-1)).toMatch(/loseCallback$/)
    await phone.program.getByRole('button', { name: 'Close' }).click()
    await phone.page.getByText('Payment successful ¥68.00').waitFor()
    expect(await outcome()).toBe('waiting')
  })

  test('what WeChat refuses is told to the payer and to the program', async () => {
    suite.phone.refuseNext({
      ok: false,
      result: { errMsg: 'requestPayment:fail cancel' },
      dialog: '支付验证签名失败',
    })
    const phone = await suite.open('open=miniProgram&page=pages/detail/detail')
    await phone.program.locator('.pay').click()
    await phone.page.getByText('支付验证签名失败').waitFor()
    await phone.page.getByRole('button', { name: 'OK' }).click()
    const outcome = phone.program.locator('.outcome')
    await expect.poll(() => outcome.textContent()).toBe('requestPayment:fail cancel')
    expect(await phone.sheet.count()).toBe(0)
  })

  test('killed while paying, nobody is told and nothing is paid', async () => {
    const { phone } = await openCashier()
    await phone.press('kill')
    await phone.sheet.waitFor({ state: 'detached' })
    await expect.poll(actions).toEqual(['cashier', expect.stringMatching(/\/cancel$/)])
  })
})

describe('hiding during payment differs from phone to phone', () => {
  test('a sheet hides nothing', async () => {
    const { phone } = await openCashier()
    await phone.choose('pay')
    await phone.finishPayment()
    await expect.poll(() => phone.log()).toEqual(['callback requestPayment:ok'])
  })

  test.each([
    ['showFirst', ['app.onShow', 'detail.onShow', 'callback requestPayment:ok']],
    ['callbackFirst', ['callback requestPayment:ok', 'app.onShow', 'detail.onShow']],
  ])('%s', async (order, after) => {
    const { phone } = await openCashier(`hideDuringPayment=${order}`)
    expect(await phone.log()).toEqual(['detail.onHide', 'app.onHide'])
    await phone.choose('pay')
    await phone.finishPayment()
    await expect.poll(() => phone.log()).toEqual(['detail.onHide', 'app.onHide', ...after])
  })
})

describe('the scanner', () => {
  test('a pasted code opens the cashier', async () => {
    const phone = await suite.open('open=scan')
    await phone.page.getByRole('textbox').fill(' weixin://wxpay/bizpayurl?pr=abc ')
    await phone.page.getByRole('button', { name: 'Continue' }).click()
    await phone.typePassword('123456')
    await phone.finishPayment()
    expect(suite.phone.heard[0]).toEqual({
      path: 'scan',
      body: { codeUrl: 'weixin://wxpay/bizpayurl?pr=abc' },
    })
  })

  test('an H5 link opens the cashier', async () => {
    const link = 'https://wx.tenpay.example/pay?prepay_id=wx1'
    const phone = await suite.open(`open=scan&code=${encodeURIComponent(link)}`)
    await phone.page.getByRole('button', { name: 'Continue' }).click()
    await phone.sheet.waitFor()
    expect(suite.phone.heard.at(-1)).toEqual({ path: 'h5', body: { url: link } })
  })

  test('anything else is not taken', async () => {
    const phone = await suite.open('open=scan&code=hello')
    await phone.page.getByRole('button', { name: 'Continue' }).click()
    await phone.page.getByText('neither a WeChat Pay code').waitFor()
    expect(actions()).toEqual([])
  })
})
