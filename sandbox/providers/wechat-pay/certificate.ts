import { createPublicKey, createSign } from 'node:crypto'

/**
 * A self-signed X.509 certificate, version 3, RSA with SHA-256. Node reads certificates but makes
 * none, so its few DER structures are written out here (RFC 5280, X.690).
 */
export function createCertificate(input: {
  /** Hex digits. */
  readonly serialNo: string
  readonly commonName: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly publicKeyPem: string
  readonly privateKeyPem: string
}): string {
  const name = nameOf(input.commonName)
  const algorithm = sequence(oid(SHA256_WITH_RSA), tlv(TAG.null, Buffer.alloc(0)))
  const toBeSigned = sequence(
    tlv(TAG.version, integer(Buffer.from([2]))),
    integer(Buffer.from(input.serialNo, 'hex')),
    algorithm,
    name,
    sequence(time(input.notBeforeMs), time(input.notAfterMs)),
    name,
    createPublicKey(input.publicKeyPem).export({ type: 'spki', format: 'der' }),
  )
  const signature = createSign('sha256').update(toBeSigned).sign(input.privateKeyPem)
  return toPem(sequence(toBeSigned, algorithm, bitString(signature)))
}

const TAG = {
  integer: 0x02,
  bitString: 0x03,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
} as const

/** 1.2.840.113549.1.1.11, and 2.5.4.3 for a common name, as DER writes them. */
const SHA256_WITH_RSA = '2a864886f70d01010b'
const COMMON_NAME = '550403'

function tlv(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

/** Up to 127 in one byte, above that the number of length bytes first. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(TAG.sequence, Buffer.concat(parts))
}

/** A positive integer: a leading bit of one would make it negative. */
function integer(bytes: Buffer): Buffer {
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes])
  return tlv(TAG.integer, positive)
}

function oid(hex: string): Buffer {
  return tlv(TAG.oid, Buffer.from(hex, 'hex'))
}

function bitString(bytes: Uint8Array): Buffer {
  return tlv(TAG.bitString, Buffer.concat([Buffer.from([0]), bytes]))
}

function nameOf(commonName: string): Buffer {
  const attribute = sequence(oid(COMMON_NAME), tlv(TAG.utf8, Buffer.from(commonName)))
  return sequence(tlv(TAG.set, attribute))
}

/** Two-digit years until 2049, four digits after. */
function time(atMs: number): Buffer {
  const digits = `${new Date(atMs).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`
  return digits < '2050'
    ? tlv(TAG.utcTime, Buffer.from(digits.slice(2)))
    : tlv(TAG.generalizedTime, Buffer.from(digits))
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
