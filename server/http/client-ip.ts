import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { addressFamily, networkList } from '../platform/network.ts'

/**
 * Where a request comes from. `X-Forwarded-For` is believed only as far as trusted proxies wrote
 * it: from the right, the first address that is not one of them is the client. Addresses and
 * networks (`10.0.0.0/8`) are trusted by name; anything else in the list throws RangeError.
 */
export function createClientIp(
  trustedProxies: readonly string[],
): (req: IncomingMessage) => string {
  const trusted = networkList(trustedProxies)
  return (req) => {
    const forwarded = [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
    const chain = [...forwarded, req.socket.remoteAddress ?? ''].map(plainAddress)
    let client = ''
    for (const address of chain.toReversed()) {
      // What is not an address was not written by a proxy of ours; the hop before it stands.
      if (address === '') break
      client = address
      if (!trusted.check(address, addressFamily(address))) break
    }
    return client
  }
}

/** Without a port, brackets, zone, or the IPv6 dress of an IPv4 address; empty when not an address. */
function plainAddress(word: string): string {
  const bare = word
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+(?:\.\d+){3}$)/i, '')
  return isIP(bare) === 0 ? '' : bare
}
