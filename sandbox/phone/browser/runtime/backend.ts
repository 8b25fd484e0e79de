import * as glassEasel from 'glass-easel'
import { builtInTags } from '../../program.ts'

const BUILT_IN_TAGS: ReadonlySet<string> = new Set(builtInTags)
const RPX = /(-?\d*\.?\d+)rpx\b/g
const RPX_PER_WIDTH = 750
/** Where glass-easel notes on a DOM node what it belongs to. */
const OWNER = '__wxElement'
/** Where the adapter's method caller keeps its component. */
const CALLED = '_$'

/**
 * glass-easel's DOM with WeChat's ways: built-in tags become `wx-…` elements, as in WeChat's own
 * web view, and inline styles may use rpx. Events come from the gestures alone (see gestures.ts),
 * because a DOM event of the same name is not WeChat's event.
 */
export class WechatBackend extends glassEasel.CurrentWindowBackendContext {
  constructor() {
    super()
    const own = this.document
    this.document = {
      createElement: (tag) =>
        withRpx(own.createElement(BUILT_IN_TAGS.has(tag) ? `wx-${tag}` : tag)),
      createTextNode: (content) => own.createTextNode(content),
      createDocumentFragment: () => own.createDocumentFragment(),
    }
  }

  override onEvent(): void {}
  override setListenerStats(): void {}
}

function withRpx(element: glassEasel.domlikeBackend.Element): glassEasel.domlikeBackend.Element {
  const setAttribute = element.setAttribute.bind(element)
  element.setAttribute = (name, value) => {
    const isStyle = name === 'style' && typeof value === 'string'
    setAttribute(name, isStyle ? rpxToVw(value) : value)
  }
  return element
}

function rpxToVw(style: string): string {
  return style.replace(RPX, (_, rpx: string) => `${(Number(rpx) * 100) / RPX_PER_WIDTH}vw`)
}

/** The DOM element of a component. Throws where there is none: a virtual host. */
export function elementOf(component: glassEasel.GeneralComponent): HTMLElement {
  const element: unknown = component.$$
  if (element instanceof HTMLElement) return element
  throw new TypeError(`${component.is} has no element of its own`)
}

/** The component or node that a DOM element belongs to, the nearest one outwards. */
export function nodeOf(target: EventTarget | null): glassEasel.Element | null {
  for (let at = target; at instanceof Node; at = at.parentNode) {
    const node: unknown = Reflect.get(at, OWNER)
    if (node instanceof glassEasel.Element) return node
  }
  return null
}

/** The component behind a method caller of the adapter, or behind itself. */
export function behind(caller: unknown): glassEasel.Element | null {
  if (caller instanceof glassEasel.Element) return caller
  if (typeof caller !== 'object' || caller === null) return null
  const inner: unknown = Reflect.get(caller, CALLED)
  return inner instanceof glassEasel.Element ? inner : null
}
