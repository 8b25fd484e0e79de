import { generateKeyPairSync } from 'node:crypto'
import { ALPHANUMERIC, type Random } from '../../random.ts'
import type { Prepay, TradeType } from '../../wechat/platform.ts'
import { type Signing, signJsapi } from '../wechat-pay-sign.ts'
import type { TerminalType, WooshpayAccount, WooshpayBehaviour } from './options.ts'

/** How each terminal orders at WeChat; the till's order is one that nobody scans. */
export const TRADE_TYPES: Readonly<Record<TerminalType, TradeType>> = {
  WEB: 'NATIVE',
  WAP: 'MWEB',
  SCAN_CODE: 'NATIVE',
  OFFICIAL_ACCOUNT: 'JSAPI',
  MINI_PROGRAM: 'JSAPI',
}

interface ActionInput {
  readonly terminal: TerminalType
  readonly prepay: Prepay
  readonly appId: string
  readonly signing: Signing
  readonly returnUrl: string | null
  readonly random: Random
  readonly nowMs: number
}

/** What the merchant is told to do next; the till has nothing to show. WeChat Pay page, samples. */
export function nextAction(input: ActionInput): Readonly<Record<string, unknown>> | null {
  const { terminal, prepay } = input
  switch (terminal) {
    case 'WEB':
      return {
        type: 'wechat_pay_display_qr_code',
        wechat_pay_display_qr_code: { image_data_url: prepay.codeUrl },
      }
    case 'WAP':
      return {
        type: 'wechat_pay_redirect_to_web',
        wechat_pay_redirect_to_web: { url: h5Address(prepay, input.returnUrl) },
      }
    case 'SCAN_CODE':
      return null
    case 'OFFICIAL_ACCOUNT':
    case 'MINI_PROGRAM':
      // The published sample has no type here.
      return { wechat_pay_official_account_params: payParams(input) }
  }
}

/** The key that signs for the merchant, and that the cashier verifies with. */
export function signingOf({ wechat }: WooshpayAccount, { signType }: WooshpayBehaviour): Signing {
  if (signType !== 'RSA') return { signType, key: wechat.apiKey }
  return { signType, key: wechat.privateKeyPem ?? newPrivateKey() }
}

function h5Address({ h5Url }: Prepay, returnUrl: string | null): string {
  const url = h5Url ?? ''
  return returnUrl === null ? url : `${url}&redirect_url=${encodeURIComponent(returnUrl)}`
}

function payParams({ appId, prepay, signing, random, nowMs }: ActionInput) {
  const { prepayId } = prepay
  const nonceStr = random.word(32, ALPHANUMERIC)
  const timeStamp = String(Math.floor(nowMs / 1_000))
  return {
    appId,
    timeStamp,
    nonceStr,
    signType: signing.signType,
    paySign: signJsapi({ appId, timeStamp, nonceStr, prepayId, signing }),
    package: `prepay_id=${prepayId}`,
  }
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
