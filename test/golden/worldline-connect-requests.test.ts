import { expect } from 'vitest'
import type { Scene } from '../../shared/payment-status.ts'
import { aReference, aWish, golden, rowsOf } from './golden.ts'
import { worldlineConnect } from './register/worldline-connect.ts'
import { PAYER, paymentIn, showForm, worldlineAnswering } from './worldline-connect.ts'

/** Enough for every scene. */
const FIELDS = {
  QRCODE: 'iVBORw0KGgo=',
  URLINTENT: 'weixin://wap/pay?a=b',
  WECHAT_PAYMENTID: 'wx1',
  WECHAT_SIGNATURE: 's',
  SIGNATURE_NONCE: 'n',
  appId: 'wx7a154c094f74e84f',
  nonceStr: 'n',
  packageSign: 'prepay_id=wx1',
  paySign: 's',
  timeStamp: '1414561699',
  prepayId: 'wx1',
}

async function requestFor(scene: Scene): Promise<unknown> {
  const { provider, sent } = worldlineAnswering([showForm(FIELDS)])
  await provider.createPayment(
    aWish({ scene, payer: PAYER, amount: { value: 1999, currency: 'USD' } }),
  )
  expect(sent[0]?.url).toMatch(/\/v1\/20000\/payments$/)
  return JSON.parse(sent[0]?.text ?? '')
}

const inputOf = (paymentProduct863SpecificInput: object) => ({
  redirectPaymentMethodSpecificInput: { paymentProduct863SpecificInput },
})

/** The values as the page prints them, with its own words for the places. */
const VALUES = {
  'desktopQRCode - Desktop': 'desktopQr',
  'urlIntent - Mobile': 'mobileWeb',
  'nativeInApp - Native inApplication': 'app',
  'javaScriptAPI - Official Account': 'officialAccount',
  'miniProgram - Mini Program': 'miniProgram',
} as const satisfies Record<string, Scene>
const WAYS = ['QR-code', 'URL-intent', 'In-App', 'JavaScript API', 'Mini Programs']

golden(worldlineConnect, 'worldline-connect-requests', {
  'Integration types: five ways to pay': () => {
    const rows = rowsOf('worldline-connect/integration-types.txt')
    expect(rows.map((row) => /^- ([^:]+):/.exec(row)?.[1])).toEqual(WAYS)
    const { provider } = worldlineAnswering([])
    expect(provider.capabilities.scenes.toSorted()).toEqual(Object.values(VALUES).toSorted())
  },

  'integrationType: the allowed values': async () => {
    const rows = rowsOf('worldline-connect/integration-type-values.txt')
    expect(rows).toEqual(Object.keys(VALUES).map((value) => `- ${value}`))
    for (const [row, scene] of Object.entries(VALUES)) {
      const [integrationType] = row.split(' ')
      expect(await requestFor(scene)).toMatchObject(inputOf({ integrationType }))
    }
  },

  'productId 863 and paymentProduct863SpecificInput': async () => {
    expect(await requestFor('desktopQr')).toMatchObject({
      redirectPaymentMethodSpecificInput: {
        paymentProductId: 863,
        paymentProduct863SpecificInput: { integrationType: 'desktopQRCode' },
      },
    })
  },

  'fraudFields.customerIpAddress': async () => {
    for (const scene of Object.values(VALUES)) {
      const fraudFields = { customerIpAddress: '203.0.113.7' }
      expect(await requestFor(scene)).toMatchObject({ fraudFields })
    }
  },

  'Poll once every three seconds': async () => {
    const { provider, sent } = worldlineAnswering([paymentIn('CAPTURED')])
    expect(provider.capabilities.query).toEqual({ rule: 'poll', intervalMs: 3_000 })
    const payment = aReference({
      providerPaymentId: '000000850010000188180000200001',
      amount: { value: 1999, currency: 'USD' },
    })
    expect(await provider.queryPayment(payment)).toMatchObject({
      status: 'paid',
      amount: { value: 1999, currency: 'USD' },
    })
    expect(sent[0]?.url).toMatch(/\/payments\/000000850010000188180000200001$/)
  },

  'COMPLETED does not indicate that the payment was successful': async () => {
    const { provider } = worldlineAnswering([paymentIn('COMPLETED')])
    const payment = aReference({ providerPaymentId: '000000850010000188180000200001' })
    const fact = await provider.queryPayment(payment)
    expect(fact).toMatchObject({ status: 'pending', unknownStatus: true })
  },
})
