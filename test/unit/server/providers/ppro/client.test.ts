import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPproProvider } from '../../../../../server/providers/ppro/index.ts'
import type { Provider } from '../../../../../server/providers/provider.ts'
import { everythingIn, failureOf } from '../support/failure.ts'
import { type Peer, type Reply, startPeer } from '../support/peer.ts'
import {
  aConfig,
  aReference,
  aWish,
  type Connected,
  connect,
  form,
  known,
  SECRETS,
} from './fixture.ts'

/** What goes wrong on the line, and what it means for the money. */

let script: Map<string, () => Reply | 'reset' | Promise<Reply>>
let peer: Peer
let connected: Connected
let provider: Provider

beforeEach(async () => {
  script = new Map()
  peer = await startPeer(({ body }) => {
    const txtype = new URLSearchParams(body).get('txtype') ?? ''
    return script.get(txtype)?.() ?? { status: 404 }
  })
  connected = connect(peer.url)
  provider = connected.provider
})
afterEach(async () => {
  await connected.close()
  await peer.close()
})

const wish = {
  payment: aReference(),
  outRefundNo: 'rf1001',
  amount: { value: 5, currency: 'EUR' },
  reason: null,
}
const ask = async (): Promise<unknown> => provider.refund?.(wish)

describe('what goes wrong on the line', () => {
  test.each<[string, () => Reply | 'reset', string]>([
    ['HTTP 500', () => ({ status: 500 }), 'unknown'],
    ['HTTP 403', () => ({ status: 403 }), 'rejected'],
    ['HTTP 302', () => ({ status: 302, headers: { location: '/' } }), 'unknown'],
    ['a torn connection', () => 'reset', 'unknown'],
  ])('%s leaves a payment and a refund %3$s', async (_, answer, outcome) => {
    script.set('TRANSACTION', answer)
    script.set('REFUND', answer)
    expect((await failureOf(() => provider.createPayment(aWish()))).outcome).toBe(outcome)
    expect((await failureOf(() => ask())).outcome).toBe(outcome)
  })

  test('patience is asked for in seconds', async () => {
    script.set('TRANSACTION', () => ({ status: 429, headers: { 'retry-after': '3' } }))
    expect(await failureOf(() => provider.createPayment(aWish()))).toMatchObject({
      outcome: 'notSent',
      retryAfterMs: 3_000,
    })
  })

  test('silence until the deadline is unknown', async () => {
    script.set('TRANSACTION', () => {
      connected.clock.advance(10_000)
      return new Promise(() => undefined)
    })
    expect((await failureOf(() => provider.createPayment(aWish()))).outcome).toBe('unknown')
  })

  test('a port where nobody listens means that nothing was sent', async () => {
    await peer.close()
    expect((await failureOf(() => provider.createPayment(aWish()))).outcome).toBe('notSent')
  })

  test('no error shows a secret that PPRO sends back where the reason belongs', async () => {
    const [secret] = SECRETS
    for (const words of [secret, `INPUT_DATA ${secret}`, 'x'.repeat(65)]) {
      script.set('TRANSACTION', () => ({
        body: form({ STATUS: 'FAILED', TXID: '0', FAILREASON: words }),
      }))
      const refused = await failureOf(() => provider.createPayment(aWish()))
      expect(everythingIn(refused)).not.toContain(words)
      expect(everythingIn(refused)).not.toContain(secret)
      expect(refused).toMatchObject({ outcome: 'rejected', providerCode: null })
    }
  })

  test('no error shows a secret, not even one that PPRO sends back', async () => {
    const ERRMSG = `login johndoe with ${SECRETS.join(' and ')} is wrong\r\n`
    const body = form({ STATUS: 'FAILED', TXID: '0', FAILREASON: 'INPUT_DATA', ERRMSG })
    script.set('TRANSACTION', () => ({ body }))
    const refused = await failureOf(() => provider.createPayment(aWish()))
    script.set('TRANSACTION', () => 'reset')
    const broken = await failureOf(() => provider.createPayment(aWish()))
    expect(refused.message).toContain('login [redacted] with [redacted] and')
    for (const secret of SECRETS) {
      expect(everythingIn(refused)).not.toContain(secret)
      expect(everythingIn(broken)).not.toContain(secret)
    }
  })
})

test('a certificate of the account goes with every call', async () => {
  const clientCertificate = {
    cert: '-----BEGIN CERTIFICATE-----\n…',
    key: '-----BEGIN PRIVATE KEY-----\n…',
    ca: '-----BEGIN CERTIFICATE-----\nprivate',
  }
  const shown: unknown[] = []
  const ppro = createPproProvider({
    accountId: 'ppro',
    config: aConfig({ endpoint: 'https://simpleapitest.ppro.com/', clientCertificate }),
    clock: connected.clock,
    http: async ({ tls, url }) => {
      shown.push({ tls, url })
      return { status: 200, headers: {}, body: Buffer.from(known({ STATUS: 'PENDING' })) }
    },
  })
  await ppro.queryPayment(aReference())
  expect(shown).toEqual([{ tls: clientCertificate, url: 'https://simpleapitest.ppro.com/' }])
})
