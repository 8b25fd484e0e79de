import { formatMoney, sameMoney } from '../../../../shared/money.ts'
import { drawing, h, pressable, settled } from '../dom/element.ts'
import type { Person, Sheet } from '../shell/api.ts'
import type { Texts } from '../shell/texts.ts'

const PASSWORD_LENGTH = 6
/** The one password that the sandbox refuses. */
const WRONG_PASSWORD = '000000'
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', 'delete'] as const

/**
 * What whoever holds the phone can choose. The sandbox's own choices are named after what follows:
 * WeChat's error dialog, a wait until nothing can be paid any more, and a payment after which the
 * callback is lost, the network is gone, or the app is killed.
 */
export type SheetChoice =
  | 'pay'
  | 'cancel'
  | 'fail'
  | 'errorDialog'
  | 'letExpire'
  | 'loseCallback'
  | 'payThenOffline'
  | 'payThenKill'

/** WeChat's cashier as it slides up: merchant, amount, method, six dots and a keypad. */
export class CashierSheet {
  private readonly veil: HTMLElement
  private readonly dots: HTMLElement
  private readonly texts: Texts
  private password = ''
  private choice = Promise.withResolvers<SheetChoice>()
  private readonly onKey = (event: KeyboardEvent) => this.typed(event.key)

  constructor(options: {
    stage: HTMLElement
    sheet: Sheet
    person: Person | null
    texts: Texts
  }) {
    const { stage, sheet, person, texts } = options
    this.texts = texts
    this.dots = h('div', { class: 'cashier-dots', role: 'img' })
    this.veil = h(
      'div',
      { class: 'cashier-veil' },
      this.sandboxMenu(),
      h(
        'div',
        {
          class: 'cashier-sheet',
          role: 'dialog',
          'aria-label': texts.enterPassword,
          tabindex: '-1',
        },
        this.header(),
        bill(sheet, texts),
        method(sheet, person, texts),
        this.dots,
        h('p', { class: 'cashier-hint' }, texts.sandboxPassword),
        this.keypad(),
        h('div', { class: 'cashier-progress' }, h('span', { class: 'spinner' }), texts.paying),
      ),
    )
    this.drawDots()
    stage.append(this.veil)
    // The keyboard was the page's, in a frame of its own.
    this.veil.querySelector<HTMLElement>('.cashier-sheet')?.focus({ preventScroll: true })
    window.addEventListener('keydown', this.onKey)
  }

  /** What the payer decides; may be asked again after a wrong password. */
  async chosen(): Promise<SheetChoice> {
    this.choice = Promise.withResolvers()
    this.password = ''
    this.drawDots()
    this.veil.removeAttribute('paying')
    return this.choice.promise
  }

  /** The money is on its way; nothing can be pressed any more. */
  showPaying(): void {
    this.veil.setAttribute('paying', '')
  }

  async close(): Promise<void> {
    window.removeEventListener('keydown', this.onKey)
    this.veil.setAttribute('leaving', '')
    await Promise.all([settled(this.veil), ...[...this.veil.children].map(settled)])
    this.veil.remove()
  }

  /** Gone at once, with the program that asked for it. */
  remove(): void {
    window.removeEventListener('keydown', this.onKey)
    this.veil.remove()
    this.choice.resolve('cancel')
  }

  private header(): HTMLElement {
    const close = pressable(
      { class: 'cashier-close', 'aria-label': this.texts.close },
      () => this.choice.resolve('cancel'),
      drawing('m6 6 12 12M18 6 6 18', { size: 22 }),
    )
    return h('header', {}, close, h('h2', {}, this.texts.enterPassword))
  }

  private keypad(): HTMLElement {
    const keys = KEYS.map((key) => {
      if (key === '') return h('span', {})
      if (key !== 'delete') return pressable({}, () => this.typed(key), key)
      const shape = drawing('M8.5 5.5h12v13h-12L3 12Zm3.5 4 5 5m0-5-5 5', { size: 26 })
      return pressable({ 'aria-label': this.texts.delete }, () => this.typed('Backspace'), shape)
    })
    return h('div', { class: 'cashier-keypad' }, ...keys)
  }

  /** Choices that no payer has; drawn apart from WeChat's own sheet. */
  private sandboxMenu(): HTMLElement {
    const { texts } = this
    const choices: readonly (readonly [SheetChoice, string])[] = [
      ['pay', texts.sandboxPay],
      ['fail', texts.sandboxFail],
      ['errorDialog', texts.sandboxError],
      ['letExpire', texts.sandboxExpire],
      ['loseCallback', texts.sandboxLose],
      ['payThenOffline', texts.sandboxOffline],
      ['payThenKill', texts.sandboxKill],
    ]
    const buttons = choices.map(([choice, label]) =>
      pressable({ 'data-choice': choice }, () => this.choice.resolve(choice), label),
    )
    return h('details', { class: 'cashier-sandbox' }, h('summary', {}, texts.sandbox), ...buttons)
  }

  private typed(key: string): void {
    if (this.veil.hasAttribute('paying') || this.veil.inert) return
    if (key === 'Escape') this.choice.resolve('cancel')
    if (key === 'Backspace') this.password = this.password.slice(0, -1)
    else if (/^\d$/.test(key) && this.password.length < PASSWORD_LENGTH) this.password += key
    this.drawDots()
    if (this.password.length === PASSWORD_LENGTH) {
      this.choice.resolve(this.password === WRONG_PASSWORD ? 'fail' : 'pay')
    }
  }

  private drawDots(): void {
    const filled = this.password.length
    this.dots.setAttribute('aria-label', `${filled} / ${PASSWORD_LENGTH}`)
    this.dots.replaceChildren(
      ...Array.from({ length: PASSWORD_LENGTH }, (_, at) =>
        h('i', at < filled ? { filled: '' } : {}),
      ),
    )
  }
}

/** Merchant and amount; the wallet pays yuan, whatever the order's currency. */
function bill({ merchant, description, amount, walletAmount }: Sheet, texts: Texts): HTMLElement {
  const foreign = sameMoney(amount, walletAmount) ? null : formatMoney(amount)
  return h(
    'div',
    { class: 'cashier-bill' },
    h('p', { class: 'cashier-merchant' }, `${texts.payTo} ${merchant}`),
    h('p', { class: 'cashier-amount' }, formatMoney(walletAmount)),
    foreign === null ? null : h('p', { class: 'cashier-foreign' }, foreign),
    h('p', { class: 'cashier-description' }, description),
  )
}

function method(sheet: Sheet, person: Person | null, texts: Texts): HTMLElement {
  const balance = person === null ? '' : ` (${formatMoney(person.wallet)})`
  return h(
    'div',
    { class: 'cashier-method' },
    h('span', {}, texts.paymentMethod),
    h('span', {}, h('i', {}, '¥'), `${texts.changeMethod}${balance}`),
    h('data', { value: sheet.cashierId }),
  )
}

/** WeChat's own success page. Resolves when the payer taps Done; only then does the page hear. */
export async function showSuccess(options: {
  stage: HTMLElement
  sheet: Sheet
  texts: Texts
  signal: AbortSignal
}): Promise<void> {
  const { stage, sheet, texts, signal } = options
  const { promise, resolve } = Promise.withResolvers<void>()
  const page = h(
    'section',
    { class: 'cashier-success', role: 'dialog', 'aria-label': texts.paid },
    h('div', { class: 'cashier-tick' }, drawing('m5 12.5 4.6 4.6L19.2 7.5', { size: 30 })),
    h('h2', {}, texts.paid),
    h('p', { class: 'cashier-merchant' }, sheet.merchant),
    h('p', { class: 'cashier-amount' }, formatMoney(sheet.walletAmount)),
    sameMoney(sheet.amount, sheet.walletAmount)
      ? null
      : h('p', { class: 'cashier-foreign' }, formatMoney(sheet.amount)),
    pressable({ class: 'cashier-done' }, resolve, texts.done),
  )
  stage.append(page)
  signal.addEventListener('abort', () => resolve())
  await promise
  if (!signal.aborted) {
    page.setAttribute('leaving', '')
    await settled(page)
  }
  page.remove()
}
