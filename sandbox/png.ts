import { crc32, deflateSync } from 'node:zlib'
import { encode } from 'uqr'

const SIGNATURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const QUIET_ZONE_MODULES = 4

/** A QR code of the text as a PNG, each module `scale` pixels wide, with the quiet zone scanners need. */
export function qrPng(text: string, scale = 6): Uint8Array {
  const { data } = encode(text, { ecc: 'M', border: QUIET_ZONE_MODULES })
  return bitmapPng(data.flatMap((row) => Array.from({ length: scale }, () => widen(row, scale))))
}

/**
 * A black-and-white picture as a PNG: greyscale, 8 bits, one row after the other, unfiltered.
 * W3C Portable Network Graphics (Third Edition), sections 5, 7.2 and 11.2.
 */
export function bitmapPng(rows: readonly (readonly boolean[])[]): Uint8Array {
  const width = rows[0]?.length ?? 0
  if (width === 0 || rows.some((row) => row.length !== width)) {
    throw new RangeError('a picture needs rows of one and the same width')
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(rows.length, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const pixels = Buffer.from(rows.flatMap((row) => [0, ...row.map((black) => (black ? 0 : 255))]))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', new Uint8Array()),
  ])
}

function widen(row: readonly boolean[], scale: number): boolean[] {
  return row.flatMap((module) => Array.from({ length: scale }, () => module))
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(typed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}
