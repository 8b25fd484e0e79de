import { builtInTags } from '../../../program.ts'
import type { LaunchOptions, PhoneHost } from '../host.ts'
import { Listeners, textOption, type WxApi, wxFunction } from './api.ts'

/** The base library whose behaviour this phone follows. */
const SDK_VERSION = '3.8.0'
/** Of a WeChat that was not updated for years. */
const OLD_SDK_VERSION = '2.9.5'
const CAPSULE = { width: 87, height: 32, right: 7, below: 6 }
export const NAVIGATION_BAR_HEIGHT = 44

export interface WxSystem {
  readonly api: WxApi
  /** Tells listeners when the phone went on- or offline, or changed its theme. */
  phoneChanged(): void
}

/** What the phone is: device, window, language, network, account, clipboard. */
export function createSystem(options: {
  host: PhoneHost
  appId: string
  launch: () => LaunchOptions
  view: { width(): number; height(): number }
}): WxSystem {
  const { host, appId, launch, view } = options
  const [network, theme] = [new Listeners(), new Listeners()]
  let { online, theme: lastTheme } = host.state()
  const networkType = () => ({
    networkType: host.state().online ? 'wifi' : 'none',
    isConnected: host.state().online,
  })
  const everything = () => ({
    ...deviceInfo(host),
    ...baseInfo(host),
    ...windowInfo(host, view),
    errMsg: 'getSystemInfo:ok',
  })
  const api = {
    getSystemInfoSync: everything,
    getSystemInfo: wxFunction('getSystemInfo', everything),
    getSystemInfoAsync: wxFunction('getSystemInfoAsync', everything),
    getDeviceInfo: () => deviceInfo(host),
    getAppBaseInfo: () => baseInfo(host),
    getWindowInfo: () => windowInfo(host, view),
    getMenuButtonBoundingClientRect: () => capsuleBox(host, view.width()),
    getAccountInfoSync: () => ({ miniProgram: { appId, envVersion: 'develop', version: '' } }),
    getExtConfigSync: () => structuredClone(host.extConfig),
    getExtConfig: wxFunction('getExtConfig', () => ({
      extConfig: structuredClone(host.extConfig),
    })),
    getLaunchOptionsSync: () => ({ ...launch() }),
    getEnterOptionsSync: () => ({ ...launch() }),
    getNetworkType: wxFunction('getNetworkType', networkType),
    onThemeChange: theme.on,
    offThemeChange: theme.off,
    onNetworkStatusChange: network.on,
    offNetworkStatusChange: network.off,
    setClipboardData: wxFunction('setClipboardData', (given) =>
      host.writeClipboard(textOption(given, 'data')),
    ),
    getClipboardData: wxFunction('getClipboardData', () => ({ data: host.readClipboard() })),
    vibrateShort: wxFunction('vibrateShort', () => undefined),
    vibrateLong: wxFunction('vibrateLong', () => undefined),
    nextTick: (callback: () => void) => queueMicrotask(callback),
    getUpdateManager: () => ({
      onCheckForUpdate: (listener: unknown) => {
        if (typeof listener === 'function') queueMicrotask(() => listener({ hasUpdate: false }))
      },
      onUpdateReady: () => undefined,
      onUpdateFailed: () => undefined,
      applyUpdate: () => undefined,
    }),
  }
  return {
    api,
    phoneChanged() {
      const now = host.state()
      if (now.theme !== lastTheme) theme.tell({ theme: now.theme })
      if (now.online !== online) network.tell(networkType())
      ;({ online, theme: lastTheme } = now)
    },
  }
}

/** `wx.canIUse('requestPayment')`, `wx.canIUse('button.open-type')`: by what is here. */
export function canIUse(api: WxApi, schema: unknown): boolean {
  const [name = ''] = String(schema).split('.')
  return name in api || builtInTags.some((tag) => tag === name)
}

function deviceInfo(host: PhoneHost) {
  const ios = host.state().platform === 'ios'
  return {
    platform: host.state().client === 'devtools' ? 'devtools' : ios ? 'ios' : 'android',
    brand: ios ? 'iPhone' : 'Google',
    model: ios ? 'iPhone 15' : 'Pixel 8',
    system: ios ? 'iOS 17.5' : 'Android 14',
    deviceAbi: 'arm64',
    benchmarkLevel: 50,
  }
}

function baseInfo(host: PhoneHost) {
  return {
    SDKVersion: host.state().client === 'outdated' ? OLD_SDK_VERSION : SDK_VERSION,
    version: '8.0.53',
    language: host.state().language,
    theme: host.state().theme,
    enableDebug: false,
    host: { env: 'WeChat' },
    fontSizeSetting: 16,
  }
}

function windowInfo(host: PhoneHost, view: { width(): number; height(): number }) {
  const { statusBarHeight, safeAreaBottom } = host.state()
  const [width, height] = [view.width(), view.height()]
  const bottom = height - safeAreaBottom
  return {
    pixelRatio: 3,
    screenWidth: width,
    screenHeight: height,
    windowWidth: width,
    windowHeight: height - statusBarHeight - NAVIGATION_BAR_HEIGHT,
    statusBarHeight,
    screenTop: statusBarHeight + NAVIGATION_BAR_HEIGHT,
    safeArea: {
      left: 0,
      right: width,
      top: statusBarHeight,
      bottom,
      width,
      height: bottom - statusBarHeight,
    },
  }
}

function capsuleBox(host: PhoneHost, width: number) {
  const top = host.state().statusBarHeight + CAPSULE.below
  const right = width - CAPSULE.right
  return {
    width: CAPSULE.width,
    height: CAPSULE.height,
    top,
    right,
    bottom: top + CAPSULE.height,
    left: right - CAPSULE.width,
  }
}
