import { describe, expect, test } from 'vitest'
import { wechatPayConfigSchema } from '../../../../../server/providers/wechat-pay/config.ts'
import { aConfig, merchant, platformCertificate, rawConfig } from './fixture.ts'

const messagesOf = (fields: Record<string, unknown>) =>
  wechatPayConfigSchema
    .safeParse(rawConfig(fields))
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('the configuration of a WeChat Pay account', () => {
  test('knows the hosts of its region', () => {
    const { endpoint: _, ...real } = rawConfig()
    const parsed = wechatPayConfigSchema.parse(real)
    expect(parsed.endpoint).toBe('https://api.mch.weixin.qq.com')
    expect(parsed.secondaryEndpoint).toBe('https://api2.mch.weixin.qq.com')
    const global = wechatPayConfigSchema.parse({
      ...real,
      region: 'global',
      merchantCategoryCode: '5812',
      currencies: ['HKD'],
    })
    expect(global).toMatchObject({
      endpoint: 'https://apihk.mch.weixin.qq.com',
      secondaryEndpoint: null,
    })
  })

  test('asks no second host of WeChat’s beside an endpoint of one’s own', () => {
    expect(aConfig()).toMatchObject({ endpoint: 'http://127.0.0.1:1', secondaryEndpoint: null })
  })

  test('reads the serial number from the merchant’s certificate, which must be the key’s', () => {
    const made = platformCertificate('408B07E79B8269FEC3D5D3E6AB8ED163A6A380DC')
    const own = {
      privateKey: made.privateKey,
      merchantCertificate: made.cert,
      merchantSerialNo: undefined,
    }
    expect(aConfig(own).merchantSerialNo).toBe(made.serialNo)
    expect(messagesOf({ ...own, privateKey: merchant.privateKey })).toEqual([
      'merchantCertificate: does not belong to privateKey',
    ])
    expect(messagesOf({ ...own, merchantSerialNo: '408B07E79B8269FE' })?.[0]).toContain(
      'is not the serial',
    )
  })

  test('takes a serial number as the console and openssl write it', () => {
    expect(aConfig({ merchantSerialNo: '40:8b:07:e7:9b' }).merchantSerialNo).toBe('408B07E79B')
  })

  test.each([
    ['endpoint', 'http://api.mch.weixin.qq.com', 'https'],
    ['endpoint', 'https://api.mch.weixin.qq.com/v3', 'only scheme'],
    ['mchId', 'abc', 'digits'],
    ['privateKey', 'nonsense', 'apiclient_key.pem'],
    ['merchantSerialNo', undefined, 'give it'],
    ['merchantCertificate', 'nonsense', 'apiclient_cert.pem'],
    ['apiV3Key', 'short', 'exactly 32'],
    ['apiV3Key', 'x'.repeat(33), 'exactly 32'],
    ['publicKeys', {}, 'platformCertificates'],
    ['publicKeys', { PUB_KEY_ID_0: 'nonsense' }, 'not an RSA public key'],
    ['publicKeys', { PUB_KEY_ID_0: merchant.privateKey }, 'not an RSA public key'],
    ['region', 'global', 'category code'],
    ['currencies', ['HKD'], 'CNY only'],
    ['scenes', ['app'], 'openAppId'],
    ['scenes', ['paymentCode'], 'paymentCode: true'],
    ['paymentCode', true, 'store'],
    ['timeoutMs', 12_001, ''],
    ['surplus', 1, ''],
  ])('refuses %s = %j', (name, value, hint) => {
    const messages = messagesOf({ [name]: value })
    expect(messages?.length).toBeGreaterThan(0)
    expect(messages?.join()).toContain(hint)
  })

  test('offers H5 of a global merchant only with the shop’s name and address', () => {
    const global = { region: 'global', merchantCategoryCode: '5812', currencies: ['HKD'] }
    expect(aConfig(global).scenes).not.toContain('mobileWeb')
    expect(
      aConfig({ ...global, store: { id: '1', name: 'Tea', address: 'Road 1' } }).scenes,
    ).toContain('mobileWeb')
    expect(messagesOf({ ...global, scenes: ['mobileWeb'] })?.join()).toContain('store.name')
  })
})
