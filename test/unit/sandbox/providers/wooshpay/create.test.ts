import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { START_MS } from '../wechat-world.ts'
import {
  ACCOUNT,
  APP_IDS,
  createBody,
  created,
  intent,
  intentSchema,
  SCANNED,
  type WooshpayWorld,
  wooshpayWorld,
} from './world.ts'

function create(world: WooshpayWorld, body: unknown) {
  return world.call('/payment_intents', { body })
}

function problem(param: string, code = 'parameter_missing', status = 400) {
  return { status, json: { error: { type: 'invalid_request_error', code, param } } }
}

function paramsOf({ next_action }: { next_action?: Record<string, unknown> | undefined }) {
  const params = next_action?.['wechat_pay_official_account_params']
  return z.record(z.string(), z.string()).parse(params)
}

describe('a payment is created as on the WeChat Pay page', () => {
  test('for a desktop: the text of a QR code', async () => {
    const world = await wooshpayWorld()
    const wish = { options: { os_type: 'IOS' } }
    const made = await created(world, wish)
    expect(made).toMatchObject({
      id: expect.stringMatching(/^pi_\d{19}$/),
      created: START_MS,
      livemode: false,
      currency: 'CNY',
      amount: 1999,
      status: 'requires_action',
      client_secret: expect.stringMatching(new RegExp(`^${made.id}_secret_\\w{24}$`)),
      next_action: {
        type: 'wechat_pay_display_qr_code',
        wechat_pay_display_qr_code: {
          image_data_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w{9}$/),
        },
      },
      payment_method_types: ['wechat_pay'],
      payment_method_options: {
        wechat_pay: { terminal_type: 'WEB', os_type: 'IOS', client_ip: '203.0.113.7' },
      },
      return_url: 'http://127.0.0.1:3000/return',
      capture_method: 'automatic',
      confirmation_method: 'automatic',
    })
    expect(await intent(world, made.id)).toEqual(made)
  })

  test('for a phone’s browser: an address with the way back in it', async () => {
    const world = await wooshpayWorld()
    const { next_action: action } = await created(world, { terminal: 'WAP' })
    expect(action).toMatchObject({ type: 'wechat_pay_redirect_to_web' })
    const url = Object(action?.['wechat_pay_redirect_to_web']).url
    const { pathname, searchParams } = new URL(String(url))
    expect(pathname).toBe('/cgi-bin/mmpayweb-bin/checkmweb')
    expect(searchParams.get('redirect_url')).toBe('http://127.0.0.1:3000/return')
  })

  test('for an Official Account: six signed strings, and no type', async () => {
    const world = await wooshpayWorld()
    const options = { openid: world.openid('officialAccount') }
    const made = await created(world, { terminal: 'OFFICIAL_ACCOUNT', options })
    expect(Object.keys(made.next_action ?? {})).toEqual(['wechat_pay_official_account_params'])
    const { paySign, ...params } = paramsOf(made)
    expect(params['appId']).toBe(APP_IDS.officialAccount)
    const pairs = Object.keys(params).toSorted()
    const text = [...pairs.map((name) => `${name}=${params[name]}`), `key=${ACCOUNT.wechat.apiKey}`]
    const expected = createHash('md5').update(text.join('&')).digest('hex').toUpperCase()
    expect(paySign).toBe(expected)
  })

  test('for a till: nothing to show, and the payer confirms', async () => {
    const world = await wooshpayWorld()
    const made = await created(world, { terminal: 'SCAN_CODE', data: SCANNED })
    expect(made).toMatchObject({ status: 'requires_action' })
    expect(made.next_action).toBeUndefined()
    await world.simulator.pay(made.id, { person: 'anna' })
    expect((await intent(world, made.id)).status).toBe('succeeded')
  })

  test('for a till: paid at once where no password is asked for', async () => {
    const world = await wooshpayWorld({ passwordFreeUpToMinor: 1999 })
    const till = { terminal: 'SCAN_CODE', data: SCANNED }
    expect((await created(world, till)).status).toBe('succeeded')
    const more = await created(world, { ...till, fields: { amount: 2000 } })
    expect(more.status).toBe('requires_action')
    expect((await created(world)).status).toBe('requires_action')
  })

  test.each(['MINI_PROGRAM', 'OFFICIAL_ACCOUNT'] as const)(
    'for a Mini Program under %s, with its own openid',
    async (terminal) => {
      const world = await wooshpayWorld()
      const options = { openid: world.openid('miniProgram') }
      const made = await created(world, { terminal, options })
      expect(paramsOf(made)['appId']).toBe(APP_IDS.miniProgram)
      world.simulator.configure({ miniProgramTerminals: [] })
      const refused = await create(world, createBody({ terminal, options }))
      expect(refused.status).toBe(400)
    },
  )

  test.each(['HMAC-SHA256', 'RSA'] as const)('signed with %s where told so', async (signType) => {
    const world = await wooshpayWorld({ signType })
    const options = { openid: world.openid('officialAccount') }
    const made = await created(world, { terminal: 'OFFICIAL_ACCOUNT', options })
    expect(paramsOf(made)).toMatchObject({ signType, paySign: expect.any(String) })
  })
})

describe('a request is refused', () => {
  const options = 'payment_method_options[wechat_pay]'
  test.each([
    ['no amount', { fields: { amount: undefined } }, problem('amount')],
    ['half an amount', { fields: { amount: 19.99 } }, problem('amount', 'parameter_invalid')],
    ['an amount as text', { fields: { amount: '1999' } }, problem('amount', 'parameter_invalid')],
    ['nothing to pay', { fields: { amount: 0 } }, problem('amount', 'parameter_invalid')],
    ['too much', { fields: { amount: 36_000_001 } }, problem('amount', 'parameter_invalid')],
    ['no currency', { fields: { currency: null } }, problem('currency')],
    ['yen', { fields: { currency: 'JPY' } }, problem('currency', 'parameter_invalid')],
    ['no method', { fields: { payment_method_data: undefined } }, problem('payment_method_data')],
    [
      'a card',
      { data: { type: 'card' } },
      problem('payment_method_data[type]', 'parameter_invalid'),
    ],
    [
      'no options',
      { fields: { payment_method_options: undefined } },
      problem(`${options}[terminal_type]`),
    ],
    [
      'no terminal_type',
      { options: { terminal_type: undefined } },
      problem(`${options}[terminal_type]`),
    ],
    [
      'an unknown terminal_type',
      { terminal: 'TV' },
      problem(`${options}[terminal_type]`, 'parameter_invalid'),
    ],
    ['no client_ip', { options: { client_ip: undefined } }, problem(`${options}[client_ip]`)],
    [
      'a client_ip that is none',
      { options: { client_ip: 'here' } },
      problem(`${options}[client_ip]`, 'parameter_invalid'),
    ],
    ['no openid', { terminal: 'OFFICIAL_ACCOUNT' }, problem(`${options}[openid]`)],
    [
      'an empty openid',
      { terminal: 'OFFICIAL_ACCOUNT', options: { openid: '' } },
      problem(`${options}[openid]`),
    ],
    ['no openid in a Mini Program', { terminal: 'MINI_PROGRAM' }, problem(`${options}[openid]`)],
    [
      'a stranger’s openid',
      { terminal: 'OFFICIAL_ACCOUNT', options: { openid: 'oNobody' } },
      problem(options, 'parameter_invalid'),
    ],
    [
      'no payment_code',
      { terminal: 'SCAN_CODE' },
      problem('payment_method_data[wechat_pay][payment_code]'),
    ],
    [
      'another payment_code',
      { terminal: 'SCAN_CODE', data: { wechat_pay: { payment_code: '281234567890123456' } } },
      problem('payment_method_data[wechat_pay][payment_code]', 'parameter_invalid'),
    ],
    [
      'a long number',
      { fields: { merchant_order_id: 'x'.repeat(65) } },
      problem('merchant_order_id', 'parameter_invalid'),
    ],
    [
      'a manual capture',
      { fields: { capture_method: 'manual' } },
      problem('capture_method', 'parameter_invalid'),
    ],
  ])('with %s', async (_, wish, expected) => {
    const world = await wooshpayWorld()
    expect(await create(world, createBody(wish))).toMatchObject(expected)
    expect(world.simulator.books().payments).toEqual([])
  })

  test.each(['', 'amount=20&currency=CNY', '[]', 'null'])('with the body %j', async (body) => {
    const world = await wooshpayWorld()
    expect((await create(world, body)).status).toBe(400)
  })
})

describe('a payment in two steps', () => {
  test('waits for its method, then for its confirmation, then for the payer', async () => {
    const world = await wooshpayWorld()
    const bare = await create(world, { amount: 20, currency: 'usd' })
    const { id } = intentSchema.parse(bare.json)
    expect(bare.json).toMatchObject({ status: 'requires_payment_method', currency: 'USD' })
    const confirm = `/payment_intents/${id}/confirm`
    expect(await world.call(confirm, { body: {} })).toMatchObject(problem('payment_method_data'))
    const { payment_method_data, payment_method_options } = createBody()
    const body = { payment_method_data, payment_method_options }
    expect((await world.call(confirm, { body })).json).toMatchObject({ status: 'requires_action' })
    expect(await world.call(confirm, { body })).toMatchObject({
      status: 400,
      json: { error: { code: 'payment_intent_unexpected_state' } },
    })
    const named = createBody({ fields: { confirm: false } })
    expect((await create(world, named)).json).toMatchObject({ status: 'requires_confirmation' })
  })

  test('takes new words, and keeps its sum', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world, { fields: { metadata: { a: '1' } } })
    const body = { description: 'Cup', metadata: { b: '2' }, amount: 1 }
    expect((await world.call(`/payment_intents/${id}`, { body })).json).toMatchObject({
      description: 'Cup',
      metadata: { a: '1', b: '2' },
      amount: 1999,
    })
  })
})
