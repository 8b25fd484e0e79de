import type { SandboxRequest } from '../../http.ts'
import { parameterError, Refused, SUFFIX } from './errors.ts'
import type { WechatKey } from './keys.ts'
import type { WechatPayMerchant } from './options.ts'
import { requestSignatureFits } from './signing.ts'
import type { World } from './world.ts'

/** Who asks, and how the answer is to be signed. */
export interface Access {
  readonly merchant: WechatPayMerchant
  /** The public half of the key that signed: the cashier verifies paySign with it. */
  readonly publicKeyPem: string
  readonly signingKey: WechatKey
}

interface Authorization {
  readonly mchid: string
  readonly nonce_str: string
  readonly signature: string
  readonly timestamp: string
  readonly serial_no: string
}

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const FIELDS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const

/** Headers, merchant, time, certificate, signature, in this order. Throws Refused. */
export function authenticate(world: World, request: SandboxRequest): Access {
  checkHeaders(request)
  const authorization = parseAuthorization(request.headers['authorization'] ?? '')
  const { mchid, serial_no: serialNo, timestamp, nonce_str: nonce, signature } = authorization
  const merchant = world.accounts.find(mchid)
  if (!merchant) {
    throw new Refused('MCH_NOT_EXISTS', `商户号 ${mchid} 不存在`, {
      suffix: SUFFIX.merchantUnavailable,
    })
  }
  checkTime(world, timestamp)
  const certificate = world.accounts.certificate(mchid, serialNo)
  if (!certificate) throw signError('商户证书序列号有误，请使用签名私钥匹配的证书序列号')
  const { method, path, query, body } = request
  const target = query === '' ? path : `${path}?${query}`
  const { publicKeyPem } = certificate
  if (!requestSignatureFits({ method, target, timestamp, nonce, body }, signature, publicKeyPem)) {
    throw signError('错误的签名，验签失败')
  }
  return { merchant, publicKeyPem, signingKey: signingKey(world, merchant, request) }
}

/**
 * The key that signs answers to this merchant: the one its Wechatpay-Serial names, else the kind it
 * has. Throws Refused for a public key that the merchant does not have.
 */
function signingKey(world: World, merchant: WechatPayMerchant, request: SandboxRequest): WechatKey {
  const { keys } = world
  const wanted = request.headers['wechatpay-serial'] ?? ''
  const own = merchant.wechatKeys === 'certificate' ? [] : keys.publicKeys(merchant.mchId)
  const named = own.find(({ serial }) => serial === wanted)
  if (named) return named
  if (wanted.startsWith('PUB_KEY_ID_')) {
    const field = 'Wechatpay-Serial'
    const issue = 'no public key of this merchant'
    throw parameterError({ field, value: wanted, issue, location: 'header' })
  }
  const [newest] = own
  if (merchant.wechatKeys === 'publicKey' && newest) return newest
  const listed = keys.certificates().find(({ serial }) => serial === wanted)
  return listed ?? keys.currentCertificate()
}

function checkHeaders({ headers, method, body }: SandboxRequest): void {
  const { accept = '', 'user-agent': userAgent = '', 'content-type': type = '' } = headers
  if (userAgent === '' || !/application\/json|\*\/\*/.test(accept)) {
    const issue = 'Http头缺少Accept或User-Agent'
    throw parameterError({ field: 'Accept', value: accept, issue, location: 'header' })
  }
  if (method === 'POST' && body.length > 0 && !/^application\/json\s*(;|$)/i.test(type)) {
    const issue = 'Content-Type is application/json'
    throw parameterError({ field: 'Content-Type', value: type, issue, location: 'header' })
  }
}

/** `k="v"` parts separated by commas, each of the five exactly once, in any order. */
function parseAuthorization(header: string): Authorization {
  const scheme = header.slice(0, SCHEME.length + 1)
  if (scheme !== `${SCHEME} `) throw signError(`Authorization: the scheme is ${SCHEME}`)
  const found = new Map<string, string>()
  for (const part of header.slice(scheme.length).split(',')) {
    const [, name, value] = /^\s*(\w+)="([^"]*)"\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined || found.has(name)) {
      throw signError('Authorization: five different parts of the form k="v"')
    }
    found.set(name, value)
  }
  const [mchid, nonce, signature, timestamp, serialNo] = FIELDS.map((name) => found.get(name) ?? '')
  if (!mchid || !nonce || !signature || !timestamp || !serialNo || found.size !== FIELDS.length) {
    throw signError(`Authorization: exactly ${FIELDS.join(', ')}`)
  }
  if (!/^[0-9A-Za-z]{1,32}$/.test(nonce)) throw signError('nonce_str: up to 32 letters and digits')
  return { mchid, nonce_str: nonce, signature, timestamp, serial_no: serialNo }
}

function checkTime(world: World, timestamp: string): void {
  const offMs = Math.abs(world.nowMs() - Number(timestamp) * 1000)
  if (/^\d{10}$/.test(timestamp) && offMs <= world.behaviour().clockToleranceMs) return
  throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟')
}

function signError(message: string): Refused {
  const detail = {
    field: 'Authorization',
    issue: 'sign not match',
    location: 'header',
  } as const
  return new Refused('SIGN_ERROR', message, { suffix: SUFFIX.signature, detail })
}
