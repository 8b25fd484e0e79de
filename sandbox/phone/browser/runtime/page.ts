import type { Root } from 'glass-easel-miniprogram-adapter'
import { elementOf } from './backend.ts'
import { EventChannel } from './event-channel.ts'
import type { PageAddress } from './page-address.ts'
import type { PageLayer } from './view/page-layer.ts'

const REACH_BOTTOM_PX = 50

/** One page on the stack: the program's instance, its frame on the screen, its lifecycle. */
export class ProgramPage {
  readonly address: PageAddress
  readonly layer: PageLayer
  readonly channel: EventChannel
  /** What getCurrentPages() hands out. */
  readonly instance: object
  private readonly root: Root
  private state: 'new' | 'shown' | 'hidden' | 'gone' = 'new'

  constructor(options: {
    root: Root
    address: PageAddress
    layer: PageLayer
    events: Readonly<Record<string, unknown>>
  }) {
    this.root = options.root
    this.address = options.address
    this.layer = options.layer
    this.channel = new EventChannel(options.events)
    this.instance = Object.assign(this.root.get(), {
      route: this.address.path,
      options: { ...this.address.query },
      getOpenerEventChannel: () => this.channel,
    })
  }

  /** Puts the page on the screen and tells it that it was loaded. */
  load(): void {
    const element = elementOf(this.root.getComponent())
    element.dataset['page'] = this.address.path
    const { scroller } = this.layer
    const placeholder = document.createElement('i')
    scroller.append(placeholder)
    this.root.attach(asBackend(scroller), asBackend(placeholder))
    this.callHook('onLoad', { ...this.address.query })
    scroller.addEventListener('scroll', () => this.scrolled())
  }

  show(): void {
    if (this.state === 'shown' || this.state === 'gone') return
    const first = this.state === 'new'
    this.state = 'shown'
    this.callHook('onShow')
    this.root.getComponent().triggerPageLifetime('show', [])
    if (first) setTimeout(() => this.ready())
  }

  hide(): void {
    if (this.state !== 'shown') return
    this.state = 'hidden'
    this.callHook('onHide')
    this.root.getComponent().triggerPageLifetime('hide', [])
  }

  unload(): void {
    if (this.state === 'gone') return
    this.state = 'gone'
    this.callHook('onUnload')
    this.root.release()
  }

  scrollTo(top: number): void {
    this.layer.scroller.scrollTo({ top, behavior: 'smooth' })
  }

  /** False where the page has no such hook. */
  pullDown(): boolean {
    return this.callHook('onPullDownRefresh')
  }

  selectorQuery(): unknown {
    return this.root.get().createSelectorQuery()
  }

  private ready(): void {
    if (this.state !== 'gone') this.callHook('onReady')
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.layer.scroller
    this.callHook('onPageScroll', { scrollTop })
    if (scrollTop + clientHeight + REACH_BOTTOM_PX >= scrollHeight) this.callHook('onReachBottom')
  }

  /** A hook that throws is the program's fault and is told as such; the phone goes on. */
  private callHook(name: string, ...details: unknown[]): boolean {
    const hook: unknown = Reflect.get(this.instance, name)
    if (typeof hook !== 'function') return false
    try {
      Reflect.apply(hook, this.instance, details)
    } catch (error) {
      reportError(error)
    }
    return true
  }
}

type BackendNode = Parameters<Root['attach']>[0]

/** glass-easel describes the part of the DOM that it uses by a type of its own. */
function asBackend(element: HTMLElement): BackendNode {
  const node: unknown = element
  if (isBackendNode(node)) return node
  throw new TypeError('not a node of the page')
}

function isBackendNode(node: unknown): node is BackendNode {
  return node instanceof HTMLElement
}
