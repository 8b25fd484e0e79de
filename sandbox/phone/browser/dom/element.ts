type Child = Node | string | null

/** Builds an element; attributes that are null are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | null>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child !== null))
  return element
}

/** A button that does something. */
export function pressable(
  attributes: Readonly<Record<string, string | null>>,
  onPress: () => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const button = h('button', { type: 'button', ...attributes }, ...children)
  button.addEventListener('click', onPress)
  return button
}

const SVG = 'http://www.w3.org/2000/svg'

/** A drawing on a 24 by 24 grid in the current colour; stroked unless `fill` is asked for. */
export function drawing(path: string, options: { fill?: boolean; size?: number } = {}): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  const size = String(options.size ?? 24)
  const look = options.fill
    ? { fill: 'currentColor' }
    : { fill: 'none', stroke: 'currentColor', 'stroke-width': '1.6' }
  const attributes = { viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true' }
  for (const [name, value] of Object.entries({ ...attributes, ...look })) {
    svg.setAttribute(name, value)
  }
  svg.setAttribute('stroke-linecap', 'round')
  svg.setAttribute('stroke-linejoin', 'round')
  const shape = document.createElementNS(SVG, 'path')
  shape.setAttribute('d', path)
  svg.append(shape)
  return svg
}

/** Ends when the element's own transition or animation does, at once where there is none. */
export async function settled(element: Element): Promise<void> {
  await Promise.allSettled(element.getAnimations().map((animation) => animation.finished))
}
