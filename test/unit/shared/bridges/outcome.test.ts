import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../../../../shared/bridges/outcome.ts'

describe('what WeChat’s messages mean', () => {
  test.each([
    ['requestPayment:ok'],
    ['get_brand_wcpay_request:ok'],
    ['get_brand_wcpay_request：ok'],
    ['chooseWXPay:ok'],
    ['requestPayment: OK'],
  ])('%j is finished', (message) => {
    expect(outcomeOf(message)).toEqual({ surface: 'finished' })
  })

  test.each([
    ['requestPayment:fail cancel'],
    ['requestPayment:fail_cancel'],
    ['requestPayment:cancel'],
    ['get_brand_wcpay_request:cancel'],
    ['get_brand_wcpay_request：cancel'],
    ['chooseWXPay:cancel'],
  ])('%j is dismissed', (message) => {
    expect(outcomeOf(message)).toEqual({ surface: 'dismissed' })
  })

  test.each([
    ['requestPayment:fail no permission', 'noPermission'],
    ['requestPayment:fail jsapi has no permission', 'noPermission'],
    ['requestPayment:fail access denied', 'noPermission'],
    ['requestPayment:fail banned', 'noPermission'],
    ['wx.requestPayment is disabled in the current context', 'noPermission'],
    ['system:access_denied', 'noPermission'],
    ['system:access_control:not_allow', 'noPermission'],
    ['get_brand_wcpay_request:fail 该商户号已被封禁', 'noPermission'],
    ['system:function_not_exist', 'unsupportedAction'],
    ['requestPayment:fail not supported', 'unsupportedAction'],
    ['requestPayment:fail 当前版本不支持', 'unsupportedAction'],
    ['requestPayment:fail 模拟器不支持支付', 'simulator'],
    ['requestPayment:fail can not pay in devtools', 'simulator'],
    ['get_brand_wcpay_request:fail current page URL not registered', 'urlNotRegistered'],
    ['get_brand_wcpay_request:fail 当前页面的URL未注册', 'urlNotRegistered'],
  ])('%j is unavailable: %s', (message, reason) => {
    expect(outcomeOf(message)).toEqual({ surface: 'unavailable', reason, detail: message })
  })

  test.each([
    ['requestPayment:fail 调用支付JSAPI缺少参数: total_fee', 'prepayInvalid'],
    ['requestPayment:fail scene illegal', 'prepayInvalid'],
    ['requestPayment:fail 支付场景非法', 'prepayInvalid'],
    ['requestPayment:fail system error', 'unknown'],
    ['requestPayment:fail', 'unknown'],
    ['get_brand_wcpay_request:fail', 'unknown'],
    ['requestPayment:fail the server has cancelled your luck', 'unknown'],
    ['requestPayment:fail not ok', 'unknown'],
    ['ok', 'unknown'],
  ])('%j has failed: %s', (message, reason) => {
    expect(outcomeOf(message)).toEqual({ surface: 'failed', reason, detail: message })
  })

  test('a description beside the message is read and kept too', () => {
    expect(
      outcomeOf({ err_msg: 'get_brand_wcpay_request:fail', err_desc: 'URL not registered' }),
    ).toEqual({
      surface: 'unavailable',
      reason: 'urlNotRegistered',
      detail: 'get_brand_wcpay_request:fail URL not registered',
    })
  })

  test('a description cannot turn a failure into a success', () => {
    expect(outcomeOf({ err_msg: 'get_brand_wcpay_request:fail', err_desc: 'x:ok' })).toMatchObject({
      surface: 'failed',
    })
  })

  test.each([undefined, null, 5, {}, ''])('%j is a failure without words', (message) => {
    expect(outcomeOf(message)).toEqual({ surface: 'failed', reason: 'unknown', detail: '' })
  })
})
