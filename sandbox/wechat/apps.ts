export type AppKind = 'miniProgram' | 'officialAccount'
export type OauthScope = 'snsapi_base' | 'snsapi_userinfo'

/** An app registered at WeChat, with what its owner entered in the console. */
export interface WechatApp {
  readonly appId: string
  readonly kind: AppKind
  readonly secret: string
  /** Shown above the Mini Program or the page. */
  readonly name: string
  /**
   * Where OAuth may lead back to: exact hosts without a scheme, `shop.example.com`. An entry with a
   * port asks for that port too; a sub-domain is never covered.
   */
  readonly oauthDomains: readonly string[]
  /** Scopes of web authorization; a subscription account has none. Both, unless stated. */
  readonly scopes?: readonly OauthScope[]
  /** Apps bound to the same Open Platform account share unionids; without it there are none. */
  readonly openPlatform?: string
}

/** A merchant number at WeChat Pay. Numbers nobody registered are taken without these checks. */
export interface WechatMerchant {
  readonly mchId: string
  readonly name: string
  /** Apps bound to the number; ordering for another one is refused. */
  readonly appIds?: readonly string[]
  /** Directories from which JSAPI may be called, each ending with `/`. */
  readonly payDirectories?: readonly string[]
  /** Hosts that may open an H5 link. */
  readonly h5Domains?: readonly string[]
}

/** The tea shop's Mini Program and Official Account, as the sandbox registers them by itself. */
export const TEA_SHOP_APPS: readonly WechatApp[] = [
  {
    appId: 'wx7ea5409d31c2f6b8',
    kind: 'miniProgram',
    secret: 'b3d1f09c7e2a4865b3d1f09c7e2a4865',
    name: '小茶铺 Tea Shop',
    oauthDomains: [],
    openPlatform: 'tea-shop',
  },
  {
    appId: 'wxd048c5e7a9163f2b',
    kind: 'officialAccount',
    secret: '4c81a6f25d3e970b4c81a6f25d3e970b',
    name: '小茶铺 Tea Shop',
    oauthDomains: ['127.0.0.1', 'localhost'],
    openPlatform: 'tea-shop',
  },
]

/** Who is registered at WeChat: apps by their id, merchants by their number. */
export interface Registry {
  app(appId: string): WechatApp | undefined
  apps(): readonly WechatApp[]
  merchant(mchId: string): WechatMerchant | undefined
  addApp(app: WechatApp): void
  addMerchant(merchant: WechatMerchant): void
}

/** Throws Error where an app or a merchant is registered twice. */
export function createRegistry(
  apps: readonly WechatApp[],
  merchants: readonly WechatMerchant[],
): Registry {
  const appsById = new Map<string, WechatApp>()
  const merchantsById = new Map<string, WechatMerchant>()
  const registry: Registry = {
    app: (appId) => appsById.get(appId),
    apps: () => [...appsById.values()],
    merchant: (mchId) => merchantsById.get(mchId),
    addApp(app) {
      if (appsById.has(app.appId)) throw new Error(`the app ${app.appId} is registered already`)
      appsById.set(app.appId, app)
    },
    addMerchant(merchant) {
      if (merchantsById.has(merchant.mchId)) {
        throw new Error(`the merchant ${merchant.mchId} is registered already`)
      }
      merchantsById.set(merchant.mchId, merchant)
    },
  }
  for (const app of apps) registry.addApp(app)
  for (const merchant of merchants) registry.addMerchant(merchant)
  return registry
}
