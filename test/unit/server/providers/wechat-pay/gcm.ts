import { openssl } from './fixture.ts'

/**
 * AES-256-GCM as NIST SP 800-38D writes it, on openssl's ECB and CTR alone: what it seals, no code of
 * Node's GCM has touched. Answers the ciphertext with its tag.
 */
export function gcmByOpenssl(
  plain: Uint8Array,
  { key, nonce, associatedData }: { key: string; nonce: string; associatedData: string },
): Buffer {
  const hexKey = Buffer.from(key).toString('hex')
  const counter = (count: number) =>
    Buffer.from(nonce).toString('hex') + count.toString(16).padStart(8, '0')
  const block = (hex: string) =>
    openssl(['enc', '-aes-256-ecb', '-nopad', '-K', hexKey], { input: Buffer.from(hex, 'hex') })
  const ciphertext = openssl(['enc', '-aes-256-ctr', '-K', hexKey, '-iv', counter(2)], {
    input: plain,
  })
  const aad = Buffer.from(associatedData)
  const lengths = Buffer.alloc(16)
  lengths.writeBigUInt64BE(BigInt(aad.length) * 8n, 0)
  lengths.writeBigUInt64BE(BigInt(ciphertext.length) * 8n, 8)
  const hashed = ghash(block('00'.repeat(16)), [padded(aad), padded(ciphertext), lengths])
  const tag = numberOf(block(counter(1))) ^ hashed
  return Buffer.concat([ciphertext, Buffer.from(tag.toString(16).padStart(32, '0'), 'hex')])
}

function ghash(subkey: Buffer, parts: readonly Buffer[]): bigint {
  const bytes = Buffer.concat(parts)
  let sum = 0n
  for (let at = 0; at < bytes.length; at += 16) {
    sum = multiply(sum ^ numberOf(bytes.subarray(at, at + 16)), numberOf(subkey))
  }
  return sum
}

/** In the field of 2^128 elements, whose bits GCM counts from the left. */
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n
  let shifted = right
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((left >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n
  }
  return product
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)])
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}
