import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { palettePng } from './palette-png.ts'
import { root } from './source-files.ts'

/**
 * Pictures as references. `npm run shots` writes them; every other run compares, and leaves what it
 * saw and where that differs in `screenshots/`. A picture is only as good as its fonts: compare where
 * `sameFonts` says so, and look at boxes elsewhere.
 */
export interface Shots {
  /** Empty where the picture is like its reference; else one sentence that says how it is not. */
  differences(name: string, png: Buffer): string
  /** Whether this machine draws letters as the one did that wrote the references. */
  sameFonts(page: Page): Promise<boolean>
  /** This run writes references: there is nothing to compare with. */
  readonly writing: boolean
}

/** Differences of a point in brightness and colour below this are smoothing of letters. */
const POINT_THRESHOLD = 0.15
/** So many points may differ: one letter's worth. A line that moves by a point is more. */
const POINTS_ALLOWED = 40

export interface Comparison {
  /** Why the two cannot be the same at all, such as other sizes. */
  readonly problem: string | null
  readonly differing: number
  readonly drawing: Buffer | null
}

/** Counts the points that a person would see as different; edges that are only smoothed do not count. */
export function comparePngs(actual: Buffer, expected: Buffer): Comparison {
  const [left, right] = [PNG.sync.read(actual), PNG.sync.read(expected)]
  const { width, height } = right
  if (left.width !== width || left.height !== height) {
    const problem = `is ${left.width} × ${left.height} and was ${width} × ${height}`
    return { problem, differing: Infinity, drawing: null }
  }
  const drawing = new PNG({ width, height })
  const differing = pixelmatch(left.data, right.data, drawing.data, width, height, {
    threshold: POINT_THRESHOLD,
  })
  return { problem: null, differing, drawing: PNG.sync.write(drawing) }
}

export function shotsIn(folder: string): Shots {
  const place = join(root, folder)
  const seen = join(root, 'screenshots', folder)
  const writing = process.env['WRITE_SHOTS'] === '1'
  const fontsFile = join(place, 'fonts.json')

  return {
    writing,
    differences(name, png) {
      const path = join(place, `${name}.png`)
      if (writing) {
        write(path, palettePng(png))
        return ''
      }
      const expected = readOrNull(path)
      if (!expected) return `${name} has no reference; npm run shots writes one`
      const { problem, differing, drawing } = comparePngs(png, expected)
      if (problem === null && differing <= POINTS_ALLOWED) {
        rmSync(join(seen, `${name}.png`), { force: true })
        rmSync(join(seen, `${name}.diff.png`), { force: true })
        return ''
      }
      write(join(seen, `${name}.png`), png)
      if (drawing) write(join(seen, `${name}.diff.png`), drawing)
      const how = problem ?? `differs in ${differing} points`
      return `${name} ${how}; see ${relative(root, seen)}`
    },
    async sameFonts(page) {
      const widths = await page.evaluate(measureLetters)
      if (writing) write(fontsFile, `[${widths.join(', ')}]\n`)
      const expected = readOrNull(fontsFile)
      return (
        expected !== null &&
        JSON.stringify(JSON.parse(expected.toString())) === JSON.stringify(widths)
      )
    },
  }
}

/** Runs in the page: widths of letters and signs in its own font, which two fonts never share. */
function measureLetters(): number[] {
  const drawing = document.createElement('canvas').getContext('2d')
  if (!drawing) throw new Error('this browser draws nothing')
  drawing.font = `100px ${getComputedStyle(document.body).fontFamily}`
  const probes = ['微信支付', '訂單編號', 'Waiting for confirmation', '¥196.00', '“扫一扫”…·']
  return probes.map((text) => Math.round(drawing.measureText(text).width))
}

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}

function write(path: string, content: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
