import { init } from 'connect-sdk-nodejs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSandbox } from '../../../sandbox/index.ts'

/** The vendor's own SDK on the hosted pages and on the third-party status; it runs on real time. */

async function world() {
  const sandbox = await createSandbox({ seed: 'worldline-sdk-pages' })
  onTestFinished(() => sandbox.close())
  const [merchant] = sandbox.worldline.merchants()
  if (!merchant) throw new Error('the sandbox has no merchant')
  const { merchantId, apiKeyId, secretApiKey } = merchant
  const { hostname, port } = new URL(sandbox.worldline.url)
  const sdk = init({
    integrator: 'wechat-pay-toolkit tests',
    host: hostname,
    scheme: 'http',
    port: Number(port),
    apiKeyId,
    secretApiKey,
  })
  return { simulator: sandbox.worldline, merchantId, ...sdk.v1 }
}

const order = {
  amountOfMoney: { amount: 1999, currencyCode: 'USD' },
  customer: { locale: 'zh_CN', billingAddress: { countryCode: 'CN' } },
  references: { merchantReference: 'order-1001', descriptor: 'Tea' },
}
const page = (products: number[]) => ({
  order,
  hostedCheckoutSpecificInput: {
    locale: 'zh_CN',
    showResultPage: false,
    returnUrl: 'https://shop.example/return',
    paymentProductFilters: { restrictTo: { groups: [], products } },
  },
})

describe('the vendor’s SDK', () => {
  test('opens a hosted checkout, and hears of the payment once it is paid', async () => {
    const { hostedcheckouts, simulator, merchantId } = await world()
    const created = await hostedcheckouts.create(merchantId, page([863]))
    if (!created.isSuccess) throw new Error(JSON.stringify(created.body))
    const { partialRedirectUrl, RETURNMAC } = created.body
    const hostedCheckoutId = created.body.hostedCheckoutId ?? ''
    expect(RETURNMAC).toBeTruthy()
    expect((await hostedcheckouts.get(merchantId, hostedCheckoutId)).body).toMatchObject({
      status: 'IN_PROGRESS',
    })
    expect((await fetch(`http://${partialRedirectUrl}`)).status).toBe(200)
    await simulator.pay('order-1001')
    expect((await hostedcheckouts.get(merchantId, hostedCheckoutId)).body).toMatchObject({
      status: 'PAYMENT_CREATED',
      createdPaymentOutput: {
        payment: { status: 'CAPTURED', paymentOutput: { amountOfMoney: { amount: 1999 } } },
      },
    })
  })

  test('is refused one without WeChat Pay, and one that is somebody else’s', async () => {
    const { hostedcheckouts, merchantId } = await world()
    expect(await hostedcheckouts.create(merchantId, page([840]))).toMatchObject({ status: 400 })
    expect(await hostedcheckouts.get(merchantId, 'unknown')).toMatchObject({ status: 404 })
  })

  test('reads the third-party status before and after the payer has paid', async () => {
    const { payments, simulator, merchantId } = await world()
    const created = await payments.create(merchantId, {
      order,
      fraudFields: { customerIpAddress: '203.0.113.7' },
      redirectPaymentMethodSpecificInput: {
        paymentProductId: 863,
        paymentProduct863SpecificInput: { integrationType: 'desktopQRCode' },
      },
    })
    const id = created.isSuccess ? (created.body.payment?.id ?? '') : ''
    const asked = async () => (await payments.thirdPartyStatus(merchantId, id)).body
    expect(await asked()).toEqual({ thirdPartyStatus: 'WAITING' })
    await simulator.pay(id)
    expect(await asked()).toEqual({ thirdPartyStatus: 'COMPLETED' })
  })
})
