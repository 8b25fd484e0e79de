import type { BuiltInTag } from '../../../program.ts'
import { nodeOf } from '../backend.ts'
import { pressOn } from '../gestures.ts'
import { type BuiltInDefinition, type Control, flag, text } from './define.ts'
import { type Controls, componentOf } from './form.ts'

const CHOICE = {
  value: text(),
  checked: flag(),
  disabled: flag(),
  color: text('#07c160'),
}

/** Radio and checkbox tell their group; a group's value is what is checked within it. */
export function choices(controls: Controls): readonly BuiltInDefinition[] {
  return [
    {
      tag: 'radio',
      properties: CHOICE,
      created: (control) => {
        controls.add(control)
        control.onTap(() => pickRadio(control, controls))
      },
      changed: (control) => paint(control, 'radio'),
    },
    {
      tag: 'checkbox',
      properties: CHOICE,
      created: (control) => {
        controls.add(control)
        control.onTap(() => toggle(control, controls))
      },
      changed: (control) => paint(control, 'checkbox'),
    },
    {
      tag: 'switch',
      properties: { ...CHOICE, name: text() },
      created: (control) => {
        controls.add(control)
        control.onTap(() => {
          if (control.flag('disabled')) return
          control.set('checked', !control.flag('checked'))
          control.fire('change', { value: control.flag('checked') })
        })
      },
      changed: (control) => paint(control, 'switch'),
    },
    group('radio-group', controls),
    group('checkbox-group', controls),
  ]
}

function group(tag: BuiltInTag, controls: Controls): BuiltInDefinition {
  return { tag, properties: { name: text() }, created: (control) => controls.add(control) }
}

function paint({ element, flag: is, text: value }: Control, role: string): void {
  element.setAttribute('role', role)
  element.setAttribute('aria-checked', String(is('checked')))
  element.setAttribute('aria-disabled', String(is('disabled')))
  element.style.setProperty('--choice-color', value('color'))
}

function pickRadio(control: Control, controls: Controls): void {
  if (control.flag('disabled') || control.flag('checked')) return
  const around = control.element.closest('wx-radio-group')
  for (const other of controls.within(around, 'wx-radio')) other.set('checked', other === control)
  if (around === null) control.set('checked', true)
  controls.at(around)?.fire('change', { value: control.text('value') })
}

function toggle(control: Control, controls: Controls): void {
  if (control.flag('disabled')) return
  control.set('checked', !control.flag('checked'))
  const around = control.element.closest('wx-checkbox-group')
  controls.at(around)?.fire('change', { value: controls.checkedValues(around) })
}

/** A tap on a label is a tap on its control: the one named by `for`, or the first inside. */
export const label: BuiltInDefinition = {
  tag: 'label',
  properties: { for: text() },
  created(control) {
    control.onTap((origin) => {
      const target = labelled(control)
      if (target === null || (origin !== null && target.contains(origin))) return
      const component = componentOf(nodeOf(target))
      if (component !== null) pressOn(component)
    })
  },
}

function labelled(control: Control): Element | null {
  const id = control.text('for')
  if (id === '') {
    return control.element.querySelector('wx-radio, wx-checkbox, wx-switch, wx-button, wx-input')
  }
  return control.element.closest('wx-page')?.querySelector(`[id$="--${CSS.escape(id)}"]`) ?? null
}
