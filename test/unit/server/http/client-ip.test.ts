import { describe, expect, test } from 'vitest'
import { createClientIp } from '../../../../server/http/client-ip.ts'
import { createRouter } from '../../../../server/http/context.ts'
import { makeTools, startApp } from './harness.ts'

/** The address that a route sees when a request comes over loopback with this header. */
async function seen(trustedProxies: readonly string[], forwardedFor?: string): Promise<unknown> {
  const router = createRouter().get('/ip', (ctx) => {
    ctx.body = ctx.state.clientIp
  })
  const clientIp = createClientIp(trustedProxies)
  const { address } = await startApp(makeTools(), { parsed: [router] }, { clientIp })
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  return await (await fetch(`${address}/ip`, { headers })).text()
}

const LOOPBACK = '127.0.0.1'

describe('the address of the payer', () => {
  test.each([
    ['is that of the connection', [], undefined, LOOPBACK],
    ['ignores a header that no proxy of ours wrote', [], '203.0.113.7', LOOPBACK],
    ['is what a trusted proxy saw', [LOOPBACK], '203.0.113.7', '203.0.113.7'],
    ['is trusted by network as well', ['127.0.0.0/8'], '203.0.113.7', '203.0.113.7'],
    [
      'skips a chain of trusted proxies',
      ['127.0.0.0/8', '10.0.0.0/8'],
      '203.0.113.7, 10.1.2.3',
      '203.0.113.7',
    ],
    [
      'does not believe what the client put in front',
      [LOOPBACK],
      '1.2.3.4, 203.0.113.7',
      '203.0.113.7',
    ],
    [
      'is the last proxy where all are trusted',
      ['127.0.0.0/8', '10.0.0.0/8'],
      '10.1.2.3',
      '10.1.2.3',
    ],
    ['unwraps an IPv4-mapped address', [LOOPBACK], '::ffff:203.0.113.7', '203.0.113.7'],
    ['drops a port', [LOOPBACK], '203.0.113.7:52100', '203.0.113.7'],
    ['takes IPv6', [LOOPBACK], '2001:db8::7', '2001:db8::7'],
    ['takes IPv6 in brackets with a port', [LOOPBACK], '[2001:db8::7]:443', '2001:db8::7'],
    [
      'trusts IPv6 networks',
      [LOOPBACK, '2001:db8::/32'],
      '203.0.113.7, 2001:db8::1',
      '203.0.113.7',
    ],
    ['stops at words that are no address', [LOOPBACK], 'unknown, secret', LOOPBACK],
    [
      'stops at a hole in the chain',
      ['127.0.0.0/8', '10.0.0.0/8'],
      '1.2.3.4, , 10.1.2.3',
      '10.1.2.3',
    ],
  ])('%s', async (_, trusted, header, expected) => {
    expect(await seen(trusted, header)).toBe(expected)
  })

  test.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', ''])(
    'a rule that is no address or network is refused: %j',
    (rule) => {
      expect(() => createClientIp([rule])).toThrow(RangeError)
    },
  )
})
