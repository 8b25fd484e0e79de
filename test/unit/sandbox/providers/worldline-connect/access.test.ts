import { describe, expect, test } from 'vitest'
import { START_MS } from '../wechat-world.ts'
import { errorsSchema, worldlineWorld } from './world.ts'

const TEST_CONNECTION = '/services/testconnection'

describe('who may ask', () => {
  test('a well-signed request is let in, with any X-GCS headers it signs', async () => {
    const { call } = await worldlineWorld()
    const headers = { 'X-GCS-ServerMetaInfo': 'e30=', 'X-GCS-ClientMetaInfo': 'e30=' }
    const answer = await call(TEST_CONNECTION, { headers })
    expect(answer).toMatchObject({ status: 200, json: { result: 'OK' } })
  })

  test('a wrong secret is refused in the documented form', async () => {
    const { call } = await worldlineWorld()
    const answer = await call(TEST_CONNECTION, { secret: 'guessed' })
    expect(answer.status).toBe(403)
    expect(errorsSchema.parse(answer.json).errors).toMatchObject([
      {
        category: 'CONNECT_PLATFORM_ERROR',
        code: '9002',
        httpStatusCode: 403,
        id: 'MISSING_OR_INVALID_AUTHORIZATION',
      },
    ])
  })

  test('no signature at all, an unknown key and a changed header are refused', async () => {
    const { simulator } = await worldlineWorld()
    const url = `${simulator.url}/v1/20000${TEST_CONNECTION}`
    expect((await fetch(url)).status).toBe(403)
    const Authorization = 'GCS v1HMAC:somebody:c2lnbmF0dXJl'
    expect((await fetch(url, { headers: { Authorization } })).status).toBe(403)
  })

  test.each([
    [-300_000, 200],
    [300_000, 200],
    [-301_000, 403],
    [301_000, 403],
  ])('a date off by %i ms answers %i', async (offMs, status) => {
    const { call } = await worldlineWorld()
    const headers = { Date: new Date(START_MS + offMs).toUTCString() }
    expect((await call(TEST_CONNECTION, { headers })).status).toBe(status)
  })

  test('a date is compared with the platform’s own clock, which may be wrong', async () => {
    const { call, simulator } = await worldlineWorld({ clockSkewMs: 600_000 })
    expect((await call(TEST_CONNECTION)).status).toBe(403)
    simulator.configure({ dateToleranceMs: 600_000 })
    expect((await call(TEST_CONNECTION)).status).toBe(200)
  })

  test('a date that is none is refused', async () => {
    const { call } = await worldlineWorld()
    expect((await call(TEST_CONNECTION, { headers: { Date: 'yesterday' } })).status).toBe(403)
  })

  test('one merchant’s key opens no other merchant', async () => {
    const { call, simulator, merchant } = await worldlineWorld()
    simulator.register({ ...merchant, apiKeyId: 'other', secretApiKey: 'other' })
    simulator.register({ ...merchant, merchantId: '30000' })
    const answer = await call(TEST_CONNECTION)
    expect(errorsSchema.parse(answer.json).errors).toMatchObject([{ code: '9007' }])
  })

  test('unknown paths answer HTML, as the platform’s front does', async () => {
    const { simulator } = await worldlineWorld()
    const response = await fetch(`${simulator.url}/v2/20000/payments`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('text/html')
  })

  test('the product names the ways to pay that have an app', async () => {
    const { call, simulator, merchant } = await worldlineWorld()
    const appIds = { miniProgram: 'wx7ea5409d31c2f6b8' }
    simulator.register({ ...merchant, wechat: { ...merchant.wechat, appIds } })
    expect((await call('/products/863')).json).toMatchObject({
      id: 863,
      paymentProduct863SpecificData: { integrationTypes: ['miniProgram'] },
    })
  })
})
