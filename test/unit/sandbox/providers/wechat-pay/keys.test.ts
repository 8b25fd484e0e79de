import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createCertificate } from '../../../../../sandbox/providers/wechat-pay/certificate.ts'
import { newRsaKeyPair } from '../../../../../sandbox/providers/wechat-pay/keys.ts'
import {
  API_V3_KEY,
  DIRECT,
  decrypt,
  direct,
  isSignedBy,
  keysOf,
  type PayWorld,
  payWorld,
  suffix,
} from './world.ts'

const CERTIFICATES = '/v3/certificates'

describe('an answer', () => {
  test('is signed with the key that the request’s Wechatpay-Serial names', async () => {
    const world = await payWorld()
    const { certificate, serialNo, publicKey, publicKeyId } = keysOf(world)
    const plain = await world.jsapi()
    expect(plain.headers.get('Wechatpay-Serial')).toBe(serialNo)
    expect(isSignedBy(certificate(), plain)).toBe(true)
    expect(isSignedBy(publicKey, plain)).toBe(false)
    const target = '/v3/pay/transactions/jsapi'
    const headers = { 'Wechatpay-Serial': publicKeyId }
    const asked = await world.call('POST', target, { body: world.order(), headers })
    expect(asked.headers.get('Wechatpay-Serial')).toBe(publicKeyId)
    expect(isSignedBy(publicKey, asked)).toBe(true)
  })

  test('without a body is signed over an empty line', async () => {
    const world = await payWorld()
    await world.jsapi()
    const closed = await world.close()
    expect(closed).toMatchObject({ status: 204, text: '' })
    expect(isSignedBy(keysOf(world).certificate(), closed)).toBe(true)
  })

  test('that says no is signed as well', async () => {
    const world = await payWorld()
    const answer = await world.query('never-1')
    expect(answer.status).toBe(404)
    expect(isSignedBy(keysOf(world).certificate(), answer)).toBe(true)
  })

  test('to a merchant on a public key alone is signed with it, asked for or not', async () => {
    const world = await payWorld({}, [{ ...direct, wechatKeys: 'publicKey' }])
    const { publicKey, publicKeyId } = keysOf(world)
    const answer = await world.jsapi()
    expect(answer.headers.get('Wechatpay-Serial')).toBe(publicKeyId)
    expect(isSignedBy(publicKey, answer)).toBe(true)
  })

  test('is refused to a request that names a public key of nobody', async () => {
    const world = await payWorld()
    const headers = { 'Wechatpay-Serial': 'PUB_KEY_ID_0000' }
    const answer = await world.call('GET', CERTIFICATES, { headers })
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
  })

  test('may be a probe: the operation is done, the signature fits no key', async () => {
    const world = await payWorld()
    world.simulator.probeAnswers(1)
    const { certificate, publicKey } = keysOf(world)
    const probe = await world.jsapi()
    expect(probe.headers.get('Wechatpay-Signature')).toMatch(
      /^WECHATPAY\/SIGNTEST\/[A-Za-z0-9+/]+=*$/,
    )
    expect([isSignedBy(certificate(), probe), isSignedBy(publicKey, probe)]).toEqual([false, false])
    const next = await world.query()
    expect(next.status).toBe(200)
    expect(isSignedBy(certificate(), next)).toBe(true)
  })
})

describe('/v3/certificates', () => {
  const listed = async (world: PayWorld) => {
    const { json } = await world.call('GET', CERTIFICATES)
    const data: unknown[] = Array.isArray(json['data']) ? json['data'] : []
    return data.map((item) => ({ ...Object(item) }))
  }

  test('lists certificates encrypted with the APIv3 key', async () => {
    const world = await payWorld()
    const [item] = await listed(world)
    const pem = decrypt(item.encrypt_certificate)
    const certificate = new X509Certificate(pem)
    expect(item).toMatchObject({
      serial_no: certificate.serialNumber,
      effective_time: '2026-06-24T16:15:00+08:00',
      encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM', associated_data: 'certificate' },
    })
    expect(() => decrypt(item.encrypt_certificate, API_V3_KEY.replace('a', 'b'))).toThrow()
  })

  test('shows a new certificate before it signs, both while they overlap, then the new alone', async () => {
    const world = await payWorld()
    const [old] = await listed(world)
    const fresh = await world.simulator.issueCertificate()
    expect((await listed(world)).map((item) => item.serial_no)).toEqual([fresh, old?.serial_no])
    expect((await world.jsapi()).headers.get('Wechatpay-Serial')).toBe(old?.serial_no)
    world.simulator.useCertificate(fresh)
    expect((await world.query()).headers.get('Wechatpay-Serial')).toBe(fresh)
    world.simulator.retireCertificate(old?.serial_no)
    expect((await listed(world)).map((item) => item.serial_no)).toEqual([fresh])
    expect(() => world.simulator.retireCertificate(fresh)).toThrow(/signs/)
  })

  test('is 404 for a merchant on a public key alone, and names the way out', async () => {
    const world = await payWorld({}, [{ ...direct, wechatKeys: 'publicKey' }])
    const answer = await world.call('GET', CERTIFICATES)
    expect(answer).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } })
    expect(answer.json['message']).toContain('微信支付公钥')
    expect(suffix(answer)).not.toBe('0')
  })

  test('has nothing for a merchant without an APIv3 key', async () => {
    const world = await payWorld({}, [{ ...direct, apiV3Key: null }])
    expect((await world.call('GET', CERTIFICATES)).status).toBe(400)
  })

  test('knows no SM2 certificates', async () => {
    const world = await payWorld()
    expect((await world.call('GET', `${CERTIFICATES}?algorithm_type=SM2`)).status).toBe(404)
    expect((await world.call('GET', `${CERTIFICATES}?algorithm_type=ALL`)).status).toBe(200)
    expect((await world.call('GET', `${CERTIFICATES}?algorithm_type=DES`)).status).toBe(400)
  })
})

describe('public keys', () => {
  test('follow one another; the last cannot be retired', async () => {
    const world = await payWorld({}, [{ ...direct, wechatKeys: 'publicKey' }])
    const { publicKeyId: first } = keysOf(world)
    const second = await world.simulator.issuePublicKey(DIRECT)
    expect(second).toMatch(/^PUB_KEY_ID_01900000001\d{23}$/)
    expect((await world.jsapi()).headers.get('Wechatpay-Serial')).toBe(second)
    const headers = { 'Wechatpay-Serial': first }
    const stillAsked = await world.call('GET', CERTIFICATES, { headers })
    expect(stillAsked.headers.get('Wechatpay-Serial')).toBe(first)
    world.simulator.retirePublicKey(DIRECT, first)
    expect(() => world.simulator.retirePublicKey(DIRECT, second)).toThrow(/only key/)
    await expect(world.simulator.issuePublicKey('1')).rejects.toThrow(/no merchant/)
  })
})

describe('a certificate', () => {
  test('is one to the openssl command line too: serial, dates, own signature', async () => {
    const pair = await newRsaKeyPair()
    const pem = createCertificate({
      ...pair,
      serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
      commonName: 'Tenpay.com sandbox',
      notBeforeMs: Date.UTC(2049, 0, 2, 3, 4, 5),
      notAfterMs: Date.UTC(2054, 0, 1),
    })
    const openssl = (...args: readonly string[]) =>
      execFileSync('openssl', args, { input: pem }).toString()
    const shown = openssl('x509', '-noout', '-serial', '-subject', '-issuer', '-dates')
    expect(shown).toContain('serial=5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
    expect(shown).toContain('notBefore=Jan  2 03:04:05 2049 GMT')
    expect(shown).toContain('notAfter=Jan  1 00:00:00 2054 GMT')
    expect(shown).toMatch(/subject=CN ?= ?Tenpay.com sandbox/)
    expect(openssl('x509', '-noout', '-pubkey')).toBe(pair.publicKeyPem)
    const certificate = new X509Certificate(pem)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
  })
})
