import type * as glassEasel from 'glass-easel'
import type { BuiltInTag } from '../../../program.ts'
import { elementOf } from '../backend.ts'

/** What built-in components need from the phone around them. */
export interface ComponentServices {
  /** A file of the Mini Program, as seen from the page or component whose template names it. */
  assetUrl(source: string, owner: string): string
  navigate(openType: string, options: { url: string; delta: number }): void
  /** A page of the merchant as WeChat's browser shows it. Throws Error for any other. */
  webAddress(url: string): string
}

export interface BuiltInDefinition {
  readonly tag: BuiltInTag
  readonly properties: Readonly<Record<string, PropertyDefinition>>
  /** Called once, when the element exists and before its properties arrive. */
  readonly created?: (control: Control) => void
  /** Called with the names of the properties that changed, the first time with all. */
  readonly changed?: (control: Control) => void
}

export interface PropertyDefinition {
  readonly type: StringConstructor | NumberConstructor | BooleanConstructor
  readonly value: string | number | boolean
}

/** One built-in component on the page: its element, its properties, its events. */
export interface Control {
  readonly component: glassEasel.GeneralComponent
  readonly element: HTMLElement
  readonly text: (property: string) => string
  readonly number: (property: string) => number
  readonly flag: (property: string) => boolean
  /** Changes an own property, and whatever `model:` binds to it. */
  readonly set: (property: string, value: string | number | boolean) => void
  /** Fires an event that does not bubble, as component events do. */
  readonly fire: (event: string, detail: unknown, onAnswer?: (answer: unknown) => void) => void
  /** Calls back on a tap that reaches the component. */
  readonly onTap: (listener: (origin: Element | null) => void) => void
}

export const text = (value = ''): PropertyDefinition => ({ type: String, value })
export const number = (value = 0): PropertyDefinition => ({ type: Number, value })
export const flag = (value = false): PropertyDefinition => ({ type: Boolean, value })

/** What every component of WeChat takes: whether it is there, and what it tells a screen reader. */
const COMMON = {
  hidden: flag(),
  ariaRole: text(),
  ariaLabel: text(),
  ariaHidden: text(),
  ariaChecked: text(),
  ariaSelected: text(),
  ariaDisabled: text(),
  ariaExpanded: text(),
  ariaLive: text(),
}
const ARIA = Object.keys(COMMON).filter((name) => name.startsWith('aria') && name !== 'ariaRole')

function applyCommon({ element, flag: is, text: value }: Control): void {
  element.toggleAttribute('hidden', is('hidden'))
  const role = value('ariaRole')
  if (role !== '') element.setAttribute('role', role)
  for (const name of ARIA) {
    const given = value(name)
    if (given !== '') element.setAttribute(name.replace('aria', 'aria-').toLowerCase(), given)
  }
}

/** Registers a built-in component under its tag for every page of the space. */
export function defineBuiltIn(
  spaces: { own: glassEasel.ComponentSpace; users: glassEasel.ComponentSpace },
  definition: BuiltInDefinition,
): void {
  const { tag, properties, created } = definition
  const changed = (control: Control) => {
    definition.changed?.(control)
    applyCommon(control)
  }
  const controls = new WeakMap<object, Control>()
  const component = spaces.own.defineComponent({
    is: `wx/${tag}`,
    options: { propertyEarlyInit: false },
    properties: { ...COMMON, ...properties },
    lifetimes: {
      created(this: glassEasel.GeneralComponent) {
        const control = controlOf(this)
        controls.set(this, control)
        created?.(control)
        changed(control)
      },
    },
    observers: {
      '**'(this: glassEasel.GeneralComponent) {
        const control = controls.get(this)
        if (control !== undefined) changed(control)
      },
    },
  })
  spaces.users.setGlobalUsingComponent(tag, component.general())
}

function controlOf(component: glassEasel.GeneralComponent): Control {
  const value = (property: string): unknown => component.data[property]
  return {
    component,
    element: elementOf(component),
    text(property) {
      const found = value(property)
      return typeof found === 'string' ? found : ''
    },
    number: (property) => Number(value(property)),
    flag: (property) => value(property) === true,
    set: (property, next) => component.setData({ [property]: next }),
    fire(event, detail, onAnswer) {
      const options = onAnswer && { handleListenerReturn: (answer: unknown) => onAnswer(answer) }
      component.triggerEvent(event, detail, options)
    },
    onTap(listener) {
      component.addListener('tap', (event) => {
        const origin: unknown = event.target.$$
        listener(origin instanceof Element ? origin : null)
      })
    },
  }
}
