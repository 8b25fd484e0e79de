import { type PhoneState, WECHAT_CLIENTS } from '../runtime/host.ts'

/**
 * Whether the Mini Program is hidden while the cashier is open. Phones differ: a sheet hides
 * nothing, a full-screen cashier does, and then `onShow` comes before or after the callback.
 */
export const HIDE_DURING_PAYMENT = ['no', 'showFirst', 'callbackFirst'] as const
export type HideDuringPayment = (typeof HIDE_DURING_PAYMENT)[number]

export interface Settings {
  readonly language: PhoneState['language']
  readonly platform: PhoneState['platform']
  readonly theme: PhoneState['theme']
  readonly client: PhoneState['client']
  readonly offline: boolean
  readonly hideDuringPayment: HideDuringPayment
}

type Listener = (settings: Settings) => void

const KEY = 'phone-settings'
const DEFAULTS: Settings = {
  language: 'zh_CN',
  platform: 'ios',
  theme: 'light',
  client: 'current',
  offline: false,
  hideDuringPayment: 'no',
}

/** The phone's switches. What was chosen survives a reload; the address may overrule it. */
export class SettingsStore {
  private current: Settings
  private readonly listeners = new Set<Listener>()
  private readonly storage: Storage

  constructor(storage: Storage, address: URLSearchParams) {
    this.storage = storage
    this.current = { ...DEFAULTS, ...stored(storage), ...fromAddress(address) }
  }

  get value(): Settings {
    return this.current
  }

  change(part: Partial<Settings>): void {
    this.current = { ...this.current, ...part }
    const { offline: _, ...kept } = this.current
    this.storage.setItem(KEY, JSON.stringify(kept))
    for (const listener of this.listeners) listener(this.current)
  }

  onChange(listener: Listener): void {
    this.listeners.add(listener)
  }
}

function stored(storage: Storage): Partial<Settings> {
  const text = storage.getItem(KEY)
  if (text === null) return {}
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? picked(new Map(Object.entries(value))) : {}
}

function fromAddress(address: URLSearchParams): Partial<Settings> {
  const values = new Map<string, unknown>(address)
  const language = address.get('lang')
  if (language !== null) values.set('language', languageOf(language))
  return picked(values)
}

function picked(values: ReadonlyMap<string, unknown>): Partial<Settings> {
  const language = values.get('language')
  const platform = values.get('platform')
  const theme = values.get('theme')
  const client = WECHAT_CLIENTS.find((known) => known === values.get('client'))
  const hide = HIDE_DURING_PAYMENT.find((known) => known === values.get('hideDuringPayment'))
  return {
    ...(language === 'en' || language === 'zh_CN' || language === 'zh_TW' ? { language } : {}),
    ...(platform === 'ios' || platform === 'android' ? { platform } : {}),
    ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
    ...(client === undefined ? {} : { client }),
    ...(hide === undefined ? {} : { hideDuringPayment: hide }),
  }
}

/** `en`, `zh-TW`, `zh_CN`: as people write them. */
export function languageOf(text: string): PhoneState['language'] {
  if (text.startsWith('en')) return 'en'
  return /^zh[-_]tw/i.test(text) ? 'zh_TW' : 'zh_CN'
}
