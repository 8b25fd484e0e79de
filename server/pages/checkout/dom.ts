type Child = Node | string | null

/** An element with attributes and children; text is always text, never markup. */
export function h(
  tag: string,
  attributes: Readonly<Record<string, string | null>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

export function button(label: string, onTap: () => void): HTMLElement {
  const element = h('button', { type: 'button' }, label)
  element.addEventListener('click', onTap)
  return element
}

/** The same for drawings. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | null>> = {},
  ...children: readonly Child[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

function setAttributes(
  element: Element,
  attributes: Readonly<Record<string, string | null>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value)
  }
}

function append(element: Element, children: readonly Child[]): void {
  element.append(...children.filter((child) => child !== null))
}
