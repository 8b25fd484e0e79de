import type { QrCode } from '../../../shared/browser.ts'
import type { Step } from './controller.ts'
import { h } from './dom.ts'
import type { PageData } from './page-data.ts'
import { type Panel, panelFor } from './panel.ts'
import { drawPanel } from './panel-view.ts'
import type { Parts } from './parts.ts'
import type { PageState } from './state.ts'
import type { Texts } from './words.ts'

export interface View {
  show(state: PageState): void
  /** A line above everything while the browser has no network. */
  setOnline(online: boolean): void
}

export interface ViewOptions {
  readonly page: PageData
  readonly texts: Texts
  /** What the script fills; the order beside it was written by the server. */
  readonly stage: HTMLElement
  readonly onStep: (step: Step) => void
  /** A code on this screen is for the phone beside it, and for no other: words differ. */
  readonly onHandheld: () => boolean
  /** The parts of the page that are there by now. */
  readonly parts: Pick<Parts, 'code' | 'elsewhere'>
}

export function createView(options: ViewOptions): View {
  const { page, texts, stage, onStep } = options
  let shownCode: { readonly text: string; readonly countdown: HTMLElement } | null = null

  const showCode = (code: QrCode): void => {
    const text = code.content ?? code.image ?? ''
    if (shownCode?.text !== text) {
      const countdown = h('p', { class: 'countdown' })
      shownCode = { text, countdown }
      stage.replaceChildren(...codeParts(code, countdown, options))
      stage.dataset['state'] = 'code'
      document.title = titleFor(texts.say('qr.scan'), page)
    }
    const { remainingMs } = code
    shownCode.countdown.textContent =
      remainingMs === null
        ? ''
        : texts.say('qr.remaining', { time: minutesAndSeconds(remainingMs) })
  }

  const showPanel = (panel: Panel, kind: PageState['kind']): void => {
    shownCode = null
    const actions = { onStep, shopUrl: page.shopUrl, link: linkFor(panel, options) }
    stage.replaceChildren(...drawPanel(panel, kind, actions))
    stage.dataset['state'] = kind
    document.title = titleFor(panel.heading, page)
    // Somebody who does not see the page hears how it ended, and the next Tab is the next step.
    if (kind !== 'working' && kind !== 'ready') stage.querySelector<HTMLElement>('h1')?.focus()
  }

  return {
    show(state) {
      if (state.kind === 'code') showCode(state.code)
      else showPanel(panelFor(state, page, texts), state.kind)
    },
    setOnline(online) {
      const text = online ? '' : texts.words.reconnecting
      const banner = document.querySelector('.banner')
      if (banner) banner.textContent = text
      else if (!online) document.body.prepend(h('p', { class: 'banner', role: 'status' }, text))
    },
  }
}

function codeParts(
  code: QrCode,
  countdown: HTMLElement,
  { texts, parts, onHandheld }: ViewOptions,
): Element[] {
  const { words, say } = texts
  const picture = parts.code.now()?.drawCode({ ...code, label: words.codeLabel }) ?? null
  return [
    h('h1', { tabindex: '-1' }, say('qr.scan')),
    h('div', { class: 'code-frame' }, picture),
    countdown,
    h('p', { class: 'text' }, onHandheld() ? words.scanByOther : words.scanHow),
  ]
}

function linkFor(panel: Panel, { page, texts, parts }: ViewOptions): Element | null {
  const { link } = page
  if (link === null || panel.link === null) return null
  const label = texts.words.linkCodeLabel
  const drawing = panel.link === 'scan' ? parts.code.now() : null
  const code = drawing?.drawCode({ content: link, image: null, label })
  if (code) return h('div', { class: 'code-frame' }, code)
  return parts.elsewhere.now()?.drawLinkBox(link, texts.words) ?? null
}

function titleFor(heading: string, { order }: PageData): string {
  return [heading, order?.amount ?? ''].filter(Boolean).join(' · ')
}

function minutesAndSeconds(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
