import { h } from '../../dom/element.ts'
import { type BuiltInDefinition, type Control, flag, number, text } from './define.ts'

type Field = HTMLInputElement | HTMLTextAreaElement

const MODES: Readonly<Record<string, string>> = {
  number: 'numeric',
  digit: 'decimal',
  idcard: 'text',
  text: 'text',
}
const ENTER_KEYS: Readonly<Record<string, string>> = {
  done: 'done',
  go: 'go',
  next: 'next',
  search: 'search',
  send: 'send',
}

const COMMON = {
  value: text(),
  name: text(),
  placeholder: text(),
  placeholderStyle: text(),
  placeholderClass: text('input-placeholder'),
  disabled: flag(),
  maxlength: number(140),
  focus: flag(),
  autoFocus: flag(),
  cursorSpacing: number(),
  adjustPosition: flag(true),
  holdKeyboard: flag(),
}

export const input: BuiltInDefinition = {
  tag: 'input',
  properties: {
    ...COMMON,
    type: text('text'),
    password: flag(),
    confirmType: text('done'),
    confirmHold: flag(),
  },
  created: (control) => mount(control, h('input', { autocomplete: 'off' })),
  changed(control) {
    const field = update(control)
    if (!(field instanceof HTMLInputElement)) return
    field.type = control.flag('password') ? 'password' : 'text'
    field.inputMode = MODES[control.text('type')] ?? 'text'
    field.enterKeyHint = ENTER_KEYS[control.text('confirmType')] ?? 'done'
  },
}

export const textarea: BuiltInDefinition = {
  tag: 'textarea',
  properties: { ...COMMON, autoHeight: flag(), fixed: flag(), showConfirmBar: flag(true) },
  created: (control) => mount(control, h('textarea', { rows: '1' })),
  changed(control) {
    const field = update(control)
    control.element.toggleAttribute('auto-height', control.flag('autoHeight'))
    if (field instanceof HTMLTextAreaElement) fitHeight(control, field)
  },
}

function mount(control: Control, field: Field): void {
  control.element.append(field)
  const tell = (event: string) => control.fire(event, { value: field.value })
  field.addEventListener('input', () => {
    control.set('value', field.value)
    const detail = { value: field.value, cursor: field.selectionStart ?? field.value.length }
    control.fire('input', detail, (answer) => replaceWith(control, field, answer))
    if (field instanceof HTMLTextAreaElement) fitHeight(control, field)
  })
  field.addEventListener('focus', () => {
    control.fire('focus', { value: field.value, height: 0 })
  })
  field.addEventListener('blur', () => tell('blur'))
  field.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.isComposing) return
    if (field instanceof HTMLTextAreaElement) return
    tell('confirm')
    if (!control.flag('confirmHold')) field.blur()
  })
  control.element.addEventListener('click', () => field.focus())
}

/** What a handler of `input` returns replaces the text, as in WeChat. */
function replaceWith(control: Control, field: Field, answer: unknown): void {
  const value =
    typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : answer
  if (typeof value !== 'string' || value === field.value) return
  field.value = value
  control.set('value', value)
}

function update(control: Control): Field | null {
  const field = control.element.querySelector<Field>('input, textarea')
  if (field === null) return null
  const value = control.text('value')
  if (field.value !== value) field.value = value
  field.placeholder = control.text('placeholder')
  field.disabled = control.flag('disabled')
  const limit = control.number('maxlength')
  if (limit >= 0) field.maxLength = limit
  else field.removeAttribute('maxlength')
  const wanted = control.flag('focus') || control.flag('autoFocus')
  if (wanted && !control.element.hasAttribute('focused')) queueMicrotask(() => field.focus())
  control.element.toggleAttribute('focused', wanted)
  copyPlaceholderColor(control)
  return field
}

/** A placeholder is styled by text here; its colour is what shops set. */
function copyPlaceholderColor(control: Control): void {
  const color = /(?:^|;)\s*color\s*:\s*([^;]+)/.exec(control.text('placeholderStyle'))?.[1]
  control.element.style.setProperty('--placeholder-color', color ?? null)
}

function fitHeight(control: Control, field: HTMLTextAreaElement): void {
  if (!control.flag('autoHeight')) return
  field.style.height = 'auto'
  field.style.height = `${field.scrollHeight}px`
}
