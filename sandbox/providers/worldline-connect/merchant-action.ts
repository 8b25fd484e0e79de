import { generateKeyPairSync } from 'node:crypto'
import { qrPng } from '../../png.ts'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import type { Prepay, TradeType } from '../../wechat/platform.ts'
import { type Signing, signApp, signJsapi } from '../wechat-pay-sign.ts'
import type { IntegrationType, WorldlineBehaviour, WorldlineMerchant } from './options.ts'

export const TRADE_TYPES: Readonly<Record<IntegrationType, TradeType>> = {
  desktopQRCode: 'NATIVE',
  urlIntent: 'MWEB',
  nativeInApp: 'APP',
  javaScriptAPI: 'JSAPI',
  miniProgram: 'JSAPI',
}

export interface ActionInput {
  readonly integrationType: IntegrationType
  readonly prepay: Prepay
  readonly appId: string
  readonly mchId: string
  readonly signing: Signing
  readonly behaviour: WorldlineBehaviour
  readonly random: Random
  readonly nowMs: number
}

/**
 * What the merchant is told to do next. WeChat Pay product page (integration types and their show
 * data), server SDK (ThirdPartyData).
 */
export function merchantAction(input: ActionInput): object {
  const { integrationType, prepay } = input
  const paymentId = ['WECHAT_PAYMENTID', prepay.prepayId] as const
  if (integrationType === 'desktopQRCode') {
    const png = qrPng(prepay.codeUrl ?? '')
    return showForm([['QRCODE', Buffer.from(png).toString('base64')], paymentId])
  }
  if (integrationType === 'urlIntent') {
    return showForm([['URLINTENT', prepay.h5Url ?? ''], paymentId])
  }
  if (integrationType === 'nativeInApp') return inAppAction(input)
  const data = payParams(input)
  if (input.behaviour.jsapiAction === 'SHOW_FORM') return showForm(Object.entries(data))
  return { actionType: 'CALL_THIRD_PARTY', thirdPartyData: { paymentProduct863: data } }
}

/** The key that signs for the merchant, and that the cashier verifies with. */
export function signingOf(merchant: WorldlineMerchant, behaviour: WorldlineBehaviour): Signing {
  const { signType } = behaviour
  if (signType !== 'RSA') return { signType, key: merchant.wechat.apiKey }
  return { signType, key: merchant.wechat.privateKeyPem ?? newPrivateKey() }
}

function payParams(input: ActionInput): Record<string, string> {
  const { appId, prepay, signing, behaviour } = input
  const { nonceStr, timeStamp } = freshWords(input)
  const paySign = signJsapi({ appId, timeStamp, nonceStr, prepayId: prepay.prepayId, signing })
  return {
    appId,
    nonceStr,
    packageSign: `prepay_id=${prepay.prepayId}`,
    paySign,
    prepayId: prepay.prepayId,
    ...(behaviour.signTypeGiven ? { signType: signing.signType } : {}),
    timeStamp,
  }
}

function inAppAction(input: ActionInput): object {
  const { appId, mchId, prepay, signing } = input
  const { nonceStr, timeStamp } = freshWords(input)
  const { prepayId } = prepay
  const signature = signApp({ appId, mchId, timeStamp, nonceStr, prepayId, signing })
  return showForm([
    ['WECHAT_SIGNATURE', signature],
    ['SIGNATURE_NONCE', nonceStr],
    ['WECHAT_PAYMENTID', prepayId],
  ])
}

function freshWords({ random, nowMs }: ActionInput) {
  return {
    nonceStr: random.word(32, ALPHANUMERIC),
    timeStamp: String(Math.floor(nowMs / 1000)),
  }
}

function showForm(data: readonly (readonly [key: string, value: string])[]): object {
  return { actionType: 'SHOW_FORM', showData: data.map(([key, value]) => ({ key, value })) }
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
