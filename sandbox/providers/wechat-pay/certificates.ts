import { z } from 'zod'
import { ALPHANUMERIC } from '../../random.ts'
import { beijingTime } from './beijing.ts'
import { parseQuery } from './body.ts'
import { Refused } from './errors.ts'
import type { Answer, Call } from './exchange.ts'
import { seal } from './signing.ts'
import type { World } from './world.ts'

const QUERY = z.object({ algorithm_type: z.enum(['RSA', 'SM2', 'ALL']).default('RSA') })

/**
 * /v3/certificates: each certificate encrypted with the APIv3 key. A merchant on a public key alone
 * has none, and is told so with 404.
 */
export function listCertificates(world: World, call: Call): Answer {
  const { apiV3Key, wechatKeys } = call.merchant
  const { algorithm_type: algorithm } = parseQuery(call.request, QUERY)
  if (wechatKeys === 'publicKey') {
    throw new Refused(
      'RESOURCE_NOT_EXISTS',
      '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥',
    )
  }
  if (apiV3Key === null) throw new Refused('INVALID_REQUEST', '请先在商户平台设置APIv3密钥')
  if (algorithm === 'SM2') throw new Refused('RESOURCE_NOT_EXISTS', '无可用的国密平台证书')
  const data = world.keys.certificates().map((certificate) => ({
    serial_no: certificate.serial,
    effective_time: beijingTime(certificate.effectiveAtMs),
    expire_time: beijingTime(certificate.expiresAtMs),
    encrypt_certificate: seal(certificate.certificatePem, {
      apiV3Key,
      nonce: world.random.word(12, ALPHANUMERIC),
      associatedData: 'certificate',
    }),
  }))
  return { json: { data } }
}
