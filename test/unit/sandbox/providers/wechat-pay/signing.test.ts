import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  openSensitive,
  requestSignatureFits,
  seal,
} from '../../../../../sandbox/providers/wechat-pay/signing.ts'
import { DIRECT, keysOf, payWorld } from './world.ts'

describe('sealing', () => {
  test('gives the ciphertext published with the SDK for Java (AeadAesCipherTest)', () => {
    const sealed = seal('message', {
      apiV3Key: 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb',
      nonce: 'uluk4a9R25RW',
      associatedData: 'associatedData',
    })
    expect(sealed).toEqual({
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: 'ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=',
      nonce: 'uluk4a9R25RW',
      associated_data: 'associatedData',
    })
  })
})

describe('an answer’s signature', () => {
  test('is one to the openssl command line, and not over another body', async () => {
    const world = await payWorld()
    const answer = await world.jsapi()
    const folder = mkdtempSync(join(tmpdir(), 'wechat-pay-'))
    const [keyFile, signatureFile] = [join(folder, 'key.pem'), join(folder, 'signature')]
    const key = keysOf(world).certificate().export({ type: 'spki', format: 'pem' })
    writeFileSync(keyFile, key)
    const header = (name: string) => answer.headers.get(`Wechatpay-${name}`) ?? ''
    writeFileSync(signatureFile, Buffer.from(header('Signature'), 'base64'))
    const verify = (body: string) =>
      execFileSync(
        'openssl',
        ['dgst', '-sha256', '-verify', keyFile, '-signature', signatureFile],
        {
          input: `${header('Timestamp')}\n${header('Nonce')}\n${body}\n`,
          stdio: 'pipe',
        },
      ).toString()
    expect(verify(answer.text)).toContain('Verified OK')
    expect(() => verify(`${answer.text} `)).toThrow()
    rmSync(folder, { recursive: true })
  })
})

describe('what is no base64', () => {
  test('fits no key and opens nothing', async () => {
    const world = await payWorld()
    const issued = world.simulator.credentials(DIRECT).apiCertificate
    const request = {
      method: 'GET',
      target: '/',
      timestamp: '1',
      nonce: 'n',
      body: Buffer.alloc(0),
    }
    for (const text of ['', '???', 'QQ', 'QUJD\n']) {
      expect(requestSignatureFits(request, text, issued?.publicKeyPem ?? '')).toBe(false)
      expect(openSensitive(text, issued?.privateKeyPem ?? '')).toBeNull()
    }
  })
})
