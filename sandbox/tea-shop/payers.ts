import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { ShopProblem } from './problems.ts'

const SESSION_MS = 12 * 3_600_000
const TIMEOUT_MS = 10_000
const MOST_SESSIONS = 1_000

/** Who pays, as WeChat knows them in this shop's Mini Program. */
export interface Payer {
  readonly appId: string
  readonly openid: string
}

/** What the owner of a Mini Program has from WeChat's console. */
export interface WechatAccess {
  /** Such as `https://api.weixin.qq.com`. */
  readonly apiUrl: string
  readonly appId: string
  readonly secret: string
}

/** The shop's own login: what a merchant's backend writes to know whose orders it shows. */
export interface PayerDesk {
  /** Trades a code of `wx.login` for a session; answers its token. Throws ShopProblem. */
  logIn(loginCode: string): Promise<string>
  /** Null where the session is over or never was. */
  payerOf(token: string): Payer | null
}

export const loginSchema = z.strictObject({ loginCode: z.string().min(1).max(256) })

/** Of `jscode2session`; `session_key` is not even read. */
const answerSchema = z.object({ openid: z.string().optional(), errcode: z.int().optional() })

/** Sessions live in memory, by the hash of their token. */
export function createPayerDesk(options: { wechat: WechatAccess; clock: Clock }): PayerDesk {
  const { wechat, clock } = options
  const sessions = new Map<string, { payer: Payer; endsAtMs: number }>()
  return {
    async logIn(loginCode) {
      const openid = await askOpenid({ wechat, clock, loginCode })
      const token = randomBytes(24).toString('base64url')
      const endsAtMs = clock.nowMs() + SESSION_MS
      sessions.set(hash(token), { payer: { appId: wechat.appId, openid }, endsAtMs })
      const oldest = sessions.keys().next()
      if (sessions.size > MOST_SESSIONS && !oldest.done) sessions.delete(oldest.value)
      return token
    },
    payerOf(token) {
      const session = sessions.get(hash(token))
      return session && clock.nowMs() < session.endsAtMs ? session.payer : null
    },
  }
}

async function askOpenid(options: {
  wechat: WechatAccess
  clock: Clock
  loginCode: string
}): Promise<string> {
  const { wechat, clock, loginCode } = options
  const url = new URL('/sns/jscode2session', wechat.apiUrl)
  url.search = new URLSearchParams({
    appid: wechat.appId,
    secret: wechat.secret,
    js_code: loginCode,
    grant_type: 'authorization_code',
  }).toString()
  const abort = new AbortController()
  const cancelTimer = clock.setTimer(TIMEOUT_MS, () => abort.abort())
  let body: unknown
  try {
    const response = await fetch(url, { signal: abort.signal })
    body = await response.json()
  } catch (cause) {
    const message = 'WeChat cannot be asked who you are. Try again shortly.'
    throw new ShopProblem({ status: 503, code: 'wechatUnreachable', message, cause })
  } finally {
    cancelTimer()
  }
  const answer = answerSchema.safeParse(body)
  if (answer.success && answer.data.openid) return answer.data.openid
  const message = 'WeChat does not know this login code. Ask wx.login for a new one.'
  throw new ShopProblem({ status: 401, code: 'loginCodeInvalid', message })
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
