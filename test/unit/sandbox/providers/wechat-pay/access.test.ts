import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  DIRECT,
  direct,
  GLOBAL,
  globalMerchant,
  PARTNER,
  partner,
  payWorld,
  suffix,
} from './world.ts'

const QUERY = `/v3/pay/transactions/out-trade-no/tea-1001?mchid=${DIRECT}`
/** What a request answers whose signature was accepted: nothing was ordered yet. */
const ACCEPTED = { status: 404, json: { code: 'ORDER_NOT_EXIST' } }
const REFUSED = { status: 401, json: { code: 'SIGN_ERROR' } }

describe('a request', () => {
  test('signed by the openssl command line is accepted', async () => {
    const world = await payWorld()
    const certificate = world.simulator.credentials(DIRECT).apiCertificate
    const timestamp = String(Math.floor(world.clock.nowMs() / 1000))
    const folder = mkdtempSync(join(tmpdir(), 'wechat-pay-'))
    const keyFile = join(folder, 'apiclient_key.pem')
    writeFileSync(keyFile, certificate?.privateKeyPem ?? '')
    const signature = execFileSync('openssl', ['dgst', '-sha256', '-sign', keyFile], {
      input: `GET\n${QUERY}\n${timestamp}\nnonce1\n\n`,
    }).toString('base64')
    rmSync(folder, { recursive: true })
    const authorization =
      `WECHATPAY2-SHA256-RSA2048 serial_no="${certificate?.serialNo}",timestamp="${timestamp}",` +
      `signature="${signature}",nonce_str="nonce1",mchid="${DIRECT}"`
    expect(await world.call('GET', QUERY, { authorization })).toMatchObject(ACCEPTED)
  })

  test('is verified over the bytes on the wire: other spacing of the same JSON is refused', async () => {
    const world = await payWorld()
    const body = world.order()
    const sentBody = JSON.stringify(body, null, 1)
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', { body, sentBody })
    expect(answer).toMatchObject(REFUSED)
    expect(suffix(answer)).toBe('268443699')
  })

  test('is verified over path and query as they were sent, percent signs and all', async () => {
    const world = await payWorld()
    const encoded = `/v3/pay/transactions/out-trade-no/tea%7C1001?mchid=${DIRECT}&note=a%20b`
    expect(await world.call('GET', encoded)).toMatchObject(ACCEPTED)
    const authorization = world.authorization('GET', encoded.replace('%7C', '|'))
    expect(await world.call('GET', encoded, { authorization })).toMatchObject(REFUSED)
    const otherMethod = world.authorization('POST', QUERY)
    expect(await world.call('GET', QUERY, { authorization: otherMethod })).toMatchObject(REFUSED)
  })

  test.each([
    { offMs: 300_000, expected: ACCEPTED },
    { offMs: -300_000, expected: ACCEPTED },
    { offMs: 301_000, expected: REFUSED },
    { offMs: -301_000, expected: REFUSED },
  ])('whose clock is off by $offMs ms', async ({ offMs, expected }) => {
    const world = await payWorld({ clockSkewMs: offMs })
    expect(await world.call('GET', QUERY)).toMatchObject(expected)
  })

  test.each([
    ['another scheme', (header: string) => header.replace('RSA2048', 'RSA4096')],
    ['a part missing', (header: string) => header.replace(/,serial_no="\w+"/, '')],
    ['a part twice', (header: string) => `${header},mchid="${DIRECT}"`],
    ['a sixth part', (header: string) => `${header},extra="1"`],
    ['no quotes', (header: string) => header.replaceAll('"', '')],
    ['an unknown serial', (header: string) => header.replace(/serial_no="\w+"/, 'serial_no="7F"')],
    ['another nonce', (header: string) => header.replace('593BEC', '693BEC')],
    ['no signature in base64', (header: string) => header.replace(/e="[^"]+"/, 'e="???"')],
    ['nothing', () => ''],
  ])('with %s in Authorization is refused', async (_, change) => {
    const world = await payWorld()
    const authorization = change(world.authorization('GET', QUERY))
    expect(await world.call('GET', QUERY, { authorization })).toMatchObject(REFUSED)
  })

  test('of a merchant that nobody knows says so', async () => {
    const world = await payWorld()
    const header = world.authorization('GET', QUERY)
    const authorization = header.replace(`mchid="${DIRECT}"`, 'mchid="1999999999"')
    const answer = await world.call('GET', QUERY, { authorization })
    expect(answer).toMatchObject({ status: 400, json: { code: 'MCH_NOT_EXISTS' } })
    expect(answer.headers.get('Wechatpay-Signature')).toBeNull()
  })

  test.each([{ Accept: 'text/html' }, { 'User-Agent': '' }])(
    'with %j lacks a header',
    async (headers) => {
      const world = await payWorld()
      const answer = await world.call('GET', QUERY, { headers })
      expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    },
  )

  test('of another content type than JSON is refused', async () => {
    const world = await payWorld()
    const sent = { body: world.order(), headers: { 'Content-Type': 'text/plain' } }
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', sent)
    expect(answer).toMatchObject({
      status: 400,
      json: { detail: { field: 'Content-Type', location: 'header' } },
    })
  })
})

describe('API certificates', () => {
  test('work side by side until one is revoked', async () => {
    const world = await payWorld()
    const oldHeader = world.authorization('GET', QUERY)
    const oldSerial = world.simulator.credentials(DIRECT).apiCertificate?.serialNo ?? ''
    await world.simulator.issueApiCertificate(DIRECT)
    expect(await world.call('GET', QUERY)).toMatchObject(ACCEPTED)
    expect(await world.call('GET', QUERY, { authorization: oldHeader })).toMatchObject(ACCEPTED)
    world.simulator.revokeApiCertificate(DIRECT, oldSerial)
    expect(await world.call('GET', QUERY, { authorization: oldHeader })).toMatchObject(REFUSED)
    expect(await world.call('GET', QUERY)).toMatchObject(ACCEPTED)
  })

  test('of the merchant’s own making are taken as they are', async () => {
    const world = await payWorld()
    const issued = world.simulator.credentials(DIRECT).apiCertificate
    if (!issued) throw new Error('nothing was issued')
    const mchId = '1900000099'
    await world.simulator.register({ ...direct, mchId, apiCertificates: [issued] })
    expect(world.simulator.credentials(mchId).apiCertificate).toBeNull()
    const target = QUERY.replace(DIRECT, mchId)
    const authorization = world.authorization('GET', target).replace(DIRECT, mchId)
    expect(await world.call('GET', target, { authorization })).toMatchObject(ACCEPTED)
  })
})

describe('paths', () => {
  const NO_AUTH = { status: 403, json: { code: 'NO_AUTH' } }

  test('of service providers are closed to direct merchants, and the other way round', async () => {
    const world = await payWorld({}, [direct, partner])
    const ofPartner = `/v3/pay/partner/transactions/id/4200?sp_mchid=${DIRECT}&sub_mchid=1`
    expect(await world.call('GET', ofPartner)).toMatchObject(NO_AUTH)
    const ofDirect = QUERY.replace(DIRECT, PARTNER)
    expect(await world.call('GET', ofDirect, { mchId: PARTNER })).toMatchObject(NO_AUTH)
  })

  test('of cross-border merchants live on their own host', async () => {
    const world = await payWorld({}, [direct, globalMerchant])
    const target = `/v3/global/transactions/out-trade-no/tea-1001?mchid=${GLOBAL}`
    expect(await world.call('GET', target, { host: 'global', mchId: GLOBAL })).toMatchObject(
      ACCEPTED,
    )
    expect(await world.call('GET', target, { mchId: GLOBAL })).toMatchObject({
      status: 404,
      json: { code: 'RESOURCE_NOT_EXISTS' },
    })
    const foreign = target.replace(GLOBAL, DIRECT)
    expect(await world.call('GET', foreign, { host: 'global' })).toMatchObject(NO_AUTH)
  })
})
