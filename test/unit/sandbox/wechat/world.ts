import { generateKeyPairSync } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createRandom } from '../../../../sandbox/random.ts'
import type { WechatApp } from '../../../../sandbox/wechat/apps.ts'
import { createWechat, type WechatOptions } from '../../../../sandbox/wechat/index.ts'
import type { PrepayOrder } from '../../../../sandbox/wechat/platform.ts'

export const SEED = 'wechat-unit'
export const START_MS = Date.parse('2026-03-01T00:00:00Z')

export const MINI: WechatApp = {
  appId: 'wx1111111111111111',
  kind: 'miniProgram',
  secret: 'mini-secret',
  name: 'Tea',
  oauthDomains: [],
  openPlatform: 'tea',
}
export const PAGE: WechatApp = {
  appId: 'wx2222222222222222',
  kind: 'officialAccount',
  secret: 'page-secret',
  name: 'Tea OA',
  oauthDomains: ['shop.example.com', '127.0.0.1'],
  openPlatform: 'tea',
}
export const V2_KEY = '192006250b4c09247ec02edce69f6a2d'
export const MERCHANT = { mchId: '1900000109', name: '小茶铺' }

export const RSA = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

/** A whole WeChat on a virtual clock, closed when the test ends. Its seed is `SEED`. */
export async function startWechat(options: Partial<WechatOptions> = {}) {
  const clock = new VirtualClock(START_MS)
  const wechat = await createWechat({
    clock,
    random: createRandom(SEED),
    apps: [MINI, PAGE],
    merchants: [MERCHANT],
    ...options,
  })
  onTestFinished(() => wechat.close())
  return { wechat, clock }
}

/** An order of 19.99 CNY by the v2 key, and the list of what its provider heard. */
export function order(changes: Partial<PrepayOrder> = {}) {
  const heard: string[] = []
  const placed: PrepayOrder = {
    tradeType: 'NATIVE',
    appId: MINI.appId,
    mchId: MERCHANT.mchId,
    signing: { signType: 'MD5', key: V2_KEY },
    amount: { value: 1999, currency: 'CNY' },
    description: 'Longjing tea',
    onPaid: ({ walletAmount }) => heard.push(`paid ${walletAmount.value}`),
    onFailedTry: (reason) => heard.push(reason),
    ...changes,
  }
  return { placed, heard }
}

export async function getJson(url: string): Promise<unknown> {
  return JSON.parse(await (await fetch(url)).text())
}

export async function postJson(url: string, body: unknown) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return { status: response.status, answer }
}
