import * as glassEasel from 'glass-easel'
import type { BuiltInDefinition, Control } from './define.ts'

/** The controls on all pages, found again by their elements: forms and groups ask for them. */
export class Controls {
  private readonly byElement = new WeakMap<Element, Control>()

  add(control: Control): void {
    this.byElement.set(control.element, control)
  }

  at(element: Element | null): Control | null {
    return (element && this.byElement.get(element)) ?? null
  }

  within(around: Element | null, selector: string): Control[] {
    const elements = around === null ? [] : [...around.querySelectorAll(selector)]
    return elements.map((element) => this.at(element)).filter((control) => control !== null)
  }

  checkedValues(around: Element | null): string[] {
    return this.within(around, 'wx-checkbox')
      .filter((control) => control.flag('checked'))
      .map((control) => control.text('value'))
  }
}

const FIELDS = 'wx-input, wx-textarea, wx-switch, wx-radio-group, wx-checkbox-group'

/** Collects the named fields when a button with form-type="submit" inside it is tapped. */
export function form(controls: Controls): BuiltInDefinition {
  return {
    tag: 'form',
    properties: {},
    created(control) {
      control.onTap((origin) => {
        const pressed = origin?.closest('wx-button[form-type]')?.getAttribute('form-type')
        if (pressed === 'submit') {
          control.fire('submit', { value: valuesOf(control.element, controls) })
        }
        if (pressed === 'reset') {
          for (const field of controls.within(control.element, 'wx-input, wx-textarea')) {
            field.set('value', '')
          }
          control.fire('reset', {})
        }
      })
    },
  }
}

function valuesOf(element: Element, controls: Controls): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of controls.within(element, FIELDS)) {
    const name = field.text('name')
    if (name !== '') values[name] = fieldValue(field, controls)
  }
  return values
}

function fieldValue(field: Control, controls: Controls): unknown {
  switch (field.element.localName) {
    case 'wx-switch':
      return field.flag('checked')
    case 'wx-checkbox-group':
      return controls.checkedValues(field.element)
    case 'wx-radio-group': {
      const radios = controls.within(field.element, 'wx-radio')
      return radios.find((radio) => radio.flag('checked'))?.text('value') ?? ''
    }
    default:
      return field.text('value')
  }
}

/** A text field that a form can read. */
export function withControl(controls: Controls, definition: BuiltInDefinition): BuiltInDefinition {
  const { created } = definition
  return {
    ...definition,
    created(control) {
      controls.add(control)
      created?.(control)
    },
  }
}

export function componentOf(node: glassEasel.Element | null): glassEasel.GeneralComponent | null {
  return node instanceof glassEasel.Component ? node.general() : null
}
