import { h, pressable, settled } from '../dom/element.ts'
import type { PhoneHost, RunningProgram } from '../runtime/host.ts'
import type { Texts } from './texts.ts'

export interface MiniProgramParts {
  /** Where its layer goes. */
  readonly apps: HTMLElement
  readonly name: string
  readonly host: Omit<PhoneHost, 'leave' | 'restart'>
  texts(): Texts
  /** Whether it runs and where it is has changed. */
  onChange(): void
  /** The program's process ended while something of its was open. */
  onKilled(): void
}

/**
 * The Mini Program as an app of the phone. Its process is a frame: killing it drops everything that
 * was in memory, including callbacks that were under way; storage stays.
 */
export class MiniProgramApp {
  private readonly parts: MiniProgramParts
  private layer: HTMLElement | null = null
  private program: RunningProgram | null = null
  private front = false
  /** Hidden by the cashier, while its layer is still the one in front. */
  private covered = false
  private launching = false

  constructor(parts: MiniProgramParts) {
    this.parts = parts
  }

  get state(): 'closed' | 'front' | 'background' {
    if (this.layer === null) return 'closed'
    return this.front ? 'front' : 'background'
  }

  /** In front, and dark. */
  get isDark(): boolean {
    return this.front && (this.program?.isDark() ?? false)
  }

  /** Starts it, or brings it back; with a page, that page is opened afresh. */
  async open(page: string | null): Promise<void> {
    if (this.launching) return
    if (this.layer === null || this.program === null) {
      this.kill()
      return this.launch(page)
    }
    if (this.front && page === null) return
    this.rise(this.layer)
    this.program.show(page ?? undefined)
  }

  toBackground(): void {
    if (!this.front || this.layer === null) return
    this.front = false
    this.layer.setAttribute('away', '')
    this.layer.inert = true
    if (!this.covered) this.program?.hide()
    this.parts.onChange()
  }

  kill(): void {
    if (this.layer === null) return
    this.layer.remove()
    this.layer = null
    this.program = null
    this.front = false
    this.covered = false
    this.parts.onKilled()
    this.parts.onChange()
  }

  /** The cashier takes the whole screen, as on some phones. */
  setCovered(covered: boolean): void {
    if (this.covered === covered || this.program === null || !this.front) return
    this.covered = covered
    if (covered) this.program.hide()
    else this.program.show()
  }

  phoneChanged(): void {
    this.program?.phoneChanged()
  }

  private async launch(page: string | null): Promise<void> {
    const frame = h('iframe', {
      name: 'mini-program',
      title: this.parts.name,
      src: 'mini-program.html',
    })
    const splash = h(
      'div',
      { class: 'splash' },
      h('div', { class: 'avatar avatar-tea' }, this.parts.name.slice(0, 1)),
      h('p', {}, this.parts.name),
      h('span', { class: 'splash-progress' }),
    )
    const layer = h('div', { class: 'app-layer' }, frame, splash)
    this.layer = layer
    const loaded = new Promise<void>((resolve) => {
      frame.addEventListener('load', () => resolve(), { once: true })
    })
    this.parts.apps.append(layer)
    this.launching = true
    this.rise(layer)
    await loaded
    this.launching = false
    // Killed before it had started.
    if (this.layer !== layer) return
    try {
      this.program = this.start(frame, page)
      splash.setAttribute('leaving', '')
      await settled(splash)
      splash.remove()
    } catch (error) {
      this.showFailure(splash, error)
    }
    this.parts.onChange()
  }

  private start(frame: HTMLIFrameElement, page: string | null): RunningProgram {
    const start = frame.contentWindow?.startMiniProgram
    if (start === undefined) throw new Error('mini-program.html did not load')
    const host: PhoneHost = {
      ...this.parts.host,
      leave: () => this.toBackground(),
      restart: () => {
        this.kill()
        void this.open(null)
      },
    }
    return start(host, page)
  }

  private showFailure(splash: HTMLElement, error: unknown): void {
    console.error(error)
    // An error of the frame is an Error of another window.
    const message =
      typeof error === 'object' && error !== null && 'message' in error
        ? String(error.message)
        : String(error)
    const { cannotStart, close } = this.parts.texts()
    splash.replaceChildren(
      h('div', { class: 'failure', role: 'alert' }, h('h2', {}, cannotStart)),
      h('pre', {}, message),
      pressable({}, () => this.kill(), close),
    )
  }

  private rise(layer: HTMLElement): void {
    this.front = true
    layer.inert = false
    layer.removeAttribute('away')
    this.parts.onChange()
  }
}
