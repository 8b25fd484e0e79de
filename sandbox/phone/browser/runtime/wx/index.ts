import type { PhoneHost } from '../host.ts'
import type { PageStack } from '../page-stack.ts'
import {
  isRecord,
  Listeners,
  numberOption,
  textOption,
  type WxApi,
  WxFailure,
  wxFunction,
} from './api.ts'
import { canIUse } from './system.ts'

const MOST_PAYMENT_FIELDS = ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const

/** What WeChat says where it took the ability to pay away. */
const PAY_BANNED = 'requestPayment:fail banned'

/** Login and payment: what WeChat itself does for the program. */
export function createAccount(host: PhoneHost, appId: string): WxApi {
  return {
    login: wxFunction('login', async () => ({ code: await host.login(appId) })),
    checkSession: wxFunction('checkSession', () => undefined),
    requestPayment: wxFunction('requestPayment', async (options) => {
      const params: Record<string, unknown> = {}
      for (const name of MOST_PAYMENT_FIELDS) {
        if (options[name] !== undefined) params[name] = options[name]
      }
      if (host.state().client === 'payBanned') throw new WxFailure(PAY_BANNED)
      const { errMsg, ...rest } = await host.requestPayment(appId, params)
      if (errMsg !== 'requestPayment:ok') throw new WxFailure(errMsg, rest)
      return rest
    }),
  }
}

/** navigateTo and its family. */
export function createNavigation(stack: PageStack): WxApi {
  const to = (name: string, go: (url: string) => unknown) =>
    wxFunction(name, (options) => go(textOption(options, 'url')))
  return {
    navigateTo: wxFunction('navigateTo', (options) => {
      const events = options['events']
      const channel = stack.navigateTo(textOption(options, 'url'), isRecord(events) ? events : {})
      return { eventChannel: channel }
    }),
    redirectTo: to('redirectTo', (url) => stack.redirectTo(url)),
    reLaunch: to('reLaunch', (url) => stack.reLaunch(url)),
    navigateBack: wxFunction('navigateBack', (options) =>
      stack.navigateBack(numberOption(options, 'delta', 1)),
    ),
    switchTab: wxFunction('switchTab', () => {
      throw new WxFailure('switchTab:fail can not switch to a page that is not in the tabBar')
    }),
  }
}

export interface AppEvents {
  readonly api: WxApi
  readonly show: Listeners
  readonly hide: Listeners
}

export function createAppEvents(): AppEvents {
  const [show, hide, error] = [new Listeners(), new Listeners(), new Listeners()]
  const api = {
    onAppShow: show.on,
    offAppShow: show.off,
    onAppHide: hide.on,
    offAppHide: hide.off,
    onError: error.on,
    offError: error.off,
  }
  addEventListener('error', (event) => error.tell(event.message))
  return { api, show, hide }
}

/**
 * The `wx` object. A name that this phone does not know is told in the console when it is read, so
 * that `wx.somethingNew is not a function` explains itself; `'name' in wx` asks silently.
 */
export function createWx(parts: readonly WxApi[]): WxApi {
  const known: Record<string, unknown> = Object.assign({}, ...parts)
  known['canIUse'] = (schema: unknown) => canIUse(known, schema)
  const told = new Set<string>()
  return new Proxy(known, {
    get(target, name) {
      if (typeof name === 'symbol' || Object.hasOwn(target, name)) return Reflect.get(target, name)
      if (!told.has(name)) {
        told.add(name)
        console.error(`wx.${name} does not exist on this phone; ask wx.canIUse('${name}') first`)
      }
      return undefined
    },
  })
}
