import type { PhoneConfig } from '../../config.ts'
import { drawing, h, pressable } from '../dom/element.ts'
import type { Overlays } from '../runtime/view/overlays.ts'
import type { SurfaceResult } from './api.ts'
import type { Texts } from './texts.ts'

export interface OfficialAccountParts {
  readonly apps: HTMLElement
  readonly config: PhoneConfig
  readonly overlays: Overlays
  texts(): Texts
  isOffline(): boolean
  writeClipboard(text: string): void
  /** Opens the cashier; null when the page hears nothing. */
  pay(params: Readonly<Record<string, unknown>>, pageUrl: string): Promise<SurfaceResult | null>
  onClosed(): void
}

interface Invocation {
  readonly id: string
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  readonly pageUrl: string
}

/** WeChat's in-app browser with a page of the Official Account in it. */
export class OfficialAccountApp {
  private readonly parts: OfficialAccountParts
  private layer: HTMLElement | null = null
  private frame: HTMLIFrameElement | null = null
  private address = ''
  /** How many pages the frame has gone forward; the phone cannot read its history. */
  private depth = -1
  private goingBack = false

  constructor(parts: OfficialAccountParts) {
    this.parts = parts
    window.addEventListener('message', (event) => void this.heard(event))
  }

  /** Opens a page under the merchant's address or the browser's. Throws Error for any other. */
  open(url: string): void {
    this.close()
    const { config } = this.parts
    this.address = browserAddress(url, config)
    const body = h('div', { class: 'web-body' })
    this.layer = h('div', { class: 'app-layer web-app' }, this.bar(), body)
    this.parts.apps.append(this.layer)
    this.load(body)
  }

  close(): void {
    if (this.layer === null) return
    this.layer.remove()
    this.layer = null
    this.frame = null
    this.parts.onClosed()
  }

  get isOpen(): boolean {
    return this.layer !== null
  }

  private load(body: HTMLElement): void {
    const { config } = this.parts
    this.depth = -1
    if (this.parts.isOffline()) {
      this.showOffline(body)
      return
    }
    const frame = h('iframe', {
      name: 'official-account',
      title: config.officialAccountName,
      src: this.address,
      sandbox: 'allow-scripts allow-forms allow-same-origin allow-modals',
    })
    frame.addEventListener('load', () => {
      this.depth += this.goingBack ? -1 : 1
      this.goingBack = false
    })
    this.frame = frame
    body.replaceChildren(frame)
  }

  private bar(): HTMLElement {
    const texts = this.parts.texts()
    return h(
      'header',
      { class: 'web-bar' },
      pressable({ 'aria-label': texts.back }, () => this.back(), drawing('M15.5 4.5 8 12l7.5 7.5')),
      pressable(
        { 'aria-label': texts.close },
        () => this.close(),
        drawing('m6 6 12 12M18 6 6 18', { size: 22 }),
      ),
      h('h1', {}, this.parts.config.officialAccountName),
      pressable(
        { class: 'web-menu', 'aria-label': texts.more },
        () => void this.menu(),
        drawing('M6 12h.01M12 12h.01M18 12h.01'),
      ),
    )
  }

  private back(): void {
    this.goingBack = this.depth > 0
    if (this.goingBack) history.back()
    else this.close()
  }

  private async menu(): Promise<void> {
    const { reload, copyLink } = this.parts.texts()
    const chosen = await this.parts.overlays.actionSheet([reload, copyLink])
    if (chosen === 1) this.parts.writeClipboard(this.address)
    const body = this.layer?.querySelector<HTMLElement>('.web-body')
    if (chosen === 0 && body) this.load(body)
  }

  private showOffline(body: HTMLElement): void {
    const { noNetwork, noNetworkHint, retry } = this.parts.texts()
    body.replaceChildren(
      h(
        'div',
        { class: 'web-offline', role: 'alert' },
        drawing('M4 9a12 12 0 0 1 16 0M7 12.5a7.5 7.5 0 0 1 10 0M10 16a3 3 0 0 1 4 0M4 4l16 16', {
          size: 56,
        }),
        h('h2', {}, noNetwork),
        h('p', {}, noNetworkHint),
        pressable({}, () => this.load(body), retry),
      ),
    )
  }

  /** Only our own frame, and only while it shows a page of the in-app browser, is listened to. */
  private async heard(event: MessageEvent<unknown>): Promise<void> {
    const page = this.frame?.contentWindow
    if (!page || event.source !== page || event.origin !== new URL(this.address).origin) return
    const call = readInvocation(event.data)
    if (call === null) return
    const answer = (result: SurfaceResult) =>
      page.postMessage({ type: 'wechat:result', id: call.id, result }, event.origin)
    if (call.name !== 'getBrandWCPayRequest') {
      return answer({ err_msg: 'system:function_not_exist' })
    }
    const result = await this.parts.pay(call.params, call.pageUrl)
    if (result !== null && this.frame?.contentWindow === page) answer(result)
  }
}

/** The page's address inside the in-app browser. */
export function browserAddress(url: string, config: PhoneConfig): string {
  const { browserOrigin, merchantOrigin } = config
  const target = new URL(url, browserOrigin)
  const known = [browserOrigin, merchantOrigin].some((origin) => origin === target.origin)
  if (!known) throw new Error(`${target.origin} is not reached through the in-app browser`)
  return new URL(target.pathname + target.search + target.hash, browserOrigin).href
}

function readInvocation(data: unknown): Invocation | null {
  if (!isRecord(data) || data['type'] !== 'wechat:invoke') return null
  const { id, name, params, pageUrl } = data
  if (typeof id !== 'string' || typeof name !== 'string') return null
  const page = typeof pageUrl === 'string' ? pageUrl : ''
  return { id, name, params: isRecord(params) ? params : {}, pageUrl: page }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
