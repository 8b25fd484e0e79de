import type { CompiledProgram } from '../../program.ts'
import { ProgramApp } from './app.ts'
import { WechatBackend } from './backend.ts'
import { installBuiltIns } from './components/index.ts'
import { installEventWrapper } from './events.ts'
import { installGestures } from './gestures.ts'
import type { LaunchOptions, PhoneHost, RunningProgram } from './host.ts'
import { ProgramPage } from './page.ts'
import { readPageAddress, resolvePath } from './page-address.ts'
import { type NewPage, PageStack } from './page-stack.ts'
import { createSpace, type RegisteredProgram, registerUnits } from './registration.ts'
import { createCapsule } from './view/capsule.ts'
import { Overlays } from './view/overlays.ts'
import { PageLayer } from './view/page-layer.ts'
import type { WxApi } from './wx/api.ts'
import { createBusiness } from './wx/business.ts'
import { createAccount, createAppEvents, createNavigation, createWx } from './wx/index.ts'
import { createInterface } from './wx/interface.ts'
import { createNetwork } from './wx/network.ts'
import { createStorage } from './wx/storage.ts'
import { createSystem } from './wx/system.ts'

/** WeChat's scene numbers: from the list of Mini Programs, and from a link. */
const SCENES = { list: 1089, link: 1065, singlePage: 1154 }

window.startMiniProgram = (host, page) => {
  const program = window.miniProgram
  if (program === undefined) throw new Error('the compiled Mini Program was not loaded')
  return start({ program, host, page })
}

/** Runs the program from `onLaunch` on. Throws Error where its scripts cannot be registered. */
function start(options: {
  program: CompiledProgram
  host: PhoneHost
  page: string | null
}): RunningProgram {
  const { program, host } = options
  const { pagesRoot, overlays } = createScreen(host)
  if (program.style !== null) document.documentElement.dataset['style'] = program.style
  const app = new ProgramApp()
  const events = createAppEvents()
  const network = createNetwork(host, program.appId)
  const registered = createSpace()
  const theme = () => (program.themes === null ? 'light' : host.state().theme)
  const stack = createStack({ program, registered, pagesRoot, theme })
  let launch = launchOptions(program, options.page, host)
  const system = createSystem({
    host,
    appId: program.appId,
    launch: () => launch,
    view: { width: () => innerWidth, height: () => innerHeight },
  })
  const navigation = createNavigation(stack)
  installGlobals({
    app,
    stack,
    registered,
    wx: createWx([
      createAccount(host, program.appId),
      createStorage(host.storage, program.appId),
      createInterface({ overlays, page: () => surfaceOf(stack, program) }),
      createBusiness(overlays, () => host.state().language),
      navigation,
      network.api,
      system.api,
      events.api,
    ]),
  })
  runScripts({ program, host, app, registered, navigation })
  const enter = (page: string | null) => {
    network.shown()
    app.call('onShow', launch)
    events.show.tell(launch)
    if (page !== null) stack.reLaunch(`/${page}`)
    stack.show()
  }
  showTheme(theme())
  app.call('onLaunch', launch)
  enter(options.page ?? launch.path)
  return {
    show(page) {
      if (page !== undefined) launch = launchOptions(program, page, host)
      enter(page ?? null)
    },
    hide() {
      stack.hide()
      app.call('onHide')
      events.hide.tell(undefined)
      network.hidden()
    },
    phoneChanged() {
      showTheme(theme())
      stack.setTheme(theme())
      system.phoneChanged()
    },
    isDark: () => theme() === 'dark',
    currentPage: () => stack.current?.address.path ?? null,
  }
}

function runScripts(options: {
  program: CompiledProgram
  host: PhoneHost
  app: ProgramApp
  registered: RegisteredProgram
  navigation: WxApi
}): void {
  const { program, host, app, registered, navigation } = options
  installBuiltIns(registered.codeSpace.getComponentSpace(), {
    assetUrl,
    navigate: (openType, target) => navigateByTag(navigation, openType, target),
    webAddress: (url) => host.webAddress(url),
  })
  program.scripts['app']?.()
  if (!app.defined) throw new Error('app.ts never called App()')
  registerUnits(program, registered.codeSpace)
}

function createScreen(host: PhoneHost): { pagesRoot: HTMLElement; overlays: Overlays } {
  const pagesRoot = document.createElement('main')
  const overlayRoot = document.createElement('div')
  overlayRoot.className = 'overlays'
  const overlays = new Overlays(overlayRoot, () => host.state().language)
  document.body.append(pagesRoot, createCapsule(host, overlays), overlayRoot)
  const { statusBarHeight, safeAreaBottom } = host.state()
  const { style } = document.documentElement
  style.setProperty('--safe-area-top', `${statusBarHeight}px`)
  style.setProperty('--safe-area-bottom', `${safeAreaBottom}px`)
  installGestures(pagesRoot)
  installEventWrapper(window)
  return { pagesRoot, overlays }
}

function createStack(options: {
  program: CompiledProgram
  registered: RegisteredProgram
  pagesRoot: HTMLElement
  theme: () => 'light' | 'dark'
}): PageStack {
  const { program, registered, pagesRoot, theme } = options
  const backend = registered.env.associateBackend(new WechatBackend())
  const home = program.pages[0] ?? ''
  const stack: PageStack = new PageStack({
    home,
    isPage: (path) => program.pages.includes(path),
    create({ address, leading, events }: NewPage) {
      const unit = program.units.find(({ path }) => path === address.path)
      const own = Object.entries(unit?.window ?? {}).filter(([, value]) => value !== undefined)
      const layer = new PageLayer({
        path: address.path,
        window: { ...program.window, ...Object.fromEntries(own) },
        themes: program.themes,
        theme: theme(),
        leading,
        onLeading: () => {
          if (leading === 'home') stack.reLaunch(`/${home}`)
          else stack.navigateBack(1)
        },
      })
      const url = address.search === '' ? address.path : `${address.path}?${address.search}`
      const root = backend.createRoot('wx-page', registered.codeSpace, `/${url}`)
      pagesRoot.append(layer.element)
      return new ProgramPage({ root, address, layer, events })
    },
  })
  return stack
}

function installGlobals(options: {
  app: ProgramApp
  stack: PageStack
  registered: RegisteredProgram
  wx: WxApi
}): void {
  const { app, stack, registered, wx } = options
  const misplaced = (name: string) => () => {
    throw new Error(`${name}() belongs into the script of a page or component`)
  }
  const globals = {
    wx,
    App: app.define,
    getApp: app.get,
    getCurrentPages: () => stack.instances(),
    Page: misplaced('Page'),
    Component: misplaced('Component'),
    Behavior: registered.codeSpace.componentEnv('app', ({ Behavior }) => Behavior),
  }
  Object.assign(window, globals)
}

/** What `prefers-color-scheme` of the program's sheets was compiled to ask for. */
function showTheme(theme: 'light' | 'dark'): void {
  document.documentElement.style.setProperty('--wechat-theme', theme)
}

function surfaceOf(stack: PageStack, program: CompiledProgram) {
  const page = stack.current
  if (page === undefined) throw new Error('there is no page yet')
  return {
    setTitle: (title: string) => page.layer.setTitle(title),
    setBarColors: (colors: { front: string; background: string }) =>
      page.layer.setBarColors(colors),
    scrollTo: (top: number) => page.scrollTo(top),
    selectorQuery: () => page.selectorQuery(),
    pullDown() {
      const unit = program.units.find(({ path }) => path === page.address.path)
      const may = unit?.window.enablePullDownRefresh ?? program.window.enablePullDownRefresh
      return may === true && page.pullDown()
    },
  }
}

function launchOptions(
  program: CompiledProgram,
  page: string | null,
  host: PhoneHost,
): LaunchOptions {
  const single = host.state().client === 'singlePage'
  const { path, query } = readPageAddress(page ?? program.pages[0] ?? '', '')
  return {
    path,
    query,
    scene: single ? SCENES.singlePage : page === null ? SCENES.list : SCENES.link,
  }
}

/** A file of the program: the phone serves its folder beside this page. */
function assetUrl(source: string, owner: string): string {
  if (/^(?:https?:|data:|blob:)/.test(source)) return source
  return `files/${resolvePath(source, owner)}`
}

const NAVIGATOR_CALLS: Readonly<Record<string, string>> = {
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  switchTab: 'switchTab',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
}

function navigateByTag(
  navigation: WxApi,
  openType: string,
  target: { url: string; delta: number },
): void {
  const call = navigation[NAVIGATOR_CALLS[openType] ?? '']
  const fail = ({ errMsg }: { errMsg: string }) => console.error(errMsg)
  if (typeof call === 'function') call({ ...target, fail })
  else console.error(`navigator: unknown open-type ${openType}`)
}
