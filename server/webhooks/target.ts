import { isIP } from 'node:net'
import type { AddressRule } from './address.ts'

export interface TargetRules {
  /** Production: https only, and no port that well-known services speak something else on. */
  readonly strict: boolean
  readonly isAllowed: AddressRule
}

/** Above 1023, where merchants have ports of their own, and services that must not be talked to. */
const SERVICE_PORTS: ReadonlySet<number> = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2379, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 5672,
  5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 9042, 9092, 9200, 10080, 10250,
  11211, 27017,
])
const HTTPS_PORT = 443
const LAST_PRIVILEGED_PORT = 1023

/**
 * Why webhooks cannot go to this address, as advice; null where nothing speaks against it. A name is
 * not resolved here: that is done, and checked, with every attempt. The URL parser has turned
 * decimal, octal and hexadecimal spellings of an address into the plain one. Pure.
 */
export function targetProblem(address: string, { strict, isAllowed }: TargetRules): string | null {
  if (!URL.canParse(address)) return 'This is no URL. Give a whole one, with its scheme.'
  const { protocol, username, password, hostname, port } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:') return 'The URL must begin with https://.'
  if (strict && protocol !== 'https:') return 'In production the URL must begin with https://.'
  if (username !== '' || password !== '') {
    return 'The URL holds a user name or password. Leave them out: the signature proves who calls.'
  }
  if (strict && !isOpenPort(port === '' ? HTTPS_PORT : Number(port))) {
    return 'Webhooks go to port 443, or to one from 1024 on that no well-known service has.'
  }
  if (hostname.endsWith('.')) return 'The host ends with a dot. Leave it out.'
  if (isLiteral(hostname) && !isAllowed(hostname)) return ADDRESS_REFUSED
  return null
}

/** For literal addresses at once, and for names once they are resolved. */
export const ADDRESS_REFUSED =
  'The host is on a private or reserved network. Use a public address, or have the operator name the network in `webhooks.allowNetworks`.'

/** A host of a URL that is an address and needs no resolving. */
export function isLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0
}

function isOpenPort(port: number): boolean {
  return port === HTTPS_PORT || (port > LAST_PRIVILEGED_PORT && !SERVICE_PORTS.has(port))
}
