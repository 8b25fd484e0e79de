import type { Themes, WindowConfig } from '../../../program.ts'
import { drawing, h, pressable, settled } from '../../dom/element.ts'

export interface PageLayerOptions {
  readonly path: string
  readonly window: WindowConfig
  readonly themes: Themes | null
  readonly theme: 'light' | 'dark'
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
  private readonly options: PageLayerOptions
  /** Set by the program itself; the theme no longer changes them. */
  private ownBarColors = false

  constructor(options: PageLayerOptions) {
    this.options = options
    const { path, window: config, leading, onLeading } = options
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
    this.setTheme(options.theme)
  }

  /** `@paper` in the configuration is what theme.json says under the phone's theme. */
  setTheme(theme: 'light' | 'dark'): void {
    const { themes, window: config } = this.options
    const plain = (value: string | undefined) =>
      value?.startsWith('@') ? themes?.[theme][value.slice(1)] : value
    this.element.style.setProperty('--page-background', plain(config.backgroundColor) ?? '#ffffff')
    if (this.ownBarColors) return
    const front = plain(config.navigationBarTextStyle) === 'white' ? '#ffffff' : '#000000'
    const background = plain(config.navigationBarBackgroundColor) ?? '#ededed'
    this.paintBar({ front, background })
  }

  setTitle(title: string): void {
    this.title.textContent = title
  }

  setBarColors(colors: { front: string; background: string }): void {
    this.ownBarColors = true
    this.paintBar(colors)
  }

  private paintBar({ front, background }: { front: string; background: string }): void {
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
