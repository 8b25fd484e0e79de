import { createHash, createHmac, createSign } from 'node:crypto'
import type { SignType } from '../../../../../sandbox/wechat/platform.ts'
import { RSA, V2_KEY } from '../world.ts'

/** The merchant's side: parameters for the cashier, signed as WeChat Pay's documents say. */
export function signParams(options: {
  readonly appId: string
  readonly prepayId: string
  readonly signType: SignType
  readonly timeStamp?: string
}) {
  const { appId, prepayId, signType, timeStamp = '1772323200' } = options
  const nonceStr = 'BpLnfgDsc2WD8F2q'
  const pack = `prepay_id=${prepayId}`
  const v2 =
    `appId=${appId}&nonceStr=${nonceStr}&package=${pack}&signType=${signType}` +
    `&timeStamp=${timeStamp}&key=${V2_KEY}`
  const signs: Record<SignType, () => string> = {
    RSA: () =>
      createSign('sha256')
        .update(`${appId}\n${timeStamp}\n${nonceStr}\n${pack}\n`)
        .sign(RSA.privateKey, 'base64'),
    MD5: () => createHash('md5').update(v2).digest('hex').toUpperCase(),
    'HMAC-SHA256': () => createHmac('sha256', V2_KEY).update(v2).digest('hex').toUpperCase(),
  }
  return { timeStamp, nonceStr, package: pack, signType, paySign: signs[signType]() }
}
