import type { EventChannel } from './event-channel.ts'
import type { ProgramPage } from './page.ts'
import { type PageAddress, readPageAddress } from './page-address.ts'

const MOST_PAGES = 10

export interface NewPage {
  readonly address: PageAddress
  readonly leading: 'back' | 'home' | 'none'
  readonly events: Readonly<Record<string, unknown>>
}

/** The pages of a program, the last one in front. Every move calls the hooks in WeChat's order. */
export class PageStack {
  private pages: ProgramPage[] = []
  private visible = false
  private readonly home: string
  private readonly isPage: (path: string) => boolean
  private readonly create: (page: NewPage) => ProgramPage

  constructor(options: {
    home: string
    isPage: (path: string) => boolean
    create: (page: NewPage) => ProgramPage
  }) {
    this.home = options.home
    this.isPage = options.isPage
    this.create = options.create
  }

  get current(): ProgramPage | undefined {
    return this.pages.at(-1)
  }

  setTheme(theme: 'light' | 'dark'): void {
    for (const page of this.pages) page.layer.setTheme(theme)
  }

  instances(): object[] {
    return this.pages.map((page) => page.instance)
  }

  /** Throws Error, with WeChat's words, when the page does not exist or the stack is full. */
  navigateTo(url: string, events: Readonly<Record<string, unknown>> = {}): EventChannel {
    const address = this.find(url)
    if (this.pages.length >= MOST_PAGES) throw new Error('webview count limit exceed')
    const below = this.current
    below?.hide()
    const page = this.push(address, events)
    void page.layer.slideIn().then(() => below?.layer.setCovered(this.current !== below))
    return page.channel
  }

  redirectTo(url: string): void {
    const address = this.find(url)
    const leaving = this.pages.pop()
    leaving?.unload()
    leaving?.layer.element.remove()
    this.push(address)
  }

  reLaunch(url: string): void {
    const address = this.find(url)
    for (const page of this.pages.toReversed()) {
      page.unload()
      page.layer.element.remove()
    }
    this.pages = []
    this.push(address)
  }

  navigateBack(delta: number): void {
    if (this.pages.length <= 1) throw new Error('cannot navigate back at first page.')
    const count = Math.min(Math.max(1, Math.floor(delta)), this.pages.length - 1)
    const leaving = this.pages.splice(-count).toReversed()
    for (const page of leaving) page.unload()
    const [top, ...between] = leaving
    for (const page of between) page.layer.element.remove()
    this.current?.layer.setCovered(false)
    if (this.visible) this.current?.show()
    void top?.layer.slideOut()
  }

  /** The program came to the foreground. */
  show(): void {
    this.visible = true
    this.current?.show()
  }

  hide(): void {
    this.visible = false
    this.current?.hide()
  }

  private push(address: PageAddress, events: Readonly<Record<string, unknown>> = {}): ProgramPage {
    const isHome = address.path === this.home
    const leading = this.pages.length > 0 ? 'back' : isHome ? 'none' : 'home'
    const page = this.create({ address, leading, events })
    this.pages.push(page)
    page.load()
    // onLoad may have moved on already; a page that never comes to the front is not shown.
    if (this.visible && this.current === page) page.show()
    return page
  }

  private find(url: string): PageAddress {
    const address = readPageAddress(url, this.current?.address.path ?? '')
    if (!this.isPage(address.path)) throw new Error(`page "${address.path}" is not found`)
    return address
  }
}
