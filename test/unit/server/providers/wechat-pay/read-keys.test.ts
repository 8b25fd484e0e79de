import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  arePair,
  readCertificate,
  readPrivateKey,
  readPublicKey,
  rsaSign,
} from '../../../../../server/providers/wechat-pay/signing.ts'
import { merchant, openssl, platformCertificate, wechat } from './fixture.ts'

describe('a key is read', () => {
  const pem = merchant.privateKey
  const bare = pem.replaceAll(/-----[^-]+-----|\s/g, '')
  const pkcs1 = openssl(['rsa', '-traditional', '-in', 'key.pem'], {
    files: { 'key.pem': pem },
  }).toString()

  test.each([
    ['PEM', pem],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM on one line', pem.replaceAll('\n', ' ')],
    ['PEM with escaped line feeds', pem.replaceAll('\n', String.raw`\n`)],
    ['PEM escaped twice', pem.replaceAll('\n', String.raw`\\n`)],
    ['PEM with escaped CRLF', pem.replaceAll('\n', String.raw`\r\n`)],
    ['bare base64', bare],
    ['PKCS#1 of openssl', pkcs1],
    ['bare PKCS#1', pkcs1.replaceAll(/-----[^-]+-----|\s/g, '')],
  ])('from %s', (_, text) => {
    const read = readPrivateKey(text)
    const signature = Buffer.from(rsaSign('x', read), 'base64')
    expect(verify('sha256', Buffer.from('x'), createPublicKey(merchant.publicKey), signature)).toBe(
      true,
    )
  })

  test('of the public kind too, and not from a private one', () => {
    const spki = wechat.publicKey
    expect(
      readPublicKey(spki.replaceAll(/-----[^-]+-----|\s/g, '')).equals(readPublicKey(spki)),
    ).toBe(true)
    const pkcs1Public = openssl(['rsa', '-pubin', '-RSAPublicKey_out', '-in', 'public.pem'], {
      files: { 'public.pem': spki },
    }).toString()
    for (const text of [pkcs1Public, pkcs1Public.replaceAll(/-----[^-]+-----|\s/g, '')]) {
      expect(readPublicKey(text).equals(readPublicKey(spki))).toBe(true)
    }
    expect(() => readPublicKey(wechat.privateKey)).toThrow('private key')
  })

  test('not from nonsense', () => {
    for (const text of ['nonsense', '']) {
      expect(() => readPrivateKey(text)).toThrow('not a key in PEM or base64')
      expect(() => readPublicKey(text)).toThrow('not a key in PEM or base64')
    }
  })

  test.each([
    ['is too short', ['genrsa', '1024']],
    ['is no RSA key', ['genpkey', '-algorithm', 'ed25519']],
    ['can only sign with PSS', ['genpkey', '-algorithm', 'RSA-PSS']],
  ])('not where it %s', (_, args) => {
    const other = openssl(args).toString()
    expect(() => readPrivateKey(other)).toThrow('not an RSA key of 2048 bits or more')
  })

  test('with its certificate, whose serial number openssl says too', () => {
    const made = platformCertificate('7132D72A03E93CDDF8C03BBD1F37EEDF12345678')
    const certificate = readCertificate(made.cert)
    const said = openssl(['x509', '-noout', '-serial', '-in', 'cert.pem'], {
      files: { 'cert.pem': made.cert },
    })
    expect(said.toString().trim()).toBe(`serial=${certificate.serialNo}`)
    expect(arePair(readPrivateKey(made.privateKey), certificate.publicKey)).toBe(true)
    expect(arePair(readPrivateKey(merchant.privateKey), certificate.publicKey)).toBe(false)
  })
})
