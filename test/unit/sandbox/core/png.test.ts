import { crc32, inflateSync } from 'node:zlib'
import { decodeQR } from 'qr/decode.js'
import { describe, expect, test } from 'vitest'
import { bitmapPng, qrPng } from '../../../../sandbox/png.ts'

interface Picture {
  readonly width: number
  readonly height: number
  /** One byte per pixel. */
  readonly grey: Uint8Array
}

/** A reader of its own, from the PNG specification: chunks, checksums, unfiltered 8-bit grey rows. */
function readPng(png: Uint8Array): Picture {
  const bytes = Buffer.from(png)
  expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a')
  const chunks: { type: string; data: Buffer }[] = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const typed = bytes.subarray(at + 4, at + 8 + length)
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(typed))
    chunks.push({ type: typed.toString('latin1', 0, 4), data: typed.subarray(4) })
    at += length + 12
  }
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND'])
  const [header, pixels] = chunks
  if (!header || !pixels) throw new Error('no picture')
  const width = header.data.readUInt32BE(0)
  const height = header.data.readUInt32BE(4)
  expect([...header.data.subarray(8)]).toEqual([8, 0, 0, 0, 0])
  const raw = inflateSync(pixels.data)
  expect(raw.length).toBe((width + 1) * height)
  const rows = Array.from({ length: height }, (_, row) => {
    expect(raw[row * (width + 1)]).toBe(0)
    return raw.subarray(row * (width + 1) + 1, (row + 1) * (width + 1))
  })
  return { width, height, grey: Buffer.concat(rows) }
}

describe('a PNG', () => {
  test('holds the pixels it was made of', () => {
    const { width, height, grey } = readPng(
      bitmapPng([
        [true, false, true],
        [false, false, true],
      ]),
    )
    expect([width, height]).toEqual([3, 2])
    expect([...grey]).toEqual([0, 255, 0, 255, 255, 0])
  })

  test('of a QR code is read back as its text', () => {
    const text = 'weixin://wxpay/bizpayurl?pr=abcdefg'
    const { width, height, grey } = readPng(qrPng(text))
    const data = new Uint8Array(width * height * 4)
    for (const [index, value] of grey.entries()) data.set([value, value, value, 255], index * 4)
    expect(decodeQR({ width, height, data })).toBe(text)
  })

  test('needs pixels, and rows of one width', () => {
    expect(() => bitmapPng([])).toThrow(RangeError)
    expect(() => bitmapPng([[true], [true, false]])).toThrow(RangeError)
  })
})
