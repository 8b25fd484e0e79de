import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { signedHeaders } from '../../../../server/webhooks/signing.ts'

const secretOf = (byte: number, length = 32) =>
  `whsec_${Buffer.alloc(length, byte).toString('base64')}`
const text = '{"type":"payment.paid","data":{"description":"龙井 🍵"}}'
const body = new TextEncoder().encode(text)
const content = { webhookId: 'evt_1_abc', atMs: 1_760_000_000_999, body }

describe('a signed webhook', () => {
  test('is signed as the library of Standard Webhooks signs it, with secrets of any length', () => {
    for (const length of [24, 25, 32, 64]) {
      const secret = secretOf(length, length)
      const headers = signedHeaders(content, [secret])
      const theirs = new Webhook(secret).sign(content.webhookId, new Date(content.atMs), text)
      expect(headers['webhook-signature']).toBe(theirs)
    }
  })

  test('agrees with the vector that the reference libraries share', () => {
    const headers = signedHeaders(
      {
        webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        atMs: 1_614_265_330_000,
        body: new TextEncoder().encode('{"test": 2432232314}'),
      },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('carries one signature per secret, in their order', () => {
    const both = [secretOf(1), secretOf(2)]
    const apart = both.map((secret) => signedHeaders(content, [secret])['webhook-signature'])
    expect(signedHeaders(content, both)['webhook-signature']).toBe(apart.join(' '))
    expect(apart[0]).not.toBe(apart[1])
  })

  test('is signed over its id, its time in whole seconds and every byte', () => {
    const sign = (changed: Partial<typeof content>) =>
      signedHeaders({ ...content, ...changed }, [secretOf(1)])['webhook-signature']
    const first = sign({})
    expect(sign({ atMs: content.atMs - 999 })).toBe(first)
    expect(sign({ atMs: content.atMs + 1 })).not.toBe(first)
    expect(sign({ webhookId: 'evt_2_abc' })).not.toBe(first)
    expect(sign({ body: body.with(0, 32) })).not.toBe(first)
  })
})
