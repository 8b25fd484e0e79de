import type { WindowConfig } from '../../../program.ts'
import { drawing, h, pressable, settled } from '../../dom/element.ts'

export interface PageLayerOptions {
  readonly path: string
  readonly window: WindowConfig
  /** What stands at the left of the bar: a way back, a way home, or nothing. */
  readonly leading: 'back' | 'home' | 'none'
  readonly onLeading: () => void
}

/** The frame of one page: navigation bar above, the page's own scroll area below. */
export class PageLayer {
  readonly element: HTMLElement
  /** The page's element goes in here. */
  readonly scroller = h('div', { class: 'page-scroller' })
  private readonly title = h('h1', { class: 'bar-title' })

  constructor({ path, window: config, leading, onLeading }: PageLayerOptions) {
    const bar = h(
      'header',
      { class: 'navigation-bar' },
      leadingButton(leading, onLeading),
      this.title,
    )
    // `contain: layout` on the viewport makes it the frame of `position: fixed`.
    const viewport = h('div', { class: 'page-viewport' }, this.scroller)
    const custom = config.navigationStyle === 'custom'
    this.element = h(
      'section',
      { class: 'page-layer', 'data-path': path, ...(custom ? { 'custom-bar': '' } : {}) },
      bar,
      viewport,
    )
    this.title.textContent = config.navigationBarTitleText ?? ''
    this.element.style.setProperty('--page-background', config.backgroundColor ?? '#ffffff')
    const front = config.navigationBarTextStyle === 'white' ? '#ffffff' : '#000000'
    this.setBarColors({ front, background: config.navigationBarBackgroundColor ?? '#ededed' })
  }

  setTitle(title: string): void {
    this.title.textContent = title
  }

  setBarColors({ front, background }: { front: string; background: string }): void {
    this.element.style.setProperty('--bar-front', front)
    this.element.style.setProperty('--bar-background', background)
    this.element.toggleAttribute('light-front', front.toLowerCase() === '#ffffff')
  }

  async slideIn(): Promise<void> {
    this.element.setAttribute('motion', 'in')
    await settled(this.element)
    this.element.removeAttribute('motion')
  }

  /** The page is dead already; only its picture leaves. */
  async slideOut(): Promise<void> {
    this.element.setAttribute('motion', 'out')
    this.element.inert = true
    await settled(this.element)
    this.element.remove()
  }

  setCovered(covered: boolean): void {
    this.element.toggleAttribute('covered', covered)
    this.element.inert = covered
  }
}

function leadingButton(leading: PageLayerOptions['leading'], onPress: () => void) {
  if (leading === 'none') return null
  const shape =
    leading === 'back' ? 'M15.5 4.5 8 12l7.5 7.5' : 'M4 11.5 12 4.5l8 7V20h-5.5v-5h-5v5H4Z'
  const label = leading === 'back' ? 'Back' : 'Home'
  return pressable({ class: 'bar-leading', 'aria-label': label }, onPress, drawing(shape))
}
