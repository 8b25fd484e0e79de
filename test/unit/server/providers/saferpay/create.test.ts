import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failure.ts'
import { aConfig, aWish, connect, END_MS, INITIALIZED, refused, TOKEN } from './fixture.ts'

const initialized = { Initialize: [{ json: INITIALIZED }] }

describe('a payment on Saferpay’s Payment Page', () => {
  test('is asked for as the specification’s example shows', async () => {
    const { provider, calls, peer } = await connect(initialized)
    await provider.createPayment(aWish())
    const [call] = calls()
    expect(peer.heard).toHaveLength(1)
    expect(call?.path).toBe('/api/Payment/v1/PaymentPage/Initialize')
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      accept: 'application/json',
      authorization: `Basic ${btoa('API_123456_1:JsonApiPwd1_topsecret')}`,
    })
    const page = 'https://shop.example'
    expect(call?.body).toEqual({
      RequestHeader: {
        SpecVersion: '1.53',
        CustomerId: '123456',
        RequestId: expect.stringMatching(/^[A-Za-z0-9.:_-]{1,50}$/),
        RetryIndicator: 0,
      },
      TerminalId: '12345678',
      Payment: {
        Amount: { Value: '1999', CurrencyCode: 'CHF' },
        OrderId: 'order-1001',
        Description: 'Tea, 2 boxes',
      },
      PaymentMethods: ['WECHATPAY'],
      Payer: { LanguageCode: 'zh', IpAddress: '203.0.113.7' },
      ReturnUrl: { Url: expect.stringContaining(`${page}/return/abc?payment=order-1001&`) },
      Notification: {
        SuccessNotifyUrl: expect.stringContaining(`${page}/v1/notifications/saferpay?payment=`),
        FailNotifyUrl: expect.stringContaining(`${page}/v1/notifications/saferpay?payment=`),
      },
    })
  })

  test('is pending, sends the payer to the page, and keeps the token', async () => {
    const { provider } = await connect(initialized)
    expect(await provider.createPayment(aWish())).toEqual({
      fact: {
        kind: 'payment',
        source: 'create',
        accountId: 'saferpay',
        outTradeNo: 'order-1001',
        providerPaymentId: null,
        status: 'pending',
        amount: null,
        appId: null,
        occurredAtMs: null,
        settlement: null,
        providerStatus: 'INITIALIZED',
        unknownStatus: false,
      },
      clientAction: {
        kind: 'redirect',
        url: INITIALIZED.RedirectUrl,
        expiresAtMs: END_MS,
        singleUse: true,
      },
      providerState: { token: TOKEN, expiresAtMs: String(END_MS) },
    })
  })

  test('has notification addresses that nobody can guess and that differ', async () => {
    const { provider, peer } = await connect(initialized)
    await provider.createPayment(aWish())
    const { Notification, ReturnUrl } = JSON.parse(peer.last().body)
    const urls = [Notification.SuccessNotifyUrl, Notification.FailNotifyUrl, ReturnUrl.Url]
    const tags = urls.map((url) => new URL(url).searchParams.get('tag'))
    expect(new Set(tags).size).toBe(3)
    for (const tag of tags) expect(tag).toMatch(/^[\w-]{43}$/)
  })

  test('speaks English, and tells no address that is not IPv4', async () => {
    const { provider, peer } = await connect(initialized)
    await provider.createPayment(aWish({ locale: 'en', payerIp: '2001:db8::1' }))
    expect(JSON.parse(peer.last().body).Payer).toEqual({ LanguageCode: 'en' })
  })

  test('speaks the one Chinese that it knows to readers of the other', async () => {
    const { provider, peer } = await connect(initialized)
    await provider.createPayment(aWish({ locale: 'zh-TW' }))
    expect(JSON.parse(peer.last().body).Payer).toMatchObject({ LanguageCode: 'zh' })
  })

  test('has its description cut at 1000 characters, never within one', async () => {
    const { provider, peer } = await connect(initialized)
    await provider.createPayment(aWish({ description: `${'茶'.repeat(999)}🍵` }))
    expect(JSON.parse(peer.last().body).Payment.Description).toBe('茶'.repeat(999))
  })

  test('has the same RequestId on every repeat, and another payment another one', async () => {
    const { provider, calls } = await connect(initialized)
    await provider.createPayment(aWish())
    await provider.createPayment(aWish())
    await provider.createPayment(aWish({ outTradeNo: 'order-1002' }))
    const [first, second, other] = calls().map(({ body }) => body.RequestHeader['RequestId'])
    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  test('with an order number of 50 characters is taken: the limit of the WeChat Pay page', async () => {
    const { provider } = await connect(initialized)
    const { fact } = await provider.createPayment(aWish({ outTradeNo: 'o'.repeat(50) }))
    expect(fact.status).toBe('pending')
  })

  test.each([
    ['an order number of 51 characters', { outTradeNo: 'o'.repeat(51) }],
    ['an order number with other letters', { outTradeNo: 'order/1001' }],
    ['a currency that the terminal does not have', { amount: { value: 1, currency: 'USD' } }],
    ['the Mini Program', { scene: 'miniProgram' }],
    ['an Official Account, which is off', { scene: 'officialAccount' }],
    ['an app', { scene: 'app' }],
    ['an address that is too long', { returnUrl: `https://shop.example/${'r'.repeat(1950)}` }],
  ] as const)('is refused before anything is sent for %s', async (_, fields) => {
    const { provider, peer } = await connect(initialized)
    const failure = await failureOf(() => provider.createPayment(aWish(fields)))
    expect(failure.outcome).toBe('rejected')
    expect(peer.heard).toHaveLength(0)
  })

  test('serves Official Accounts only where it is switched on', async () => {
    const { provider } = await connect(initialized, { officialAccount: true, mobileWeb: false })
    expect(provider.capabilities.scenes).toEqual(['officialAccount', 'desktopQr'])
    const { clientAction } = await provider.createPayment(aWish({ scene: 'officialAccount' }))
    expect(clientAction?.kind).toBe('redirect')
    const wish = aWish({ scene: 'mobileWeb' })
    expect((await failureOf(() => provider.createPayment(wish))).outcome).toBe('rejected')
  })

  test.each([
    ['RETRY', 'notSent', null],
    ['RETRY_LATER', 'notSent', 60_000],
    ['DO_NOT_RETRY', 'rejected', null],
    ['OTHER_MEANS', 'rejected', null],
  ])('that is refused with %s is %s', async (Behavior, outcome, retryAfterMs) => {
    const answer = refused('PAYMENTMEANS_INVALID', { Behavior })
    const { provider } = await connect({ Initialize: [answer] })
    const failure = await failureOf(() => provider.createPayment(aWish()))
    expect(failure).toMatchObject({ outcome, retryAfterMs, providerCode: 'PAYMENTMEANS_INVALID' })
  })

  test('is sent once more where Saferpay says RETRY: same RequestId, next RetryIndicator', async () => {
    const passing = refused('PAYMENTMEANS_INVALID', { Behavior: 'RETRY' })
    const { provider, calls } = await connect({ Initialize: [passing, { json: INITIALIZED }] })
    expect((await provider.createPayment(aWish())).fact.status).toBe('pending')
    const headers = calls().map(({ body }) => body.RequestHeader)
    expect(headers.map(({ RetryIndicator }) => RetryIndicator)).toEqual([0, 1])
    expect(new Set(headers.map(({ RequestId }) => RequestId)).size).toBe(1)
  })

  test('says what to do where WeChat Pay is not active', async () => {
    const { provider } = await connect({ Initialize: [refused('NO_CONTRACT')] })
    const failure = await failureOf(() => provider.createPayment(aWish()))
    expect(failure.message).toContain('not active on the terminal')
  })

  test('offers no closing: an unpaid page lapses', async () => {
    const { provider } = await connect({})
    expect('closePayment' in provider).toBe(false)
    expect(provider.capabilities).toEqual({
      scenes: ['desktopQr', 'mobileWeb'],
      currencies: aConfig().currencies,
      amount: { minMinor: 1, maxMinor: 999_999_999_999_999 },
      query: { rule: 'onEvent' },
      idempotency: 'lookup',
      refunds: { partial: true, repeated: true, windowMs: 31_536_000_000, keyMemoryMs: null },
      settlement: ['day'],
      paymentLifetimeMs: 3_600_000,
      needsOpenid: [],
    })
  })
})
