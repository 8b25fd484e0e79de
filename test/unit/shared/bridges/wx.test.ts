import { describe, expect, test } from 'vitest'
import { createWxBridge, type WxPayment } from '../../../../shared/bridges/wx.ts'
import { WECHAT_ACTION } from '../../../support/checkout-server.ts'

type Option = Parameters<WxPayment['requestPayment']>[0]

function answering(answer: (option: Option) => unknown) {
  const options: Option[] = []
  const wx: WxPayment = {
    requestPayment(option) {
      options.push(option)
      return answer(option)
    },
  }
  return { wx, options, bridge: createWxBridge({ wx }) }
}

describe('the cashier of a Mini Program', () => {
  test('hands WeChat the five signed strings as they are, signType included, and no appId', async () => {
    const { bridge, options } = answering(({ success }) => success({ errMsg: 'requestPayment:ok' }))
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({ surface: 'finished' })
    expect(options[0]).toMatchObject({
      timeStamp: '1772352000',
      nonceStr: 'nonce',
      package: 'prepay_id=wx01',
      signType: 'RSA',
      paySign: 'signature',
    })
    expect(options[0]).not.toHaveProperty('appId')
  })

  test('a payer who leaves has dismissed', async () => {
    const { bridge } = answering(({ fail }) => fail({ errMsg: 'requestPayment:fail cancel' }))
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({ surface: 'dismissed' })
  })

  test('an old client that calls only complete is understood', async () => {
    const { bridge } = answering(({ complete }) => complete({ errMsg: 'requestPayment:cancel' }))
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({ surface: 'dismissed' })
  })

  test('the first answer counts', async () => {
    const { bridge } = answering(({ fail, complete }) => {
      fail({ errMsg: 'requestPayment:fail cancel' })
      complete({ errMsg: 'requestPayment:ok' })
    })
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({ surface: 'dismissed' })
  })

  test.each([
    ['resolves', () => Promise.resolve({ errMsg: 'requestPayment:ok' }), 'finished'],
    [
      'rejects',
      () => Promise.reject(Object.assign(new Error(), { errMsg: 'requestPayment:fail cancel' })),
      'dismissed',
    ],
  ])('a wrapped wx that %s instead of calling back is understood', async (_, answer, surface) => {
    const { bridge } = answering(answer)
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({ surface })
  })

  test('a wx that throws has failed, with its words', async () => {
    const { bridge } = answering(() => {
      throw new Error('torn down')
    })
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({
      surface: 'failed',
      reason: 'unknown',
      detail: 'torn down',
    })
  })

  test.each([undefined, null, 'weird', {}])(
    'an answer like %j is a failure, not a crash',
    async (answer) => {
      const { bridge } = answering(() => Promise.resolve(answer))
      expect(await bridge.invoke(WECHAT_ACTION)).toMatchObject({
        surface: 'failed',
        reason: 'unknown',
      })
    },
  )

  test('developer tools are unavailable, and nothing is opened there', async () => {
    const { wx, options } = answering(() => undefined)
    const bridge = createWxBridge({ wx, platform: 'devtools' })
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({
      surface: 'unavailable',
      reason: 'simulator',
    })
    expect(options).toHaveLength(0)
  })

  test('a phone is not mistaken for developer tools', async () => {
    const { wx } = answering(({ success }) => success({ errMsg: 'requestPayment:ok' }))
    const bridge = createWxBridge({ wx, platform: 'ios' })
    expect(await bridge.invoke(WECHAT_ACTION)).toEqual({ surface: 'finished' })
  })

  test('an action for another surface is unavailable', async () => {
    const { bridge, options } = answering(() => undefined)
    expect(await bridge.invoke({ kind: 'wait' })).toEqual({
      surface: 'unavailable',
      reason: 'unsupportedAction',
      detail: 'wait',
    })
    expect(options).toHaveLength(0)
  })

  test('a runtime without payment is unavailable', async () => {
    const empty: { wx: WxPayment } = JSON.parse('{"wx":{}}')
    expect(await createWxBridge(empty).invoke(WECHAT_ACTION)).toEqual({
      surface: 'unavailable',
      reason: 'bridgeMissing',
    })
  })
})
