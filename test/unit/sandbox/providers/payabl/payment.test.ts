import { describe, expect, test } from 'vitest'
import { type Form, MERCHANT, paid, payablWorld, sign, started } from './world.ts'

const PREAUTHORIZE = 'payment_preauthorize'

/** The two requests of payabl.'s WeChat Pay page; their signatures cannot be made again. */
const PUBLISHED: Form = {
  orderid: 'Payabl-Test',
  amount: '19.99',
  currency: 'EUR',
  payment_method: '5',
  language: 'en',
  customerip: '2.22.75.244',
  email: 'payments@shop.example',
  firstname: 'John',
  lastname: 'Doe',
  zip: '853012',
  street: 'Baoshan Road',
  house: '227',
  city: 'Shanghai',
  accountname: 'John Doe',
  bankcountry: 'CN',
  custom2: 'wechatpay',
  url_return: 'https://yourshop.example/thank_you',
  notification_url: 'https://yourshop.example/notification',
}
const PUBLISHED_H5: Form = {
  amount: '1.23',
  currency: 'USD',
  orderid: 'Payabl-Test',
  language: 'en',
  lastname: '',
  firstname: '',
  email: '',
  customerip: '127.0.0.1',
  custom1: '',
  custom2: 'wechatpayh5',
  custom3: '',
  url_return: 'http://dev-sim-ng.inatec.local/~simdad/InatecResponse/redirect_response.php',
  url_success: 'http://dev-sim-ng.inatec.local/~simdad/InatecResponse/success.php',
  url_failed: 'http://dev-sim-ng.inatec.local/~simdad/InatecResponse/failed.php',
  notification_url: 'https://api.powercash.de/simulation/billing_response.php',
  payment_method: '5',
  accountname: 'Gateway Test',
  bankcountry: 'CN',
}

const NUMBER = String.raw`\d{9}`
const WORD = '[A-Za-z0-9]{32}'

describe('payment_preauthorize', () => {
  test('answers the published desktop request with the published fields, in their order', async () => {
    const world = await payablWorld()
    const text = await world.text(PREAUTHORIZE, PUBLISHED)
    const page = encodeURIComponent(`${world.simulator.url}/wechatpay/S1067/I`)
    expect(text).toMatch(
      new RegExp(
        [
          `^transactionid=(${NUMBER})&transid=\\1&status=0&errormessage=pending&errmsg=pending`,
          '&amount=19.99&price=19.99&currency=EUR&orderid=Payabl-Test&payment_guarantee=',
          `&redirect_url=${page}%3Ftx%3D(\\d{10})%26rs%3D${WORD}%26cs%3D[0-9a-f]{64}`,
          `&fail_reason=&ppro_id=\\2&redirect_secret=${WORD}&user_id=\\d{6}$`,
        ].join(''),
      ),
    )
  })

  test('answers the published H5 request with an address that is not escaped', async () => {
    const world = await payablWorld()
    const text = await world.text(PREAUTHORIZE, PUBLISHED_H5)
    expect(text).toMatch(
      new RegExp(
        [
          `^transactionid=(${NUMBER})&transid=\\1&status=0&errormessage=pending&errmsg=pending`,
          '&amount=1.23&price=1.23&currency=USD&orderid=Payabl-Test&payment_method=5',
          `&redirect_url=${world.simulator.url}/wechatpay/S1067/I\\?tx=(\\d{10})&rs=${WORD}`,
          `&cs=[0-9a-f]{64}&payment_guarantee=&fail_reason=&redirect_secret=${WORD}`,
          '&ppro_id=\\2&user_id=\\d{6}&custom2=wechatpayh5$',
        ].join(''),
      ),
    )
  })

  test.each([
    ['escaped', 'wechatpayh5', false],
    ['unescaped', 'wechatpay', true],
  ] as const)('writes the address %s where it is told to', async (redirectUrl, custom2, raw) => {
    const world = await payablWorld({ redirectUrl })
    const text = await world.text(PREAUTHORIZE, { ...world.payment, custom2 })
    expect(text.includes('&rs=')).toBe(raw)
  })

  test('reads Latin-1, and takes the same orderid twice', async () => {
    const world = await payablWorld()
    await started(world, { accountname: 'Zoë Müller' })
    await started(world)
    expect(world.simulator.books().payments).toHaveLength(2)
  })

  test.each<[Form, string]>([
    [{ amount: '19,99' }, '-6102'],
    [{ amount: '19.9' }, '-6102'],
    [{ amount: '0' }, '-6102'],
    [{ amount: '-1' }, '-6102'],
    [{ currency: 'CNY' }, '-6103'],
    [{ payment_method: '1' }, '-6000'],
    [{ custom2: 'alipay' }, '-6000'],
    [{ accountname: 'Li' }, '-6000'],
    [{ accountname: 'x'.repeat(101) }, '-6000'],
    [{ firstname: '' }, '-6000'],
    [{ lastname: 'x'.repeat(51) }, '-6000'],
    [{ email: 'nobody' }, '-6000'],
    [{ bankcountry: 'China' }, '-6000'],
    [{ orderid: 'x'.repeat(41) }, '-6000'],
    [{ customerip: 'here' }, '-6000'],
    [{ custom2: 'wechatpayh5', customerip: '' }, '-6000'],
    [{ url_success: 'shop.example' }, '-6000'],
    [{ url_failed: `https://x.example/${'x'.repeat(240)}` }, '-6000'],
    [{ notification_url: 'javascript:alert(1)' }, '-6000'],
  ])('refuses %j with %s, and creates nothing', async (change, code) => {
    const world = await payablWorld()
    const answer = await world.call(PREAUTHORIZE, { ...world.payment, ...change })
    expect(answer).toMatchObject({ status: code, transactionid: '' })
    expect(answer['errormessage']).toBe(answer['errmsg'])
    expect(answer['errmsg']).not.toBe('')
    expect(world.simulator.books().payments).toEqual([])
  })

  test.each(['8', '8.50'])('takes the amount %s', async (amount) => {
    const world = await payablWorld()
    expect(await world.call(PREAUTHORIZE, { ...world.payment, amount })).toMatchObject({
      status: '0',
      amount: amount === '8' ? '8.00' : amount,
    })
  })
})

describe('every call', () => {
  test.each<[string, Form]>([
    ['a wrong signature', { signature: '0'.repeat(40) }],
    ['no signature', { signature: '' }],
    ['another merchant', { merchantid: 'other' }],
  ])('with %s is -999', async (_, change) => {
    const world = await payablWorld()
    const named = { merchantid: MERCHANT.merchantId, ...world.payment }
    const { text } = await world.raw(PREAUTHORIZE, { ...named, signature: sign(named), ...change })
    expect(new URLSearchParams(text).get('status')).toBe('-999')
    expect(world.simulator.books().payments).toEqual([])
  })

  test('that WeChat Pay does not have is an illegal command', async () => {
    const world = await payablWorld()
    const id = await paid(world)
    expect(await world.call('payment_reversal', { transactionid: id })).toMatchObject({
      status: '-104',
    })
  })

  test('is refused with the code that it is told', async () => {
    const world = await payablWorld({ refuseWith: '-2400' })
    expect(await world.call(PREAUTHORIZE, world.payment)).toMatchObject({ status: '-2400' })
  })

  test('under a fault plan fails as their transport does, or happens without an answer', async () => {
    const world = await payablWorld()
    world.simulator.faults.set({
      calls: [
        { operation: 'create', fault: 'fail5xx', status: 503 },
        { operation: 'create', fault: 'timeoutAfterSuccess' },
      ],
    })
    const first = await world.raw(PREAUTHORIZE, {})
    expect([first.status, JSON.parse(first.text)]).toMatchObject([503, { httpCode: 503 }])
    world.simulator.faults.set({
      calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }],
    })
    await expect(started(world)).rejects.toThrow('fetch failed')
    expect(world.simulator.books().payments).toMatchObject([{ state: 'open' }])
  })

  test('is forgotten after a reset, and so are changed switches', async () => {
    const world = await payablWorld()
    await started(world)
    world.simulator.configure({ openCode: '0' })
    world.simulator.reset()
    expect(world.simulator.books()).toEqual({ payments: [], refunds: [] })
    expect(world.simulator.behaviour().openCode).toBe('2000')
  })
})
