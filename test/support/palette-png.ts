import { crc32, deflateSync } from 'node:zlib'
import { PNG } from 'pngjs'

/**
 * The same picture in at most 256 colours, a third as large: what pages are made of is a handful of
 * colours and the smoothing between them. Each channel keeps 16 steps, which no comparison sees.
 * Alpha is dropped. The picture itself where that is still too many colours.
 */
export function palettePng(png: Buffer): Buffer {
  const { width, height, data } = PNG.sync.read(png)
  const indexes = new Map<number, number>()
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4
      const colour = (step(data[at]) << 8) | (step(data[at + 1]) << 4) | step(data[at + 2])
      const index = indexes.get(colour) ?? indexes.size
      indexes.set(colour, index)
      // The first byte of a row names its filter, which is none.
      rows[y * (width + 1) + 1 + x] = index
    }
  }
  if (indexes.size > 256) return png
  const palette = [...indexes.keys()].flatMap((colour) =>
    [8, 4, 0].map((shift) => ((colour >> shift) & 0xf) * STEP),
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, PALETTE_COLOURS, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette)),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const PALETTE_COLOURS = 3
const STEP = 17

const step = (channel = 0): number => Math.round(channel / STEP)

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
