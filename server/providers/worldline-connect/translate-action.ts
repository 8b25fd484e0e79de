import type { PayParams } from '../../../shared/contract/client-action.ts'
import type { ClientAction } from '../../domain/client-action.ts'
import { ProviderError } from '../errors.ts'
import type { CreatePaymentInput } from '../provider.ts'
import { refused } from './translate.ts'

/** What the payer does next. Throws `unknown`: the payment exists, but cannot be presented. */
export function clientAction(
  fields: ReadonlyMap<string, string>,
  wish: { input: CreatePaymentInput; accountId: string; expiresAtMs: number },
): ClientAction {
  const { input, accountId, expiresAtMs } = wish
  const need = (name: string): string => {
    const value = fields.get(name)
    if (value !== undefined) return value
    throw unusable(accountId, `Worldline's answer has no ${name} for ${input.scene}`)
  }
  switch (input.scene) {
    case 'miniProgram':
    case 'officialAccount': {
      const payParams: PayParams = {
        appId: fields.get('appId') ?? input.payer?.appId ?? need('appId'),
        timeStamp: need('timeStamp'),
        nonceStr: need('nonceStr'),
        package: need('packageSign'),
        signType: signType(fields.get('signType'), accountId),
        paySign: need('paySign'),
      }
      return { kind: 'wechatPay', payParams, expiresAtMs }
    }
    case 'desktopQr': {
      const picture = need('QRCODE').replaceAll(/\s/g, '')
      if (!/^[A-Za-z0-9+/]+=*$/.test(picture)) throw unusable(accountId, 'QRCODE is not base64')
      const image = `data:image/png;base64,${picture}`
      return { kind: 'qrCode', content: null, image, expiresAtMs }
    }
    case 'mobileWeb': {
      const url = need('URLINTENT')
      const opens = /^(?:https?|weixin|intent):/i.test(url) && URL.canParse(url)
      if (!opens) throw unusable(accountId, 'URLINTENT is not an address that opens WeChat')
      return { kind: 'redirect', url, expiresAtMs }
    }
    case 'app': {
      // The documented three under the names of WeChat's app SDK; further fields as they came.
      const renamed = ['WECHAT_PAYMENTID', 'SIGNATURE_NONCE', 'WECHAT_SIGNATURE']
      const [prepayId = '', nonceStr = '', sign = ''] = renamed.map(need)
      const others = [...fields].filter(([name]) => !renamed.includes(name))
      const params = { ...Object.fromEntries(others), prepayId, nonceStr, sign }
      return { kind: 'appPay', params, expiresAtMs }
    }
    case 'paymentCode':
      throw refused(accountId, 'Worldline cannot serve paymentCode')
  }
}

function signType(word: string | undefined, accountId: string): PayParams['signType'] {
  // WeChat's own default, for answers as the product page describes them.
  if (word === undefined) return 'MD5'
  if (word === 'MD5' || word === 'HMAC-SHA256' || word === 'RSA') return word
  throw unusable(accountId, 'Worldline answered with a signType that WeChat does not have')
}

function unusable(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'unknown', accountId, message })
}
