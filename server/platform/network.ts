import { BlockList, isIP } from 'node:net'

/** Whether the word is an address or a network in CIDR notation. */
export function isAddressOrNetwork(rule: string): boolean {
  const [address = '', prefix, ...rest] = rule.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128)
}

/**
 * What one client has of the address space: an IPv4 address, or the /64 that every IPv6 client can
 * pick addresses from as it likes. Words that are no address stay as they are.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length)
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest]
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}

/** A list of addresses and networks to look others up in. Throws RangeError for anything else. */
export function networkList(rules: readonly string[]): BlockList {
  const list = new BlockList()
  for (const rule of rules) {
    if (!isAddressOrNetwork(rule)) throw new RangeError(`not an address or network: ${rule}`)
    const [address = '', prefix] = rule.split('/')
    if (prefix === undefined) list.addAddress(address, addressFamily(address))
    else list.addSubnet(address, Number(prefix), addressFamily(address))
  }
  return list
}

/** As lists of networks call it; `ipv4` for what is no address. */
export function addressFamily(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
