import { BlockList, isIP } from 'node:net'

/** Whether the word is an address or a network in CIDR notation. */
export function isAddressOrNetwork(rule: string): boolean {
  const [address = '', prefix, ...rest] = rule.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128)
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
