import { button, h } from './dom.ts'
import type { Words } from './words.ts'

/** The link to be carried into another app: to be copied by a tap, or by hand where that is refused. */
export function drawLinkBox(link: string, words: Words): Element {
  const field = h('input', {
    class: 'link',
    type: 'text',
    readonly: '',
    value: link,
    'aria-label': words.linkLabel,
  })
  field.addEventListener('focus', () => select(field))
  const copy = button(words.copyLink, () => {
    copyText(link, field).then(
      () => {
        copy.textContent = words.copied
      },
      () => field.focus(),
    )
  })
  copy.className = 'main'
  return h('div', { class: 'link-box' }, field, copy)
}

/** Pages served over plain http, and old browsers, have the selection only. */
async function copyText(text: string, field: HTMLElement): Promise<void> {
  const { clipboard }: { readonly clipboard?: Clipboard } = navigator
  try {
    if (!clipboard) throw new Error('no clipboard')
    await clipboard.writeText(text)
  } catch {
    select(field)
    if (!document.execCommand('copy')) throw new Error('the browser lets nothing be copied')
  }
}

function select(field: HTMLElement): void {
  if (field instanceof HTMLInputElement) field.select()
}
