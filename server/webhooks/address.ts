import { type BlockList, isIP } from 'node:net'
import { addressFamily, networkList } from '../platform/network.ts'

/**
 * Which addresses a webhook may go to: hosts of the public internet, and the networks that the
 * operator names. Everything that leads back to this machine, to its network or to the services that
 * a cloud keeps for its machines is refused, in whatever dress. Pure.
 */
export type AddressRule = (address: string) => boolean

/** IANA's special-purpose registries: what is not globally reachable. */
const REFUSED_IPV4 = networkList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Public by number only: the service behind every machine of Azure.
  '168.63.129.16',
])

/** The only part of IPv6 that is given to hosts of the public internet. */
const GLOBAL_IPV6 = networkList(['2000::/3'])
const REFUSED_IPV6 = networkList([
  // Teredo, ORCHID, benchmarks and other protocols' own.
  '2001::/23',
  '2001:db8::/32',
  // 6to4: an IPv4 address in disguise.
  '2002::/16',
  '3fff::/20',
])
/** NAT64: the last 32 bits are the IPv4 address that it leads to. */
const NAT64 = networkList(['64:ff9b::/96'])
const MAPPED = networkList(['::ffff:0:0/96'])

/** `allowNetworks` may be addresses or networks; of an IPv4 one, its IPv6 dress is allowed as well. */
export function createAddressRule(allowNetworks: readonly string[]): AddressRule {
  const allowed = networkList(allowNetworks)
  return (address) => {
    const plain = plainAddress(address)
    if (plain === null) return false
    return contains(allowed, plain) || isPublic(plain)
  }
}

function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !contains(REFUSED_IPV4, address)
  return contains(GLOBAL_IPV6, address) && !contains(REFUSED_IPV6, address)
}

/** Without brackets or the dress of IPv6 around IPv4; null for what is no address or has a zone. */
function plainAddress(word: string): string | null {
  const bare = word.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) === 0 || bare.includes('%')) return null
  return isIP(bare) === 6 ? (embeddedIpv4(bare) ?? bare) : bare
}

function embeddedIpv4(address: string): string | null {
  if (![NAT64, MAPPED].some((list) => contains(list, address))) return null
  // The URL parser writes every address in one way: no dots, and only the longest run left out.
  const { hostname } = new URL(`http://[${address}]`)
  const [low = 0, high = 0] = hostname
    .slice(1, -1)
    .split(':')
    .map((group) => Number.parseInt(group || '0', 16))
    .toReversed()
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, addressFamily(address))
}
