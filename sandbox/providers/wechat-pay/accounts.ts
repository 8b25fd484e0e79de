import type { Random } from '../../random.ts'
import { SandboxError } from '../../simulator.ts'
import { type NewKeyPair, newSerialNo, type WechatKeys } from './keys.ts'
import type { ApiCertificate, WechatPayMerchant } from './options.ts'

/** An API certificate with its private key, as the merchant downloads it once. */
export interface IssuedCertificate extends ApiCertificate {
  readonly privateKeyPem: string
}

/** Everything that a merchant's server is configured with. */
export interface WechatPayCredentials {
  readonly mchId: string
  readonly apiV3Key: string | null
  /** The newest API certificate that was issued here; null where the merchant brought its own. */
  readonly apiCertificate: IssuedCertificate | null
  /** Newest first; empty for a merchant on platform certificates alone. */
  readonly publicKeys: readonly { readonly id: string; readonly publicKeyPem: string }[]
  /** Newest first; empty for a merchant on a public key alone. */
  readonly certificates: readonly { readonly serialNo: string; readonly certificatePem: string }[]
}

/** The merchants, their API certificates, and how far their changeover to a public key is. */
export interface Accounts {
  list(): readonly WechatPayMerchant[]
  find(mchId: string): WechatPayMerchant | undefined
  /** Adds a merchant, or replaces the one of the same number. */
  register(merchant: WechatPayMerchant): Promise<void>
  certificate(mchId: string, serialNo: string): ApiCertificate | undefined
  /** Throws SandboxError 404 for an unknown merchant, as all below. */
  issueCertificate(mchId: string): Promise<IssuedCertificate>
  revokeCertificate(mchId: string, serialNo: string): void
  credentials(mchId: string): WechatPayCredentials
  /** Notifications move to the public key from now on. Throws SandboxError 409 unless it has both. */
  startMigration(mchId: string): void
  migrationStartedAtMs(mchId: string): number | undefined
}

interface Entry {
  readonly merchant: WechatPayMerchant
  readonly certificates: ApiCertificate[]
  issued: IssuedCertificate | null
  migrationAtMs: number | undefined
}

export function createAccounts(parts: {
  readonly random: Random
  readonly nowMs: () => number
  readonly newKeyPair: NewKeyPair
  readonly keys: WechatKeys
}): Accounts {
  const { random, nowMs, newKeyPair, keys } = parts
  const entries = new Map<string, Entry>()
  const known = (mchId: string): Entry => {
    const entry = entries.get(mchId)
    if (!entry) throw new SandboxError(404, `WeChat Pay has no merchant ${mchId}`)
    return entry
  }
  const issueCertificate = async (mchId: string): Promise<IssuedCertificate> => {
    const entry = known(mchId)
    const issued = { serialNo: newSerialNo(random), ...(await newKeyPair()) }
    entry.certificates.push(issued)
    entry.issued = issued
    return issued
  }

  return {
    list: () => [...entries.values()].map(({ merchant }) => merchant),
    find: (mchId) => entries.get(mchId)?.merchant,
    async register(merchant) {
      checkMerchant(merchant)
      const certificates = [...(merchant.apiCertificates ?? [])]
      const { mchId, wechatKeys } = merchant
      entries.set(mchId, { merchant, certificates, issued: null, migrationAtMs: undefined })
      if (certificates.length === 0) await issueCertificate(mchId)
      const needsKey = wechatKeys !== 'certificate' && keys.publicKeys(mchId).length === 0
      if (needsKey) await keys.issuePublicKey(mchId)
    },
    certificate: (mchId, serialNo) =>
      entries.get(mchId)?.certificates.find((one) => one.serialNo === serialNo),
    issueCertificate,
    revokeCertificate(mchId, serialNo) {
      const { certificates } = known(mchId)
      const index = certificates.findIndex((one) => one.serialNo === serialNo)
      if (index < 0) throw new SandboxError(404, `${mchId} has no API certificate ${serialNo}`)
      certificates.splice(index, 1)
    },
    credentials(mchId) {
      const { merchant, issued } = known(mchId)
      const { apiV3Key, wechatKeys } = merchant
      const publicKeys = wechatKeys === 'certificate' ? [] : keys.publicKeys(mchId)
      const certificates = wechatKeys === 'publicKey' ? [] : keys.certificates()
      return {
        mchId,
        apiV3Key,
        apiCertificate: issued,
        publicKeys: publicKeys.map(({ serial, publicKeyPem }) => ({ id: serial, publicKeyPem })),
        certificates: certificates.map(({ serial, certificatePem }) => ({
          serialNo: serial,
          certificatePem,
        })),
      }
    },
    startMigration(mchId) {
      const entry = known(mchId)
      if (entry.merchant.wechatKeys !== 'both') {
        throw new SandboxError(409, `${mchId} has one kind of key only`)
      }
      entry.migrationAtMs = nowMs()
    },
    migrationStartedAtMs: (mchId) => entries.get(mchId)?.migrationAtMs,
  }
}

function checkMerchant({ mchId, apiV3Key }: WechatPayMerchant): void {
  if (!/^\d{8,10}$/.test(mchId)) throw new RangeError(`mchId: 8 to 10 digits, not "${mchId}"`)
  if (apiV3Key !== null && !/^[\x21-\x7e]{32}$/.test(apiV3Key)) {
    throw new RangeError(`apiV3Key of ${mchId}: 32 printable ASCII characters`)
  }
}
