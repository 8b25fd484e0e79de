/** Puts the program together, once per launch. Pages take what they need from `getApp().parts`. */
import { createSession } from 'wechat-pay-client'
import { createShopApi, type ShopApi } from './api/shop'
import { logInAtShop } from './api/shop-session'
import { type Basket, createBasket } from './basket'
import { readServerAddresses } from './config'
import type { Locale } from './payment/locale'
import { createPayment, type Payment } from './payment/payment'
import { createStorage, newKey } from './payment/platform'
import { textsFor } from './texts/language'
import type { Texts } from './texts/texts'

export interface Parts {
  readonly locale: Locale
  readonly texts: Texts
  readonly shop: ShopApi
  readonly basket: Basket
  /** A page of the shop's web by its path; empty where the path leads elsewhere. */
  readonly webUrl: (path: string) => string
  readonly payment: Pick<Payment, 'pay' | 'resume' | 'whyNotHere' | 'findOrder' | 'pendingOrders'>
}

/** What the App carries. */
export interface TeaApp {
  readonly parts: Parts
}

export function createParts(): Parts {
  const { toolkitUrl, shopUrl } = readServerAddresses()
  const payment = createPayment({ wx, toolkitUrl })
  const { locale } = payment
  const storage = createStorage(wx)
  const session = createSession({
    login: () => logInAtShop(shopUrl),
    storage,
    storageKey: 'shop-session',
  })
  return {
    locale,
    texts: textsFor(locale),
    shop: createShopApi({ shopUrl, locale, session }),
    basket: createBasket({ storage, newKey }),
    webUrl: (path) => (/^\/(?!\/)/.test(path) ? shopUrl + path : ''),
    payment,
  }
}

export function partsOfApp(): Parts {
  return getApp<TeaApp>().parts
}
