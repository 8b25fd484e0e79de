import { createPublicKey } from 'node:crypto'
import { money } from '../../../shared/money.ts'
import type { Registry } from '../apps.ts'
import type { People } from '../people.ts'
import { type PrepayOrder, WechatRefusal } from '../platform.ts'

/**
 * Refuses an order where WeChat Pay would. The appId of a NATIVE, MWEB or APP order may be one that
 * only its acquirer knows; JSAPI needs a registered one, because the payer's openid hangs on it.
 */
export function checkOrder(order: PrepayOrder, parts: { registry: Registry; people: People }) {
  checkWords(order)
  checkMerchant(order, parts.registry)
  if (order.tradeType === 'JSAPI') checkPayer(order, parts)
  if (order.tradeType === 'JSAPI' || order.tradeType === 'APP') checkSigningKey(order)
}

function checkWords({ appId, mchId, description, amount }: PrepayOrder): void {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(appId)) throw parameter('appid: 1 to 32 characters')
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(mchId)) throw parameter('mchid: 1 to 32 characters')
  if (description.trim() === '' || description.length > 127) {
    throw parameter('description: 1 to 127 characters')
  }
  try {
    money(amount.value, amount.currency)
  } catch (error) {
    throw parameter(`amount: ${error instanceof Error ? error.message : 'not an amount'}`)
  }
}

function checkMerchant({ appId, mchId }: PrepayOrder, registry: Registry): void {
  const bound = registry.merchant(mchId)?.appIds
  if (bound !== undefined && !bound.includes(appId)) {
    throw new WechatRefusal('APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配，请检查后再试')
  }
}

function checkPayer({ appId, openid }: PrepayOrder, parts: { registry: Registry; people: People }) {
  if (parts.registry.app(appId) === undefined) throw parameter('appid不存在')
  if (openid === undefined || openid === '') throw parameter('JSAPI支付必须传openid')
  if (parts.people.owner(openid, appId) !== undefined) return
  const elsewhere = parts.registry
    .apps()
    .some((app) => parts.people.owner(openid, app.appId) !== undefined)
  // Both texts are WeChat's own: the first says "appid and openid do not match".
  throw parameter(elsewhere ? 'appid和openid不匹配' : '无效的openid')
}

function checkSigningKey({ signing }: PrepayOrder): void {
  if (signing.key === '') throw new Error('signing.key: the cashier cannot verify without a key')
  if (signing.signType === 'RSA') createPublicKey(signing.key)
}

function parameter(message: string): WechatRefusal {
  return new WechatRefusal('PARAM_ERROR', message)
}
