import type { SandboxClock } from '../clock.ts'
import {
  createRouter,
  type Handler,
  jsonReply,
  type Network,
  type SandboxServer,
  serve,
} from '../http.ts'
import type { Random } from '../random.ts'
import {
  createRegistry,
  type Registry,
  TEA_SHOP_APPS,
  type WechatApp,
  type WechatMerchant,
} from './apps.ts'
import {
  type BrowserOptions,
  type BrowserParts,
  type InAppBrowser,
  startInAppBrowser,
} from './browser/index.ts'
import { createDevice, type Device } from './device.ts'
import { createIdentity, type Identity } from './identity/index.ts'
import { createPrepayBook, type PrepayBook, type Receipt } from './pay/book.ts'
import { type Cashier, createCashier } from './pay/cashier.ts'
import { h5Routes } from './pay/h5-page.ts'
import { createPeople, PERSONAS, type People, type Persona } from './people.ts'
import { phoneApiRoutes } from './phone-api/index.ts'
import { createShipping, type Shipping } from './shipping/index.ts'

export interface WechatOptions {
  readonly clock: SandboxClock
  readonly random: Random
  /** Where WeChat and the phone listen; a free port unless stated. */
  readonly port?: number
  /** Where the in-app browser listens; a free port unless stated. */
  readonly browserPort?: number
  /** The tea shop's Mini Program and Official Account, unless stated. */
  readonly apps?: readonly WechatApp[]
  readonly merchants?: readonly WechatMerchant[]
  /** The first one holds the phone. */
  readonly people?: readonly Persona[]
  readonly browser?: Omit<BrowserOptions, 'port'>
  /** Origins besides loopback that a Mini Program may ask. */
  readonly requestOrigins?: readonly string[]
  /** Without sockets there is no in-app browser either: it shows pages to real ones. */
  readonly network?: Network
}

/** WeChat, simulated: identity, money, the phone's cashier and its browser. */
export interface Wechat {
  /** api.weixin.qq.com, open.weixin.qq.com, H5 links and `/phone/api`, all in one. */
  readonly url: string
  /** The merchant's pages as WeChat's in-app browser shows them. */
  readonly browserUrl: string
  readonly platform: PrepayBook
  readonly registry: Registry
  readonly people: People
  readonly identity: Identity
  readonly shipping: Shipping
  readonly cashier: Cashier
  readonly device: Device
  readonly browser: Pick<InAppBrowser, 'setUpstream' | 'realAddress'>
  /** Pays without a screen; see PrepayBook. */
  payAs(prepayId: string, person?: string): Receipt
  /**
   * Serves everything at and below that path, unless WeChat serves it itself; the longest prefix
   * wins. Throws Error for a prefix that is taken or does not begin with `/`.
   */
  mount(prefix: string, handler: Handler): void
  /** Forgets codes, tokens, prepayments, cashiers and faults, and refills the wallets. */
  reset(): void
  close(): Promise<void>
}

/** Starts WeChat on loopback. Rejects when a port is taken. */
export async function createWechat(options: WechatOptions): Promise<Wechat> {
  const { clock, random } = options
  const registry = createRegistry(options.apps ?? TEA_SHOP_APPS, options.merchants ?? [])
  const people = createPeople(options.people ?? PERSONAS, registry)
  const device = createDevice()
  const fork = (name: string) => random.fork(`wechat/${name}`)
  const running: { server?: SandboxServer } = {}
  const origin = () => running.server?.url ?? ''
  const book = createPrepayBook({ clock, random: fork('book'), registry, people, origin })
  const cashier = createCashier({ clock, random: fork('cashier'), registry, people, book })
  const surroundings = options.network ?? { serve, fetch }
  const identityParts = { clock, random: fork('identity'), registry, people }
  const identity = createIdentity({ ...identityParts, fetch: surroundings.fetch })
  const { trades } = book
  const shipping = createShipping({ clock, random: fork('shipping'), trades, identity })
  const mounts = createMounts()
  const isOffline = () => device.isOffline()
  const phoneNetwork = { clock, origins: options.requestOrigins ?? [], isOffline }
  const network = { ...phoneNetwork, fetch: surroundings.fetch }
  const advance = (ms: number) => clock.advance(ms)
  let browser: InAppBrowser | undefined
  const realAddress = (pageUrl: string) => browser?.realAddress(pageUrl) ?? pageUrl
  const routes = [
    ...identity.routes,
    ...shipping.routes,
    ...h5Routes({ book, registry, cashier }),
    ...phoneApiRoutes({ people, identity, cashier, device, network, realAddress, advance }),
  ]
  const server = await surroundings.serve({
    handler: createRouter(routes, mounts.handler),
    ...(options.port === undefined ? {} : { port: options.port }),
  })
  running.server = server
  const browserOptions = { ...options.browser, ...portOf(options.browserPort) }
  const openBrowser = options.network ? noBrowser : startInAppBrowser
  const started = await openBrowser({
    options: browserOptions,
    wechatOrigin: server.url,
    authorize: (query, cookie) => identity.authorize(query, cookie),
    isOffline,
  }).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  browser = started

  return {
    url: server.url,
    browserUrl: started.url,
    platform: book,
    registry,
    people,
    identity,
    shipping,
    cashier,
    device,
    browser: started,
    payAs: (prepayId, person) => book.payAs(prepayId, person),
    mount: (prefix, handler) => mounts.add(prefix, handler),
    reset() {
      for (const part of [book, cashier, identity, shipping, people]) part.reset()
      device.setOffline(false)
    },
    close: async () => {
      await Promise.all([started.close(), server.close()])
    },
  }
}

/** Where nobody looks at pages: they have no address of their own. */
async function noBrowser({ wechatOrigin }: BrowserParts): Promise<InAppBrowser> {
  return {
    url: wechatOrigin,
    setUpstream: () => undefined,
    realAddress: (pageUrl) => pageUrl,
    close: async () => undefined,
  }
}

function portOf(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port }
}

function createMounts() {
  const mounts = new Map<string, Handler>()
  const handler: Handler = (request) => {
    const [longest] = [...mounts.keys()]
      .filter((prefix) => request.path === prefix || request.path.startsWith(`${prefix}/`))
      .toSorted((left, right) => right.length - left.length)
    const mounted = longest === undefined ? undefined : mounts.get(longest)
    return mounted
      ? mounted(request)
      : jsonReply(404, { error: `nothing at ${request.method} ${request.path}` })
  }
  return {
    handler,
    add(prefix: string, mounted: Handler) {
      const path = prefix.replace(/\/$/, '')
      if (!path.startsWith('/')) throw new Error(`a prefix begins with "/", unlike "${prefix}"`)
      if (mounts.has(path)) throw new Error(`the prefix ${path} is taken`)
      mounts.set(path, mounted)
    },
  }
}
