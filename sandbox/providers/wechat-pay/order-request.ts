import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { money } from '../../../shared/money.ts'
import type { SandboxRequest } from '../../http.ts'
import { canonical, parseBody } from './body.ts'
import { parameterError, Refused, SUFFIX } from './errors.ts'
import type { Family, OrderRequest, OrderType, Owner } from './ledger.ts'
import type { WechatPayBehaviour, WechatPayMerchant } from './options.ts'
import { type Mode, type OrderBody, orderSchema } from './order-fields.ts'

export interface OrderForm {
  readonly family: Family
  readonly mode: Mode
  readonly tradeType: OrderType
}

/** The order that a request asks for. Throws Refused for whatever is wrong with the request itself. */
export function readOrder(
  request: SandboxRequest,
  form: OrderForm,
  rules: { readonly merchant: WechatPayMerchant; readonly behaviour: WechatPayBehaviour },
): OrderRequest {
  const body = parseBody(request, orderSchema(form))
  const owner = ownerOf(body, form.mode, rules.merchant)
  checkApps(body, owner, rules.merchant)
  checkAddresses(body, form, rules.behaviour)
  const { attach = null, notify_url: url = null, time_expire: expiry } = body
  return {
    ...form,
    owner,
    outTradeNo: body.out_trade_no,
    description: body.description,
    amount: money(body.amount.total, body.amount.currency ?? 'CNY'),
    notifyUrl: url,
    attach,
    deviceId: body.scene_info?.device_id ?? null,
    timeExpireMs: expiry === undefined ? null : Date.parse(expiry),
    identity: identityOf(body),
    ...payerOf(body),
    fingerprint: `${form.tradeType} ${canonical(body)}`,
  }
}

/** Whom numbers belong to. Throws Refused where the signer speaks for somebody else. */
export function ownerOf(
  body: Pick<OrderBody, 'mchid' | 'sp_mchid' | 'sub_mchid'>,
  mode: Mode,
  merchant: WechatPayMerchant,
): Owner {
  const mchId = (mode === 'direct' ? body.mchid : body.sp_mchid) ?? ''
  if (mchId !== merchant.mchId) {
    throw new Refused('INVALID_REQUEST', '商户号与请求签名的商户号不一致', {
      suffix: SUFFIX.merchantMismatch,
    })
  }
  if (mode === 'direct') return { mchId, subMchId: null }
  const subMchId = body.sub_mchid ?? ''
  const known = merchant.subMerchants?.some((sub) => sub.mchId === subMchId)
  if (!known) throw new Refused('NO_AUTH', '特约商户与服务商没有受理关系')
  return { mchId, subMchId }
}

function checkApps(body: OrderBody, owner: Owner, merchant: WechatPayMerchant): void {
  const own = body.appid ?? body.sp_appid ?? ''
  if (!merchant.appIds.includes(own)) throw appMismatch(own)
  const { sub_appid: sub } = body
  if (sub === undefined) {
    if (body.payer?.sub_openid === undefined) return
    const field = '/sub_appid'
    throw parameterError({ field, issue: 'sub_openid needs sub_appid', location: 'body' })
  }
  const bound = merchant.subMerchants?.find(({ mchId }) => mchId === owner.subMchId)?.appIds ?? []
  if (!bound.includes(sub)) throw appMismatch(sub)
}

function appMismatch(appId: string): Refused {
  return new Refused('APPID_MCHID_NOT_MATCH', `商户号和appid ${appId} 没有绑定关系`, {
    suffix: SUFFIX.appMismatch,
  })
}

const NOT_PUBLIC = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  NOT_PUBLIC.addSubnet(net, prefix)
}
NOT_PUBLIC.addAddress('::1', 'ipv6')
NOT_PUBLIC.addSubnet('fc00::', 7, 'ipv6')
NOT_PUBLIC.addSubnet('fe80::', 10, 'ipv6')

function checkAddresses(body: OrderBody, form: OrderForm, behaviour: WechatPayBehaviour): void {
  if (body.notify_url !== undefined) checkNotifyUrl(body.notify_url, behaviour)
  const address = body.scene_info?.payer_client_ip
  const asks = behaviour.strictIpAddress && form.tradeType === 'MWEB'
  if (asks && address !== undefined && isPrivate(address)) {
    const field = '/scene_info/payer_client_ip'
    throw parameterError({ field, value: address, issue: 'not a public address', location: 'body' })
  }
}

/** Throws Refused for an address that WeChat could not reach, where that is asked for. */
export function checkNotifyUrl(value: string, { strictNotifyUrl }: WechatPayBehaviour): void {
  if (!strictNotifyUrl) return
  const { protocol, hostname } = new URL(value)
  const host = hostname.replaceAll(/^\[|\]$/g, '')
  if (protocol === 'https:' && host !== 'localhost' && !isPrivate(host)) return
  throw parameterError({ field: '/notify_url', value, issue: 'https and public', location: 'body' })
}

function isPrivate(host: string): boolean {
  if (isIPv4(host)) return NOT_PUBLIC.check(host)
  return isIPv6(host) && NOT_PUBLIC.check(host, 'ipv6')
}

const IDENTITY_FIELDS = [
  'appid',
  'mchid',
  'sp_appid',
  'sp_mchid',
  'sub_appid',
  'sub_mchid',
] as const

function identityOf(body: OrderBody): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const name of IDENTITY_FIELDS) {
    const value = body[name]
    if (value !== undefined) fields[name] = value
  }
  return fields
}

/** The cashier opens in the app that the named openid belongs to. */
function payerOf(body: OrderBody): Pick<OrderRequest, 'payer' | 'payingAppId' | 'openid'> {
  const { openid, sp_openid: sp, sub_openid: sub } = body.payer ?? {}
  const own = body.appid ?? body.sp_appid ?? ''
  if (sub !== undefined) {
    return { payer: { sub_openid: sub }, payingAppId: body.sub_appid ?? own, openid: sub }
  }
  if (sp !== undefined) return { payer: { sp_openid: sp }, payingAppId: own, openid: sp }
  if (openid !== undefined) return { payer: { openid }, payingAppId: own, openid }
  return { payer: null, payingAppId: own, openid: null }
}
