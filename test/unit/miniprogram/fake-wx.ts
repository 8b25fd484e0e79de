import { vi } from 'vitest'

export interface WxRequest {
  readonly url: string
  readonly method: string
  readonly data?: unknown
  readonly header: Readonly<Record<string, string>>
}

/** An answer of the network, or null where there is none. */
export type WxReply = { readonly statusCode: number; readonly data: unknown } | null

/** The part of `wx` that the shop uses, played by the test; everything asked for is kept. */
export class FakeWx {
  readonly requests: WxRequest[] = []
  readonly stored = new Map<string, unknown>()
  readonly payments: unknown[] = []
  logins = 0
  language = 'zh_CN'
  platform = 'ios'
  envVersion = 'develop'
  ext: Record<string, unknown> = {}
  /** What the network answers. */
  answer: (request: WxRequest) => WxReply | Promise<WxReply> = () => null
  /** What WeChat's cashier says; undefined: its callback is lost. */
  cashierSays: string | undefined = 'requestPayment:ok'
  sdkVersion = '3.8.0'
  /** Where the payer came from; 1154 is a single page in Moments. */
  scene = 1089
  readonly #show: (() => void)[] = []
  readonly #hide: (() => void)[] = []
  /** What the program sees. */
  readonly wx = this.#api()

  /** Makes this the `wx` of the program until the test is over. */
  install(): this {
    vi.stubGlobal('wx', this.wx)
    return this
  }

  hide(): void {
    for (const listener of this.#hide) listener()
  }

  show(): void {
    for (const listener of this.#show) listener()
  }

  #api() {
    return {
      getSystemInfoSync: () => ({
        language: this.language,
        platform: this.platform,
        SDKVersion: this.sdkVersion,
      }),
      canIUse: () => true,
      getLaunchOptionsSync: () => ({ scene: this.scene }),
      getAccountInfoSync: () => ({
        miniProgram: { appId: 'wx-mini', envVersion: this.envVersion },
      }),
      getExtConfigSync: () => this.ext,
      getStorageSync: (key: string) => this.stored.get(key) ?? '',
      setStorageSync: (key: string, value: unknown) => void this.stored.set(key, value),
      removeStorageSync: (key: string) => void this.stored.delete(key),
      onAppShow: (listener: () => void) => void this.#show.push(listener),
      onAppHide: (listener: () => void) => void this.#hide.push(listener),
      login: ({ success }: { success: (answer: { code: string }) => void }) => {
        this.logins += 1
        success({ code: `code-${this.logins}` })
      },
      requestPayment: (options: PaymentOptions) => this.#pay(options),
      request: (options: RequestOptions) => void this.#request(options),
    }
  }

  #pay({ success, fail, ...params }: PaymentOptions): void {
    this.payments.push(params)
    const errMsg = this.cashierSays
    if (errMsg === undefined) return
    if (errMsg === 'requestPayment:ok') success({ errMsg })
    else fail({ errMsg })
  }

  async #request({ success, fail, ...request }: RequestOptions): Promise<void> {
    this.requests.push(request)
    const reply = await this.answer(request)
    if (reply) success({ ...reply, header: {} })
    else fail({ errMsg: 'request:fail' })
  }
}

interface PaymentOptions {
  readonly success: (answer: { errMsg: string }) => void
  readonly fail: (answer: { errMsg: string }) => void
}

interface RequestOptions extends WxRequest {
  readonly success: (answer: { statusCode: number; data: unknown; header: object }) => void
  readonly fail: (answer: { errMsg: string }) => void
}
