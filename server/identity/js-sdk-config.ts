import { createHash } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import type { JsSdkConfig } from '../../shared/contract/js-sdk.ts'
import type { Ids } from '../platform/ids.ts'
import { chooseApp } from './apps.ts'
import { IdentityError } from './errors.ts'
import type { JsSdkTickets } from './js-sdk-ticket.ts'
import type { WechatApp } from './wechat-client.ts'

/**
 * What `wx.config` wants to hear for one page of ours. Throws IdentityError `pageNotOurs` for any
 * other page, `invalidRequest` for an app that is none of our Official Accounts, and
 * `identityUnavailable`.
 */
export type SignPage = (page: { url: string; appId: string | undefined }) => Promise<JsSdkConfig>

export function createJsSdkConfig(deps: {
  apps: readonly WechatApp[]
  tickets: JsSdkTickets
  ids: Pick<Ids, 'next'>
  clock: Clock
  publicUrl: string
}): SignPage {
  const { apps, tickets, ids, clock, publicUrl } = deps
  return async ({ url, appId }) => {
    const signed = ownPage(url, publicUrl)
    const app = chooseApp(apps, { kind: 'officialAccount', appId })
    const ticket = await tickets.current(app)
    const timestamp = Math.floor(clock.nowMs() / 1_000)
    const nonceStr = ids.next()
    const signature = jsSdkSignature({ ticket, nonceStr, timestamp, url: signed })
    return { appId: app.appId, timestamp, nonceStr, signature }
  }
}

/**
 * SHA-1 over names in lower case, in this order, with raw values: `noncestr` here, though `wx.config`
 * calls it `nonceStr`. Source: developers.weixin.qq.com, "JS-SDK", appendix 1 (as of 2026).
 */
export function jsSdkSignature(signed: {
  ticket: string
  nonceStr: string
  timestamp: number
  url: string
}): string {
  const { ticket, nonceStr, timestamp, url } = signed
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${url}`
  return createHash('sha1').update(text).digest('hex')
}

/** What a browser has in its address bar; anything else would only hide where it leads. */
const PLAIN_ADDRESS = /^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/

/** The address without its fragment, to the letter: WeChat compares it with what the page has. */
function ownPage(url: string, publicUrl: string): string {
  const page = url.replace(/#.*$/s, '')
  const isPlain = PLAIN_ADDRESS.test(page) && URL.canParse(page)
  if (isPlain && isAt(new URL(page), new URL(publicUrl))) return page
  const detail = `Only pages of ${publicUrl} are signed. Send location.href as it is, encoded once.`
  throw new IdentityError({ code: 'pageNotOurs', detail })
}

function isAt(page: URL, own: URL): boolean {
  return page.origin === own.origin && page.username === '' && page.password === ''
}
