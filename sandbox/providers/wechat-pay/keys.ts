import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { DIGITS, type Random } from '../../random.ts'
import { SandboxError } from '../../simulator.ts'
import { createCertificate } from './certificate.ts'

export interface KeyPair {
  readonly publicKeyPem: string
  readonly privateKeyPem: string
}
export type NewKeyPair = () => Promise<KeyPair>

/** Real randomness, whatever the seed: nothing that a run decides depends on it. */
export const newRsaKeyPair: NewKeyPair = async () => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { publicKeyPem: publicKey, privateKeyPem: privateKey }
}

/** A key of WeChat's: `serial` is what stands in Wechatpay-Serial. */
export interface WechatKey extends KeyPair {
  readonly serial: string
}

export interface PlatformCertificate extends WechatKey {
  readonly certificatePem: string
  readonly effectiveAtMs: number
  readonly expiresAtMs: number
}

/** WeChat's own keys: platform certificates for everybody, public keys merchant by merchant. */
export interface WechatKeys {
  /** Those that /v3/certificates lists, newest first. */
  certificates(): readonly PlatformCertificate[]
  /** The one that signs where nobody asks for another. */
  currentCertificate(): PlatformCertificate
  /** Lists a new certificate that does not sign yet. */
  issueCertificate(): Promise<PlatformCertificate>
  /** Lets a listed certificate sign from now on. Throws SandboxError 404. */
  useCertificate(serial: string): void
  /** Takes one off the list. Throws SandboxError 404, and 409 for the one that signs. */
  retireCertificate(serial: string): void
  /** The merchant's public keys, newest first; the first one signs. */
  publicKeys(mchId: string): readonly WechatKey[]
  issuePublicKey(mchId: string): Promise<WechatKey>
  /** Throws SandboxError 404, and 409 for the last one. */
  retirePublicKey(mchId: string, id: string): void
}

/** Five years. */
const CERTIFICATE_LIFE_MS = 5 * 365 * 24 * 60 * 60_000
const SERIAL_DIGITS = '0123456789ABCDEF'

export async function createWechatKeys(parts: {
  readonly random: Random
  readonly nowMs: () => number
  readonly newKeyPair: NewKeyPair
}): Promise<WechatKeys> {
  const { random, nowMs, newKeyPair } = parts
  const publicKeys = new Map<string, readonly WechatKey[]>()

  const newCertificate = async (): Promise<PlatformCertificate> => {
    const pair = await newKeyPair()
    const serial = newSerialNo(random)
    const effectiveAtMs = nowMs()
    const expiresAtMs = effectiveAtMs + CERTIFICATE_LIFE_MS
    const certificatePem = createCertificate({
      ...pair,
      serialNo: serial,
      commonName: 'Tenpay.com sandbox',
      notBeforeMs: effectiveAtMs,
      notAfterMs: expiresAtMs,
    })
    return { ...pair, serial, certificatePem, effectiveAtMs, expiresAtMs }
  }
  let current = await newCertificate()
  let listed: readonly PlatformCertificate[] = [current]
  const find = (serial: string) => {
    const found = listed.find((one) => one.serial === serial)
    if (!found) throw new SandboxError(404, `no platform certificate ${serial}`)
    return found
  }

  return {
    certificates: () => listed,
    currentCertificate: () => current,
    async issueCertificate() {
      const issued = await newCertificate()
      listed = [issued, ...listed]
      return issued
    },
    useCertificate(serial) {
      current = find(serial)
    },
    retireCertificate(serial) {
      if (find(serial) === current)
        throw new SandboxError(409, `${serial} signs; use another first`)
      listed = listed.filter((one) => one.serial !== serial)
    },
    publicKeys: (mchId) => publicKeys.get(mchId) ?? [],
    async issuePublicKey(mchId) {
      const serial = `PUB_KEY_ID_0${mchId}${random.word(23, DIGITS)}`
      const issued = { ...(await newKeyPair()), serial }
      publicKeys.set(mchId, [issued, ...(publicKeys.get(mchId) ?? [])])
      return issued
    },
    retirePublicKey(mchId, id) {
      const known = publicKeys.get(mchId) ?? []
      const left = known.filter(({ serial }) => serial !== id)
      if (left.length === known.length) throw new SandboxError(404, `${mchId} has no key ${id}`)
      if (left.length === 0) throw new SandboxError(409, `${id} is the only key of ${mchId}`)
      publicKeys.set(mchId, left)
    },
  }
}

/** Forty hex digits; the first keeps the number positive and as long as it looks. */
export function newSerialNo(random: Random): string {
  return `${1 + random.int(7)}${random.word(39, SERIAL_DIGITS)}`
}
