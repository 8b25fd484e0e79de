import type { PhoneConfig } from '../../config.ts'
import { Cashier } from '../cashier/cashier.ts'
import type { PhoneHost, WxAnswer } from '../runtime/host.ts'
import { Overlays } from '../runtime/view/overlays.ts'
import type { CashierCall, Person, PhoneApi, SurfaceResult } from './api.ts'
import { ControlPanel } from './control-panel.ts'
import type { Device } from './device.ts'
import { Home, type Receipt } from './home.ts'
import { MiniProgramApp } from './mini-program-app.ts'
import { browserAddress, OfficialAccountApp } from './official-account-app.ts'
import { openScanner } from './scanner.ts'
import type { SettingsStore } from './settings.ts'
import { type Texts, textsOf } from './texts.ts'

export interface PhoneParts {
  readonly api: PhoneApi
  readonly config: PhoneConfig
  readonly settings: SettingsStore
  readonly device: Device
  readonly storage: Storage
  readonly now: () => Date
}

/** The phone as a whole: which app is in front, who holds it, and one cashier for all. */
export class Phone {
  readonly panel: ControlPanel
  private readonly parts: PhoneParts
  private readonly home: Home
  private readonly miniProgram: MiniProgramApp
  private readonly officialAccount: OfficialAccountApp
  private readonly overlays: Overlays
  private readonly cashier: Cashier
  private persons: readonly Person[] = []
  private receipts: readonly Receipt[] = []
  private clipboard = ''
  /** The app that waits for the cashier. */
  private payingApp: CashierCall['kind'] | null = null

  constructor(parts: PhoneParts) {
    this.parts = parts
    const { config, device, settings } = parts
    this.overlays = new Overlays(device.top, () => settings.value.language)
    this.cashier = this.createCashier()
    this.miniProgram = this.createMiniProgram()
    this.officialAccount = this.createOfficialAccount()
    this.home = new Home(
      {
        ...config,
        openMiniProgram: () => void this.openMiniProgram(null),
        openOfficialAccount: () => this.openOfficialAccount(config.officialAccountUrl),
        openScanner: () => this.openScanner(''),
        toggleLanguage: () => settings.change({ language: NEXT_LANGUAGE[settings.value.language] }),
      },
      this.homeState(),
    )
    this.panel = this.createPanel()
    device.apps.append(this.home.element)
    settings.onChange(() => this.refresh())
    this.refresh()
  }

  /** Asks WeChat who holds the phone and whether it is online. */
  async connect(): Promise<void> {
    const { persons, offline } = await this.parts.api.persons()
    this.persons = persons
    this.parts.settings.change({ offline })
  }

  async openMiniProgram(page: string | null): Promise<void> {
    this.officialAccount.close()
    await this.miniProgram.open(page)
  }

  openOfficialAccount(url: string): void {
    this.miniProgram.toBackground()
    try {
      this.officialAccount.open(url.replaceAll('{lang}', this.languageTag()))
    } catch (error) {
      console.error(error)
      void this.say(this.texts().refusedAddress)
    }
  }

  openScanner(text: string): void {
    openScanner({
      apps: this.parts.device.apps,
      texts: this.texts(),
      text,
      onFound: (call) => void this.pay(call),
    })
  }

  private createMiniProgram(): MiniProgramApp {
    const { api, config, device, settings, storage } = this.parts
    const host: Omit<PhoneHost, 'leave' | 'restart'> = {
      state: () => {
        const { offline, hideDuringPayment: _, ...rest } = settings.value
        return { ...rest, online: !offline, ...device.insets() }
      },
      login: (appId) => api.login(appId),
      network: (appId, request) => api.network(appId, request),
      requestPayment: (appId, params) => this.payInProgram(appId, params),
      storage,
      extConfig: config.extConfig,
      webAddress: (url) => browserAddress(url, config),
      readClipboard: () => this.clipboard,
      writeClipboard: (text) => this.copy(text),
    }
    return new MiniProgramApp({
      apps: device.apps,
      name: config.miniProgramName,
      host,
      texts: () => this.texts(),
      onChange: () => this.refreshPanel(),
      onKilled: () => this.appGone('miniProgram'),
    })
  }

  private createOfficialAccount(): OfficialAccountApp {
    const { config, device, settings } = this.parts
    return new OfficialAccountApp({
      apps: device.apps,
      config,
      overlays: this.overlays,
      texts: () => this.texts(),
      isOffline: () => settings.value.offline,
      writeClipboard: (text) => this.copy(text),
      pay: (params, pageUrl) => this.pay({ kind: 'officialAccount', params, pageUrl }),
      onClosed: () => this.appGone('officialAccount'),
    })
  }

  private createCashier(): Cashier {
    const { api, device, settings, now } = this.parts
    return new Cashier({
      api,
      stage: device.top,
      overlays: this.overlays,
      texts: () => this.texts(),
      person: () => this.person(),
      isOffline: () => settings.value.offline,
      goOffline: () => this.changeSettings({ offline: true }),
      kill: () => this.killPayingApp(),
      onPaid: (sheet) => {
        this.receipts = [...this.receipts, { sheet, at: now() }]
        void this.connect()
      },
    })
  }

  private createPanel(): ControlPanel {
    const { api } = this.parts
    return new ControlPanel({
      change: (part) => void this.changeSettings(part),
      usePerson: (person) =>
        void api.usePerson(person).then(({ persons }) => {
          this.persons = persons
          this.refresh()
        }),
      toBackground: () => this.miniProgram.toBackground(),
      bringBack: () => void this.openMiniProgram(null),
      kill: () => this.miniProgram.kill(),
    })
  }

  private async changeSettings(part: Parameters<SettingsStore['change']>[0]): Promise<void> {
    if (part.offline !== undefined) await this.parts.api.setOffline(part.offline)
    this.parts.settings.change(part)
  }

  private async pay(call: CashierCall): Promise<SurfaceResult | null> {
    if (!this.cashier.busy) this.payingApp = call.kind
    return this.cashier.pay(call)
  }

  /** Hides the program around the cashier where the phone is told to. */
  private async payInProgram(
    appId: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<WxAnswer> {
    const { hideDuringPayment } = this.parts.settings.value
    if (hideDuringPayment !== 'no') this.miniProgram.setCovered(true)
    const result = await this.pay({ kind: 'miniProgram', appId, params })
    const comeBack = () => this.miniProgram.setCovered(false)
    if (result === null || hideDuringPayment === 'showFirst') comeBack()
    else if (hideDuringPayment === 'callbackFirst') setTimeout(comeBack)
    // A lost callback: the program waits for ever.
    if (result === null) return new Promise(() => {})
    return { ...result, errMsg: errMsgOf(result) }
  }

  private killPayingApp(): void {
    if (this.payingApp === 'miniProgram') this.miniProgram.kill()
    else this.officialAccount.close()
  }

  private appGone(kind: CashierCall['kind']): void {
    if (this.payingApp === kind) this.cashier.abandon()
  }

  private copy(text: string): void {
    this.clipboard = text
    // The desktop's clipboard as well, where the browser allows it.
    void navigator.clipboard?.writeText(text).catch(() => undefined)
  }

  private async say(content: string): Promise<void> {
    const words = { cancelText: null, confirmText: '', cancelColor: null, confirmColor: null }
    await this.overlays.modal({ title: '', content, ...words })
  }

  private person(): Person | null {
    return this.persons.find(({ current }) => current) ?? null
  }

  private texts(): Texts {
    return textsOf(this.parts.settings.value.language)
  }

  private languageTag(): string {
    return this.parts.settings.value.language.replace('_', '-')
  }

  private homeState() {
    return { texts: this.texts(), person: this.person(), receipts: this.receipts }
  }

  private refresh(): void {
    const { settings, device } = this.parts
    document.documentElement.lang = this.languageTag()
    device.setOffline(settings.value.offline)
    this.home.update(this.homeState())
    this.miniProgram.phoneChanged()
    this.refreshPanel()
  }

  private refreshPanel(): void {
    this.parts.device.setDark(this.miniProgram?.isDark ?? false)
    this.panel?.update({
      settings: this.parts.settings.value,
      texts: this.texts(),
      persons: this.persons,
      program: this.miniProgram.state,
    })
  }
}

const NEXT_LANGUAGE = { zh_CN: 'zh_TW', zh_TW: 'en', en: 'zh_CN' } as const

function errMsgOf({ errMsg }: SurfaceResult): string {
  return typeof errMsg === 'string' ? errMsg : 'requestPayment:fail'
}
