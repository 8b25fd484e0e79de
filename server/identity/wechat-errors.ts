import type { ProblemCode } from '../../shared/contract/problem.ts'

/**
 * What WeChat's error numbers mean for a login. `alarm`: our own configuration is wrong, and nobody
 * can log in until an operator mends it. Source: developers.weixin.qq.com, code2Session, web
 * authorisation and the global list of return codes.
 */
interface Meaning {
  readonly code: ProblemCode
  readonly alarm: boolean
  readonly advice: string
}

const ERRORS: Readonly<Record<number, Meaning>> = {
  40029: codeRefused('the login code is invalid or older than five minutes'),
  40163: codeRefused('the login code was used before'),
  42003: codeRefused('the login code is over'),
  41008: codeRefused('the login code is missing'),
  40226: { code: 'payerBlocked', alarm: false, advice: 'WeChat blocks this person as high-risk' },
  45011: { code: 'tooManyRequests', alarm: false, advice: 'more than 100 logins a minute' },
  [-1]: unavailable('WeChat is busy'),
  40013: misconfigured('WeChat does not know this appId'),
  40125: misconfigured('the secret is not that of this appId'),
  40001: misconfigured('the secret is not that of this appId'),
  40164: misconfigured('the address of this server is not on the allow-list of the app'),
  41002: misconfigured('the appId is missing'),
  41004: misconfigured('the secret is missing'),
  48001: misconfigured('this account may not use web authorisation'),
  48004: misconfigured('WeChat took this right from the account'),
}

/** The meaning of a number other than 0; one that is not in the table is WeChat's trouble. */
export function meaningOf(errcode: number): Meaning {
  return ERRORS[errcode] ?? unavailable('an error that is not in our table')
}

/**
 * What the same numbers mean where our server calls for itself, with its secret or its access token.
 * Source: developers.weixin.qq.com, getStableAccessToken and the global list of return codes.
 */
export function meaningOfServerCall(errcode: number): Pick<Meaning, 'alarm' | 'advice'> {
  return SERVER_CALLS[errcode] ?? meaningOf(errcode)
}

const SERVER_CALLS: Readonly<Record<number, Pick<Meaning, 'alarm' | 'advice'>>> = {
  40014: { alarm: false, advice: 'WeChat does not take the access token' },
  42001: { alarm: false, advice: 'the access token is over' },
  45009: { alarm: true, advice: 'the calls that WeChat allows in a day are used up' },
  45011: { alarm: false, advice: 'more calls in a minute than WeChat allows' },
  48001: { alarm: true, advice: 'this account may not make this call' },
  50002: { alarm: true, advice: 'WeChat has restricted this account' },
  61024: { alarm: true, advice: 'this account is run by a third-party platform' },
}

const TOKEN_REFUSED: ReadonlySet<number> = new Set([40001, 40014, 42001])

/** Whether WeChat refused the access token and not the call: another token may do. */
export function isTokenRefused(errcode: number): boolean {
  return TOKEN_REFUSED.has(errcode)
}

/** WeChat asks for nothing but patience: the same call may work at once. */
export const BUSY = -1
export const CODE_USED = 40163

function codeRefused(advice: string): Meaning {
  return { code: 'loginCodeInvalid', alarm: false, advice }
}

function unavailable(advice: string): Meaning {
  return { code: 'identityUnavailable', alarm: false, advice }
}

function misconfigured(advice: string): Meaning {
  return { code: 'identityUnavailable', alarm: true, advice }
}
