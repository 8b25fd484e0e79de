export type Surface = 'miniProgram' | 'officialAccount'

/** Exactly what the callback of the surface receives. */
export type SurfaceResult =
  | { readonly errMsg: string }
  | { readonly err_msg: string; readonly err_desc?: string }

/** Why WeChat does not open its cashier, or does not let the payer finish. */
export interface Refusal {
  readonly result: SurfaceResult | null
  /** The dialog that the payer reads before the callback is called. */
  readonly dialog?: string
}

export function okResult(surface: Surface): SurfaceResult {
  return surface === 'miniProgram'
    ? { errMsg: 'requestPayment:ok' }
    : { err_msg: 'get_brand_wcpay_request:ok' }
}

export function cancelResult(surface: Surface): SurfaceResult {
  return surface === 'miniProgram'
    ? { errMsg: 'requestPayment:fail cancel' }
    : { err_msg: 'get_brand_wcpay_request:cancel' }
}

/** A field is missing or is no string. The Mini Program hears it as text, the page by a dialog. */
export function wrongParameter(surface: Surface, name: string, value: unknown): Refusal {
  if (surface === 'miniProgram') {
    const text = `parameter.${name} should be String instead of ${typeName(value)};`
    return { result: { errMsg: `requestPayment:fail parameter error: ${text}` } }
  }
  return failed(surface, `调用支付JSAPI缺少参数：${name}`)
}

/** The prepay_id is unknown, expired, empty, or was ordered for another appId. */
export function lostPrepay(surface: Surface): Refusal {
  return dismissed(surface, '调用支付JSAPI缺少参数：total_fee')
}

/** A Mini Program reports a bad signature as a cancel, once the dialog is gone; a page as a failure. */
export function badSignature(surface: Surface): Refusal {
  const dialog = '支付验证签名失败'
  return surface === 'miniProgram' ? dismissed(surface, dialog) : failed(surface, dialog)
}

/** The order was made for another trade type, or this is not the place to pay it. */
export function wrongScene(surface: Surface): Refusal {
  return failed(surface, '支付场景非法')
}

export function wrongPayer(surface: Surface): Refusal {
  return dismissed(surface, '下单账号与支付账号不一致，请核实后再支付')
}

export function unregisteredUrl(surface: Surface, url: string): Refusal {
  return failed(surface, `当前页面的URL未注册：${url}`)
}

/** After the dialog the callback hears what a payer who leaves would cause. */
export function dismissed(surface: Surface, dialog: string): Refusal {
  return { result: cancelResult(surface), dialog }
}

function failed(surface: Surface, dialog: string): Refusal {
  return surface === 'miniProgram'
    ? { result: { errMsg: `requestPayment:fail ${dialog}` }, dialog }
    : { result: { err_msg: 'get_brand_wcpay_request:fail', err_desc: dialog }, dialog }
}

/** As the Mini Program's base library names types. */
function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}
