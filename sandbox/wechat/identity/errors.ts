/** The `errmsg` that goes with each `errcode`; WeChat's global code list, English texts. */
const ERRMSG: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40013: 'invalid appid',
  40029: 'invalid code',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40226: 'code blocked',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, mustslower, retry next minute',
  47001: 'data format error',
}

/** WeChat's way to say no: HTTP 200 and this body. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly errcode: number
  constructor(errcode: number, errmsg = ERRMSG[errcode] ?? 'unknown error') {
    super(errmsg)
    this.errcode = errcode
  }
}
