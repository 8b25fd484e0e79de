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
