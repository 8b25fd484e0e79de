import type { Product } from './catalogue.ts'

/**
 * A cup of that tea seen from above, with two leaves beside it. Drawn here, so that the shop needs no
 * picture of anybody else's.
 */
export function drawProduct({ colours }: Pick<Product, 'colours'>): string {
  const { liquor, leaf, cloth } = colours
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240" viewBox="0 0 240 240">',
    `<rect width="240" height="240" fill="${cloth}"/>`,
    '<circle cx="126" cy="128" r="82" fill="#000" opacity=".06"/>',
    '<circle cx="122" cy="122" r="80" fill="#fbfaf6"/>',
    '<circle cx="122" cy="122" r="70" fill="none" stroke="#e3ded2" stroke-width="1.5"/>',
    '<circle cx="122" cy="122" r="54" fill="#fff"/>',
    `<circle cx="122" cy="122" r="47" fill="${liquor}"/>`,
    '<path d="M83 104a44 44 0 0 1 38-26" fill="none" stroke="#fff" stroke-width="5"',
    ' stroke-linecap="round" opacity=".55"/>',
    leafAt({ x: 46, y: 190, turn: -38, colour: leaf, opacity: 1 }),
    leafAt({ x: 62, y: 206, turn: -6, colour: leaf, opacity: 0.72 }),
    leafAt({ x: 134, y: 130, turn: 24, colour: leaf, opacity: 0.5, scale: 0.55 }),
    '</svg>',
  ].join('')
}

function leafAt(leaf: {
  x: number
  y: number
  turn: number
  colour: string
  opacity: number
  scale?: number
}): string {
  const { x, y, turn, colour, opacity, scale = 1 } = leaf
  return [
    `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${scale})" opacity="${opacity}">`,
    `<path d="M-32 0C-16-19 14-19 34 0 14 17-16 17-32 0Z" fill="${colour}"/>`,
    '<path d="M-40 2C-20 1 6 0 26 0" fill="none" stroke="#fff" stroke-width="1.6"',
    ' stroke-linecap="round" opacity=".5"/>',
    '</g>',
  ].join('')
}
