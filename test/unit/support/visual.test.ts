import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'
import { palettePng } from '../../support/palette-png.ts'
import { comparePngs } from '../../support/visual.ts'

/** A white picture with one grey box in it, as a page has them. */
function picture(box: { x: number; y: number; grey?: number; size?: number }, width = 60): Buffer {
  const png = new PNG({ width, height: 60 })
  png.data.fill(255)
  const { x, y, grey = 90, size = 20 } = box
  for (let row = y; row < y + size; row += 1) {
    for (let column = x; column < x + size; column += 1) {
      png.data.fill(grey, (row * width + column) * 4, (row * width + column) * 4 + 3)
    }
  }
  return PNG.sync.write(png)
}

const differing = (one: Buffer, other: Buffer) => comparePngs(one, other).differing

describe('two pictures', () => {
  const box = picture({ x: 10, y: 10 })

  test('that are the same have no difference, also when one is packed', () => {
    expect(differing(box, box)).toBe(0)
    expect(differing(box, palettePng(box))).toBe(0)
    expect(palettePng(box).length).toBeLessThan(box.length)
  })

  test.each([
    ['a box that moved', picture({ x: 12, y: 10 })],
    ['a box that is gone', picture({ x: 10, y: 10, size: 0 })],
    ['a box of another grey', picture({ x: 10, y: 10, grey: 160 })],
    ['a larger box', picture({ x: 10, y: 10, size: 24 })],
  ])('differ by %s', (_, other) => {
    expect(differing(other, box)).toBeGreaterThan(30)
  })

  test('of different sizes are not compared, and that is a difference', () => {
    expect(comparePngs(picture({ x: 1, y: 1 }, 61), box)).toMatchObject({
      problem: 'is 61 × 60 and was 60 × 60',
      differing: Infinity,
    })
  })
})

test('a picture of too many colours is left as it is', () => {
  const png = new PNG({ width: 64, height: 64 })
  for (let at = 0; at < png.data.length; at += 1) png.data[at] = (at * at * 31) >> 4
  const colourful = PNG.sync.write(png)
  expect(palettePng(colourful)).toBe(colourful)
})
