import { drawing, h } from '../dom/element.ts'

/** A viewport this narrow is a phone already: the device fills it and draws no hardware. */
const REAL_PHONE = '(max-width: 600px)'
const HARDWARE = { statusBarHeight: 47, safeAreaBottom: 34 }

/** The phone's body: status bar, screen, home indicator. Apps are put on the screen. */
export class Device {
  readonly element: HTMLElement
  /** Where apps are put, one layer each. */
  readonly apps = h('div', { class: 'apps' })
  /** Above all apps: the cashier and WeChat's own dialogs. */
  readonly top = h('div', { class: 'top-layer' })
  private readonly clock = h('time', { class: 'status-time' })
  private readonly signal = h('span', { class: 'status-icons' })
  private readonly now: () => Date
  private readonly screen: HTMLElement
  private readonly narrow = window.matchMedia(REAL_PHONE)

  constructor(now: () => Date) {
    this.now = now
    const bar = h('div', { class: 'status-bar', 'aria-hidden': 'true' }, this.clock, this.signal)
    this.screen = h(
      'div',
      { class: 'screen' },
      this.apps,
      bar,
      this.top,
      h('div', { class: 'home-indicator', 'aria-hidden': 'true' }),
    )
    this.element = h('div', { class: 'device' }, this.screen)
    this.tick()
    setInterval(() => this.tick(), 10_000)
  }

  /** What the hardware takes of the screen, in CSS pixels. */
  insets(): { statusBarHeight: number; safeAreaBottom: number } {
    return this.narrow.matches ? { statusBarHeight: 0, safeAreaBottom: 0 } : HARDWARE
  }

  /** Whether the app in front is dark: time and battery must be seen on it. */
  setDark(dark: boolean): void {
    this.screen.toggleAttribute('dark-app', dark)
  }

  setOffline(offline: boolean): void {
    const plane =
      'M21 15.5v-1.7l-7-4.4V4.6a1.6 1.6 0 0 0-3.2 0v4.8l-7 4.4v1.7l7-2.2v4.8l-2 1.4V21l3.6-1 3.6 1v-1.5l-2-1.4v-4.8Z'
    const icons = offline ? [drawing(plane, { fill: true, size: 17 })] : [bars(), wifi()]
    this.signal.replaceChildren(...icons, battery())
  }

  private tick(): void {
    const now = this.now()
    this.clock.textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`
  }
}

function bars(): SVGElement {
  return drawing('M3 16h3v3H3Zm5-3h3v6H8Zm5-4h3v10h-3Zm5-4h3v14h-3Z', { fill: true, size: 17 })
}

function wifi(): SVGElement {
  const arcs =
    'M12 19.5 9.3 16.6a3.9 3.9 0 0 1 5.4 0Zm-4.1-4.4-2-2.1a8.7 8.7 0 0 1 12.2 0l-2 2.1a5.8 5.8 0 0 0-8.2 0Zm-3.4-3.6-2-2.1a13.6 13.6 0 0 1 19 0l-2 2.1a10.8 10.8 0 0 0-15 0Z'
  return drawing(arcs, { fill: true, size: 17 })
}

function battery(): HTMLElement {
  return h('span', { class: 'status-battery' })
}
