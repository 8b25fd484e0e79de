import type { QrCode } from '../../../shared/browser.ts'
import { type Locale, translate } from '../../../shared/messages/translate.ts'
import { formatMoney } from '../../../shared/money.ts'
import type { Step } from './controller.ts'
import { h } from './dom.ts'
import type { PageData } from './page-data.ts'
import { type Panel, panelFor } from './panel.ts'
import { drawPanel } from './panel-view.ts'
import { drawCode } from './qr-code.ts'
import type { PageState } from './state.ts'
import { wordsFor } from './words.ts'

export interface View {
  show(state: PageState): void
  /** A line above everything while the browser has no network. */
  setOnline(online: boolean): void
}

export interface ViewOptions {
  readonly page: PageData
  /** What the script fills; the order beside it was written by the server. */
  readonly stage: HTMLElement
  readonly onStep: (step: Step) => void
  /** Goes on in the Mini Program that shows this page, where there is one. */
  readonly onRelay: (() => void) | null
}

export function createView(options: ViewOptions): View {
  const { page, stage, onStep, onRelay } = options
  const { locale, shopUrl } = page
  const relay = onRelay && { label: wordsFor(locale).openMiniProgram, go: onRelay }
  const actions = { onStep, shopUrl, relay }
  let shownCode: { readonly text: string; readonly countdown: HTMLElement } | null = null

  const showCode = (code: QrCode): void => {
    const text = code.content ?? code.image ?? ''
    if (shownCode?.text !== text) {
      const countdown = h('p', { class: 'countdown' })
      shownCode = { text, countdown }
      stage.replaceChildren(...codeParts(code, countdown, locale))
      stage.dataset['state'] = 'code'
    }
    const { remainingMs } = code
    shownCode.countdown.textContent =
      remainingMs === null
        ? ''
        : translate(locale, 'qr.remaining', { time: minutesAndSeconds(remainingMs) })
  }

  const showPanel = (panel: Panel, kind: PageState['kind']): void => {
    shownCode = null
    stage.replaceChildren(...drawPanel(panel, kind, actions))
    stage.dataset['state'] = kind
    document.title = titleFor(panel.heading, page)
    // Somebody who does not see the page hears how it ended, and the next Tab is the next step.
    if (kind !== 'working' && kind !== 'ready') stage.querySelector<HTMLElement>('h1')?.focus()
  }

  return {
    show(state) {
      if (state.kind === 'code') showCode(state.code)
      else showPanel(panelFor(state, page), state.kind)
    },
    setOnline(online) {
      const text = online ? '' : wordsFor(locale).reconnecting
      const banner = document.querySelector('.banner')
      if (banner) banner.textContent = text
      else if (!online) document.body.prepend(h('p', { class: 'banner', role: 'status' }, text))
    },
  }
}

function codeParts(code: QrCode, countdown: HTMLElement, locale: Locale): Element[] {
  const words = wordsFor(locale)
  const drawing = drawCode({ ...code, label: words.codeLabel })
  return [
    h('h1', { tabindex: '-1' }, translate(locale, 'qr.scan')),
    h('div', { class: 'code-frame' }, drawing),
    countdown,
    h('p', { class: 'text' }, words.scanHow),
  ]
}

function titleFor(heading: string, { order }: PageData): string {
  return [heading, order ? formatMoney(order.amount) : ''].filter(Boolean).join(' · ')
}

function minutesAndSeconds(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
