import { isIP } from 'node:net'

/** Whether the word is an address or a network in CIDR notation. */
export function isAddressOrNetwork(rule: string): boolean {
  const [address = '', prefix, ...rest] = rule.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128)
}
