import { drawing, h, pressable, settled } from '../../dom/element.ts'
import type { PhoneState } from '../host.ts'
import type { ToastIcon } from '../wx/interface.ts'

export interface ToastOptions {
  readonly title: string
  readonly icon: ToastIcon
  /** Null: until it is hidden. */
  readonly durationMs: number | null
  /** Whether the page beneath is out of reach. */
  readonly mask: boolean
}

export interface ModalOptions {
  readonly title: string
  readonly content: string
  /** Null: no such button. Empty: the phone's own word. */
  readonly cancelText: string | null
  readonly confirmText: string
  readonly cancelColor: string | null
  readonly confirmColor: string | null
}

const WORDS = {
  zh_CN: { cancel: '取消', confirm: '确定' },
  zh_TW: { cancel: '取消', confirm: '確定' },
  en: { cancel: 'Cancel', confirm: 'OK' },
} as const

const TOAST_DRAWINGS: Readonly<Record<ToastIcon, SVGElement | null>> = {
  success: drawing('m5 12.5 4.6 4.6L19.2 7.5', { size: 40 }),
  error: drawing('m6.5 6.5 11 11m0-11-11 11', { size: 40 }),
  loading: null,
  none: null,
}

/** What lies above all pages of a program. There is one toast at a time; dialogs wait in line. */
export class Overlays {
  private readonly layer: HTMLElement
  private readonly language: () => PhoneState['language']
  private toastTimer: ReturnType<typeof setTimeout> | undefined
  private lastDialog: Promise<unknown> = Promise.resolve()

  constructor(layer: HTMLElement, language: () => PhoneState['language']) {
    this.layer = layer
    this.language = language
  }

  toast({ title, icon, durationMs, mask }: ToastOptions): void {
    this.hideToast()
    const picture =
      icon === 'loading' ? h('span', { class: 'spinner' }) : TOAST_DRAWINGS[icon]?.cloneNode(true)
    const box = h(
      'div',
      { class: `toast toast-${icon}`, role: 'status' },
      picture ?? null,
      title === '' ? null : h('span', { class: 'toast-title' }, title),
    )
    this.layer.append(h('div', { class: 'toast-layer', ...(mask ? { mask: '' } : {}) }, box))
    if (durationMs !== null) this.toastTimer = setTimeout(() => this.hideToast(), durationMs)
  }

  hideToast(): void {
    clearTimeout(this.toastTimer)
    this.layer.querySelector('.toast-layer')?.remove()
  }

  /** Whether the payer confirmed. */
  async modal(options: ModalOptions): Promise<boolean> {
    const words = WORDS[this.language()]
    return this.inLine<boolean>((close) => {
      const action = (kind: 'cancel' | 'confirm', text: string, color: string | null) =>
        pressable(
          { class: `modal-${kind}`, ...(color === null ? {} : { style: `color:${color}` }) },
          () => close(kind === 'confirm'),
          text || words[kind],
        )
      const { title, content, cancelText, confirmText } = options
      return h(
        'div',
        { class: 'modal', role: 'dialog', 'aria-modal': 'true', 'aria-label': title || content },
        h(
          'div',
          { class: 'modal-text' },
          title === '' ? null : h('strong', {}, title),
          content === '' ? null : h('p', {}, content),
        ),
        h(
          'div',
          { class: 'modal-actions' },
          cancelText === null ? null : action('cancel', cancelText, options.cancelColor),
          action('confirm', confirmText, options.confirmColor),
        ),
      )
    })
  }

  /** The index chosen, null when it was dismissed. */
  async actionSheet(items: readonly string[]): Promise<number | null> {
    return this.inLine<number | null>((close) => {
      const rows = items.map((item, index) =>
        pressable({ class: 'sheet-item' }, () => close(index), item),
      )
      const cancel = pressable(
        { class: 'sheet-item sheet-cancel' },
        () => close(null),
        WORDS[this.language()].cancel,
      )
      return h('div', { class: 'action-sheet', role: 'dialog' }, h('div', {}, ...rows), cancel)
    })
  }

  private async inLine<T>(build: (close: (answer: T) => void) => HTMLElement): Promise<T> {
    const before = this.lastDialog
    const { promise, resolve } = Promise.withResolvers<T>()
    this.lastDialog = promise
    await before
    const veil = h('div', { class: 'veil' })
    veil.append(build(resolve))
    this.layer.append(veil)
    const answer = await promise
    veil.toggleAttribute('leaving', true)
    await settled(veil)
    veil.remove()
    return answer
  }
}
