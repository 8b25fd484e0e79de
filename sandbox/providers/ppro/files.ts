import { gzipSync } from 'node:zlib'
import { SandboxError } from '../../simulator.ts'
import { processingSheets } from './processing-files.ts'
import { eventsOf } from './settled-events.ts'
import { settlementSheets } from './settlement-files.ts'
import { textOf } from './sheet.ts'
import type { World } from './world.ts'

/** What lies on the SFTP server. */
export interface PproFile {
  readonly name: string
  readonly text: string
  /** As it would be fetched; settlement files may be packed with gzip. */
  readonly bytes: Uint8Array
}

const DAY_MS = 24 * 60 * 60 * 1_000
/** PPRO itself, a client, and its billing id. */
const ENTITY = '1-999-7'

/**
 * All files about one day of UTC, over all contracts: the seven settlement files of a client that is
 * settled daily, and the processing files. Settled are the very payments and refunds of the day.
 */
export function filesOf(world: World, day: string): readonly PproFile[] {
  const fromMs = Date.parse(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(fromMs)) {
    throw new SandboxError(400, `not a day: ${day}`)
  }
  const period = { fromMs, untilMs: fromMs + DAY_MS }
  const behaviour = world.behaviour()
  const { countColumn, filesPacked } = behaviour
  const settledOn = new Date(period.untilMs).toISOString().slice(0, 10)
  const settlement = settlementSheets(eventsOf(world, period), { stem: stemOf(day), countColumn })
  const settled = settlement.map((sheet) => {
    const text = textOf(sheet, behaviour, settledOn)
    return filesPacked
      ? { name: `${sheet.name}.gz`, text, bytes: gzipSync(text) }
      : { name: sheet.name, text, bytes: Buffer.from(text) }
  })
  const processed = processingSheets(world, { day, ...period }).map((sheet) => {
    const text = textOf(sheet, behaviour, settledOn)
    return { name: sheet.name, text, bytes: Buffer.from(text) }
  })
  return [...settled, ...processed]
}

/** `1-999-7-D-2026-175`: the number of a daily settlement is taken for the day of the year. */
function stemOf(day: string): string {
  const year = day.slice(0, 4)
  const number = Math.round((Date.parse(`${day}T00:00:00Z`) - Date.UTC(Number(year), 0)) / DAY_MS)
  return `${ENTITY}-D-${year}-${String(number + 1).padStart(3, '0')}`
}
