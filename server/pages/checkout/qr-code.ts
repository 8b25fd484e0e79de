import { encode } from 'uqr'
import { h, svg } from './dom.ts'

/** Modules of white around a code; scanners ask for four. */
const QUIET_ZONE = 4

/** Draws the text as a QR code, or shows the provider's own picture of one. Null where there is none. */
export function drawCode(code: {
  content: string | null
  image: string | null
  label: string
}): Element | null {
  const { content, image, label } = code
  if (content !== null) return drawText(content, label)
  // A picture from elsewhere would be refused by the page's policy, and could follow the payer.
  if (image?.startsWith('data:image/')) return h('img', { class: 'code', src: image, alt: label })
  return null
}

function drawText(content: string, label: string): SVGElement {
  const { data, size } = encode(content, { ecc: 'M', border: QUIET_ZONE })
  const cells = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return svg(
    'svg',
    {
      class: 'code',
      viewBox: `0 0 ${size} ${size}`,
      role: 'img',
      'aria-label': label,
      'shape-rendering': 'crispEdges',
    },
    svg('rect', { width: String(size), height: String(size), fill: '#fff' }),
    svg('path', { d: cells.join(''), fill: '#000' }),
  )
}
