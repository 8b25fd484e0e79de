import { svg } from './dom.ts'
import type { PageState } from './state.ts'

const TICK = 'M20 33l9 9 16-19'
const CROSS = 'M23 23l18 18M41 23L23 41'
const CLOCK = 'M32 20v13l8 6'
const EXCLAMATION = 'M32 20v15M32 43v.5'
const BAR = 'M22 32h20'
const ARROW = 'M20 32h24M34 22l10 10-10 10'

const PATHS: Readonly<Partial<Record<PageState['kind'], string>>> = {
  paid: TICK,
  failed: CROSS,
  closed: BAR,
  missing: BAR,
  pending: CLOCK,
  dismissed: CLOCK,
  expired: CLOCK,
  cancelled: CLOCK,
  offline: EXCLAMATION,
  problem: EXCLAMATION,
  elsewhere: ARROW,
}

/** The round sign above a heading: the eye knows the outcome before the words are read. */
export function drawMark(kind: PageState['kind']): SVGElement {
  return svg(
    'svg',
    { class: 'mark', viewBox: '0 0 64 64', 'aria-hidden': 'true' },
    svg('circle', { cx: '32', cy: '32', r: '32', class: 'mark-ground' }),
    svg('path', { d: PATHS[kind] ?? CLOCK, class: 'mark-line' }),
  )
}
