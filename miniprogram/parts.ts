/** Puts the program together, once per launch. Pages take what they need from `getApp().parts`. */
import { createSession } from 'wechat-pay-client'
import { createShopApi, type ShopApi } from './api/shop'
import { createToolkitApi, logIn } from './api/toolkit'
import { type Basket, createBasket } from './basket'
import { readServerAddresses } from './config'
import { type Cashier, createCashier } from './pay/cashier'
import { createPendingOrderStore, type PendingOrderStore } from './pay/pending-order'
import { clock, createVisibility, newKey, storage } from './platform'
import { type Locale, readLocale, textsFor } from './texts/language'
import type { Texts } from './texts/texts'

export interface Parts {
  readonly locale: Locale
  readonly texts: Texts
  readonly shop: ShopApi
  readonly basket: Basket
  readonly pendingOrders: PendingOrderStore
  readonly cashier: Cashier
}

/** What the App carries. */
export interface TeaApp {
  readonly parts: Parts
}

export function createParts(): Parts {
  const { toolkitUrl, shopUrl } = readServerAddresses()
  const { platform } = wx.getSystemInfoSync()
  const locale = readLocale()
  const api = createToolkitApi(toolkitUrl)
  const pendingOrders = createPendingOrderStore(storage)
  return {
    locale,
    texts: textsFor(locale),
    shop: createShopApi({ shopUrl, locale }),
    basket: createBasket({ storage, newKey }),
    pendingOrders,
    cashier: createCashier({
      api,
      session: createSession({ login: () => logIn(api), storage }),
      storage,
      clock,
      visibility: createVisibility(),
      newKey,
      locale,
      wx,
      platform,
      pendingOrders,
    }),
  }
}

export function partsOfApp(): Parts {
  return getApp<TeaApp>().parts
}
