import { drawing, h, pressable, settled } from '../dom/element.ts'
import type { CashierCall } from './api.ts'
import type { Texts } from './texts.ts'

/**
 * WeChat's scanner, with a line to paste into where a phone has a camera. It also takes an H5
 * payment link, which a phone's own browser would hand to WeChat.
 */
export function openScanner(options: {
  apps: HTMLElement
  texts: Texts
  /** What to fill in at first. */
  text: string
  onFound: (call: CashierCall) => void
}): void {
  const { apps, texts, text, onFound } = options
  const field = h('input', {
    'aria-label': texts.scanField,
    placeholder: texts.scanField,
    autocomplete: 'off',
    spellcheck: 'false',
    value: text,
  })
  const complaint = h('p', { class: 'scanner-complaint', role: 'alert' })
  const layer = h('div', { class: 'app-layer scanner' })
  const close = async () => {
    layer.setAttribute('away', '')
    await settled(layer)
    layer.remove()
  }
  const submit = () => {
    const call = readScanned(field.value)
    complaint.textContent = call === null ? texts.scanUnknown : ''
    if (call === null) return
    void close()
    onFound(call)
  }
  const form = h(
    'form',
    {},
    h('p', {}, texts.scanHint),
    field,
    complaint,
    h('button', { type: 'submit' }, texts.scanGo),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  layer.append(
    pressable(
      { class: 'scanner-close', 'aria-label': texts.close },
      () => void close(),
      drawing('m6 6 12 12M18 6 6 18'),
    ),
    h('div', { class: 'scanner-view', 'aria-hidden': 'true' }, h('span', {})),
    form,
  )
  apps.append(layer)
}

/** A QR code of WeChat Pay or an H5 link; null for anything else. */
export function readScanned(text: string): CashierCall | null {
  const trimmed = text.trim()
  if (/^weixin:\/\/\S+$/.test(trimmed)) return { kind: 'scan', codeUrl: trimmed }
  const url = URL.parse(trimmed)
  return url && /^https?:$/.test(url.protocol) ? { kind: 'h5', url: trimmed } : null
}
