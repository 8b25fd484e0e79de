import { createHash, randomUUID } from 'node:crypto'
import { init, webhooks } from 'connect-sdk-nodejs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAdjustableClock } from '../../../sandbox/clock.ts'
import { demoWorldlineMerchant } from '../../../sandbox/demo-accounts.ts'
import {
  createWorldlineConnect,
  type WorldlineMerchant,
} from '../../../sandbox/providers/worldline-connect/index.ts'
import { createRandom } from '../../../sandbox/random.ts'
import { createWechat } from '../../../sandbox/wechat/index.ts'
import { startSink } from '../../unit/sandbox/core/sink.ts'

/**
 * The vendor's own server SDK drives the simulator: what it signs must be accepted, what it reads
 * must be there, and what we sign must pass its checks. The SDK stamps requests with the real time,
 * so the sandbox runs on it too.
 */
const MID = '20000'
const SEED = 'worldline-sdk'

async function world() {
  const clock = createAdjustableClock()
  const random = createRandom(SEED)
  const wechat = await createWechat({ clock, random })
  const sink = await startSink()
  const hook = { url: sink.url, keyId: 'sdk-key', secret: 'sdk-secret' }
  const merchant = { ...demoWorldlineMerchant(), webhooks: [hook] }
  const simulator = await createWorldlineConnect({
    clock,
    random,
    wechat: wechat.platform,
    walletPay: (prepayId, person) => void wechat.payAs(prepayId, person),
    merchants: [merchant],
  })
  onTestFinished(async () => {
    await Promise.all([simulator.close(), wechat.close(), sink.close()])
    clock.close()
  })
  const openId = wechat.people.openid('li-wei', merchant.wechat.appIds.miniProgram ?? '')
  const pageOpenId = wechat.people.openid('li-wei', merchant.wechat.appIds.javaScriptAPI ?? '')
  const { payments, refunds, services } = sdk(simulator.url, merchant).v1
  return { clock, simulator, merchant, sink, openId, pageOpenId, payments, refunds, services }
}

function sdk(
  url: string,
  { apiKeyId, secretApiKey }: Pick<WorldlineMerchant, 'apiKeyId' | 'secretApiKey'>,
) {
  const { hostname, port } = new URL(url)
  return init({
    integrator: 'wechat-pay-toolkit tests',
    host: hostname,
    scheme: 'http',
    port: Number(port),
    apiKeyId,
    secretApiKey,
  })
}

function request(integrationType: string, openId?: string) {
  return {
    order: {
      amountOfMoney: { amount: 1999, currencyCode: 'USD' },
      customer: { locale: 'zh_CN', billingAddress: { countryCode: 'CN' } },
      references: { merchantReference: 'order-1001', descriptor: 'Tea' },
    },
    fraudFields: { customerIpAddress: '203.0.113.7' },
    redirectPaymentMethodSpecificInput: {
      paymentProductId: 863,
      paymentProduct863SpecificInput: {
        integrationType,
        ...(openId === undefined ? {} : { openId }),
      },
    },
  }
}

async function created(known: Awaited<ReturnType<typeof world>>) {
  const answer = await known.payments.create(MID, request('miniProgram', known.openId))
  if (!answer.isSuccess) throw new Error(`refused: ${JSON.stringify(answer.body)}`)
  return answer.body.payment?.id ?? ''
}

describe('the vendor’s SDK', () => {
  test('connects', async () => {
    const { services } = await world()
    const answer = await services.testconnection(MID)
    expect(answer).toMatchObject({ status: 200, isSuccess: true, body: { result: 'OK' } })
  })

  test.each([
    ['desktopQRCode', ['QRCODE', 'WECHAT_PAYMENTID']],
    ['urlIntent', ['URLINTENT', 'WECHAT_PAYMENTID']],
    ['nativeInApp', ['WECHAT_SIGNATURE', 'SIGNATURE_NONCE', 'WECHAT_PAYMENTID']],
  ])('creates by %s and is shown %j', async (type, keys) => {
    const { payments } = await world()
    const answer = await payments.create(MID, request(type))
    expect(answer).toMatchObject({
      status: 201,
      body: { payment: { status: 'REDIRECTED' }, merchantAction: { actionType: 'SHOW_FORM' } },
    })
    const action = answer.isSuccess ? answer.body.merchantAction : undefined
    expect(action?.showData?.map(({ key }) => key)).toEqual(keys)
    expect(action?.showData?.every(({ value }) => value)).toBe(true)
  })

  test.each(['miniProgram', 'javaScriptAPI'])(
    'creates by %s and gets signed parameters',
    async (type) => {
      const { payments, merchant, openId, pageOpenId } = await world()
      const payer = type === 'miniProgram' ? openId : pageOpenId
      const answer = await payments.create(MID, request(type, payer))
      const action = answer.isSuccess ? answer.body.merchantAction : undefined
      const data = action?.thirdPartyData?.paymentProduct863
      expect(action?.actionType).toBe('CALL_THIRD_PARTY')
      const text = [
        `appId=${data?.appId}`,
        `nonceStr=${data?.nonceStr}`,
        `package=${data?.packageSign}`,
        `signType=${data?.signType}`,
        `timeStamp=${data?.timeStamp}`,
        `key=${merchant.wechat.apiKey}`,
      ].join('&')
      expect(data?.paySign).toBe(createHash('md5').update(text).digest('hex').toUpperCase())
      expect(data?.packageSign).toBe(`prepay_id=${data?.prepayId}`)
    },
  )

  test('is told what is missing, and by a refusal gets the rejected payment', async () => {
    const { payments, simulator, openId } = await world()
    const missing = await payments.create(MID, request('miniProgram'))
    expect(missing).toMatchObject({
      status: 400,
      isSuccess: false,
      body: { errors: [{ propertyName: expect.stringContaining('openId') }] },
    })
    simulator.declineNext(1)
    const declined = await payments.create(MID, request('miniProgram', openId))
    expect(declined).toMatchObject({
      status: 402,
      body: { paymentResult: { payment: { status: 'REJECTED' } } },
    })
  })

  test('follows a payment by number, reference and third-party status', async () => {
    const known = await world()
    const { payments, simulator } = known
    const id = await created(known)
    const statuses = async () => [
      (await payments.get(MID, id)).body,
      (await payments.thirdPartyStatus(MID, id)).body,
      (await payments.find(MID, { merchantReference: 'order-1001' })).body,
    ]
    expect(await statuses()).toMatchObject([
      { id, status: 'REDIRECTED' },
      { thirdPartyStatus: 'WAITING' },
      { totalCount: 1, payments: [{ id, status: 'REDIRECTED' }] },
    ])
    await simulator.pay(id)
    expect(await statuses()).toMatchObject([
      { id, status: 'CAPTURED', paymentOutput: { amountPaid: 1999 } },
      { thirdPartyStatus: 'COMPLETED' },
      { payments: [{ id, status: 'CAPTURED' }] },
    ])
    expect(await payments.get(MID, '1')).toMatchObject({ status: 404, isSuccess: false })
    expect((await payments.find(MID, { merchantReference: 'order-9' })).body).toMatchObject({
      totalCount: 0,
    })
  })

  test('refunds a part, looks it up, and is stopped above the rest', async () => {
    const known = await world()
    const { payments, refunds, simulator, clock } = known
    const id = await created(known)
    const refund = (amount: number) =>
      payments.refund(MID, id, {
        amountOfMoney: { amount, currencyCode: 'USD' },
        refundDate: '20260625',
        refundReferences: { merchantReference: 'rf-1' },
      })
    expect(await refund(500)).toMatchObject({ status: 402, isSuccess: false })
    await simulator.pay(id)
    const answer = await refund(500)
    expect(answer).toMatchObject({ status: 201, body: { status: 'REFUND_REQUESTED' } })
    const refundId = answer.isSuccess ? (answer.body.id ?? '') : ''
    await clock.advance(simulator.behaviour().refundTakesMs)
    simulator.configure({ clockSkewMs: -simulator.behaviour().refundTakesMs })
    expect((await refunds.get(MID, refundId)).body).toMatchObject({
      status: 'REFUNDED',
      refundOutput: { amountOfMoney: { amount: 500 } },
    })
    expect((await payments.refunds(MID, id)).body).toMatchObject({
      refunds: [{ status: 'REJECTED' }, { id: refundId }],
    })
    expect(await refund(1_500)).toMatchObject({
      status: 402,
      body: { refundResult: { status: 'REJECTED' } },
    })
  })

  test('cancels only where the switch allows it', async () => {
    const known = await world()
    const id = await created(known)
    expect(await known.payments.cancel(MID, id)).toMatchObject({ status: 402, isSuccess: false })
    known.simulator.configure({ cancellable: true })
    expect(await known.payments.cancel(MID, id)).toMatchObject({
      status: 200,
      body: { payment: { status: 'CANCELLED' } },
    })
  })

  test('repeats with its idempotence key, and learns the time of the first try', async () => {
    const { payments, simulator, openId } = await world()
    const create = async (key: string) => {
      const context = { idempotence: { key, requestTimestamp: '' } }
      const answer = await payments.create(MID, request('miniProgram', openId), context)
      const id = answer.isSuccess ? answer.body.payment?.id : undefined
      return { id, requestTimestamp: context.idempotence.requestTimestamp }
    }
    const [key, other] = [randomUUID(), randomUUID()]
    const [first, again, another] = [await create(key), await create(key), await create(other)]
    expect(first.requestTimestamp).toBe('')
    expect(again.id).toBe(first.id)
    expect(again.requestTimestamp).toMatch(/^\d{13}$/)
    expect(another.id).not.toBe(first.id)
    expect(another.requestTimestamp).toBe('')
    expect(simulator.books().payments).toHaveLength(2)
  })

  test.each([{ secretApiKey: 'guessed' }, { apiKeyId: 'unknown' }])(
    'with %j is refused with 403 and code 9002',
    async (wrong) => {
      const { simulator, merchant } = await world()
      const answer = await sdk(simulator.url, { ...merchant, ...wrong }).v1.services.testconnection(
        MID,
      )
      expect(answer).toMatchObject({
        status: 403,
        isSuccess: false,
        body: { errors: [{ code: '9002', message: 'MISSING_OR_INVALID_AUTHORIZATION' }] },
      })
    },
  )
})

describe('the vendor’s webhook helper', () => {
  async function delivered() {
    const known = await world()
    const id = await created(known)
    await known.simulator.pay(id)
    await known.simulator.notifications.idle()
    const captured = known.sink.received.find(({ body }) =>
      Buffer.from(body).toString().includes('"payment.captured"'),
    )
    if (!captured) throw new Error('no payment.captured arrived')
    return { id, body: Buffer.from(captured.body), headers: { ...captured.headers } }
  }
  const helper = (secret: string) =>
    webhooks.v1.init({ getSecretKey: async (keyId) => (keyId === 'sdk-key' ? secret : '') })

  test('accepts what the simulator sent, as it arrived', async () => {
    const { id, body, headers } = await delivered()
    const event = await helper('sdk-secret').unmarshal(body, headers)
    expect(event).toMatchObject({
      apiVersion: 'v1',
      type: 'payment.captured',
      merchantId: MID,
      payment: { id, status: 'CAPTURED', paymentOutput: { amountOfMoney: { amount: 1999 } } },
    })
  })

  test('refuses it with one space more, with another key, and forged', async () => {
    const { body, headers } = await delivered()
    const refused = 'failed to validate signature'
    await expect(
      helper('sdk-secret').unmarshal(Buffer.concat([body, Buffer.from(' ')]), headers),
    ).rejects.toThrow(refused)
    await expect(helper('other-secret').unmarshal(body, headers)).rejects.toThrow(refused)
    const known = await world()
    known.simulator.forgePaid(await created(known))
    await known.simulator.notifications.idle()
    const forged = known.sink.received.find(({ body: bytes }) =>
      Buffer.from(bytes).toString().includes('"payment.captured"'),
    )
    await expect(
      helper('sdk-secret').unmarshal(Buffer.from(forged?.body ?? []), { ...forged?.headers }),
    ).rejects.toThrow(refused)
  })
})
