import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import {
  ConfigError,
  fromEnv,
  resolveConfig,
  type ToolkitConfigInput,
} from '../../../../server/config.ts'

/** What the READMEs tell a merchant to write is taken as it stands, by a server in production. */

const root = join(import.meta.dirname, '../../../..')
const providers = readdirSync(join(root, 'server/providers'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** What a merchant would have in the environment. */
const ENV: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://toolkit@db.example/toolkit',
  SHOP_API_KEY: 'Qx7-kVn2_Lp9-Ws4_Td6-Hy8',
  MINI_PROGRAM_SECRET: '3f9c2b7e8a1d4065b9e7c3a2f1d08e64',
  WORLDLINE_KEY_ID: '5e45c937b9db33ae',
  WORLDLINE_SECRET: 'I42Zf4pVnRdroHfuHnRiJjJ2B6+22h0yQt/s3nZR8Xg=',
  WORLDLINE_WEBHOOK_SECRET: 'c8Vq-wz3_Rn5',
  PPRO_LOGIN: 'teashop',
  PPRO_PASSWORD: 'hV8-qz3_Lm5',
  PPRO_CONTRACT: 'TEASHOPCONTRACT',
  PPRO_NOTIFICATION_SECRET: 'Wn6-kd2_Xp9',
  PPRO_SHARED_SECRET: 'Jr4-vb7_Qs1',
  PPRO_CERT: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  PPRO_KEY: privateKey,
  PPRO_CA: '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n',
  WOOSHPAY_SECRET_KEY: 'sk_live_51Hk9vQzLx7Rw3',
  WOOSHPAY_WEBHOOK_SECRET: 'whsec_8Vn2Kd7Xq4',
  PAYABL_MERCHANT: 'teashop_3d',
  PAYABL_SECRET: 'b7k-q2_Lw9',
  SAFERPAY_CUSTOMER: '245294',
  SAFERPAY_TERMINAL: '17925578',
  SAFERPAY_USERNAME: 'API_245294_12345678',
  SAFERPAY_PASSWORD: 'Zp5-nx8_Kq3',
  SAFERPAY_NOTIFICATION_SECRET: 'Hd7-wk2_Vr9-Ls4_Bn6',
  WECHAT_PAY_PRIVATE_KEY: privateKey,
  WECHAT_PAY_SERIAL_NO: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
  WECHAT_PAY_API_V3_KEY: 'a7Kd92mQxV4nRt6WzLp1Hs8YbGc3Ef50',
  WECHAT_PAY_PUBLIC_KEY: publicKey,
}

/** The TypeScript block of a README, with its ellipses filled in, as a value. */
function sampleIn(path: string, begins: RegExp): unknown {
  const [, block] = begins.exec(readFileSync(join(root, path), 'utf8')) ?? []
  if (block === undefined) throw new Error(`${path} shows no configuration`)
  const filled = block
    .replaceAll('wx…', 'wx7ea5409d31c2f6b8')
    .replaceAll('PUB_KEY_ID_…', 'PUB_KEY_ID_0119000001092024')
    .replaceAll("'…'", "'1234'")
  const made: unknown = runInThisContext(`(fromEnv) => (${filled})`)
  if (typeof made !== 'function') throw new Error(`${path} shows no object`)
  return Reflect.apply(made, null, [fromEnv])
}

const base: Omit<ToolkitConfigInput, 'accounts'> = {
  publicUrl: 'https://pay.example.com',
  merchant: { apiKeys: [{ keyId: 'shop', key: fromEnv('SHOP_API_KEY') }] },
}

describe('a merchant who copies the README', () => {
  test('of the project has a configuration that starts', () => {
    const sample = sampleIn('README.md', /export default defineConfig\((\{.*?\n\s*\})\)/s)
    const config = resolveConfig(sample, ENV)
    expect(config).toMatchObject({ mode: 'production', accounts: [{ accountId: 'worldline' }] })
  })

  test.each(providers)('of %s has an account that starts', (name) => {
    const sample = sampleIn(`server/providers/${name}/README.md`, /```ts\n(\{.*?\n\})\n```/s)
    const config = resolveConfig({ ...base, accounts: [sample] }, ENV)
    expect(config.accounts).toHaveLength(1)
  })

  test.each(providers)('of %s is told which variable is not set', (name) => {
    const sample = sampleIn(`server/providers/${name}/README.md`, /```ts\n(\{.*?\n\})\n```/s)
    const config = () =>
      resolveConfig({ ...base, accounts: [sample] }, { SHOP_API_KEY: ENV['SHOP_API_KEY'] })
    expect(config).toThrow(ConfigError)
    expect(config).toThrow(/accounts\.0\.config\.\S+.*[A-Z]{4}/)
  })
})
