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
  48001: 'api unauthorized',
  10060001: '支付单不存在',
  10060002: '支付单已完成发货，无法继续发货',
  10060003: '支付单已使用重新发货机会',
  10060004: '支付单处于不可发货的状态',
  10060005: '物流类型有误',
  10060006: '非快递发货时不允许分拆发货',
  10060007: '分拆发货模式下必须填写 is_all_delivered',
  10060008: '商品描述 item_desc 不能为空',
  10060009: '商品描述 item_desc 太长',
  10060012: '系统错误',
  10060014: '参数错误',
  10060023: '发货信息未更新',
  10060024: '物流信息列表太长',
  10060025: '物流公司编码太长',
  10060026: '物流单号太长',
  10060031: '该笔支付单不属于 openid 所指定的用户',
  268485194: '订单单号类型非法',
  268485195: '微信支付单号不能为空',
  268485196: '商户号不能为空',
  268485197: '商户订单号不能为空',
  268485216: '上传时间非法，请按照 RFC 3339 格式填写',
  268485224: '发货模式非法',
  268485226: '物流单号不能为空',
  268485227: '物流公司编码不能为空',
  268485228: '统一发货模式下物流列表长度必须为 1',
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
