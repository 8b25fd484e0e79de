import type { NetworkAnswer, PhoneHost, WxAnswer } from '../host.ts'
import {
  isRecord,
  numberOption,
  report,
  textOption,
  type WxApi,
  WxFailure,
  type WxOptions,
} from './api.ts'

const MOST_MS = 60_000
/** How long the program keeps its network after it went to the background. */
const GRACE_MS = 5000

export interface WxNetwork {
  readonly api: WxApi
  hidden(): void
  shown(): void
}

/** `wx.request`: any HTTP status is a success; the program's own background time is respected. */
export function createNetwork(host: PhoneHost, appId: string): WxNetwork {
  const running = new Set<Call>()
  let grace: ReturnType<typeof setTimeout> | undefined

  return {
    api: {
      request(given: unknown) {
        const options = isRecord(given) ? given : {}
        const call = new Call((request) => host.network(appId, request), options)
        running.add(call)
        const forget = () => running.delete(call)
        call.outcome.then(forget, forget)
        void report(call.outcome, options)
        return call.task
      },
    },
    hidden() {
      grace = setTimeout(() => {
        for (const call of running) call.interrupt()
      }, GRACE_MS)
    },
    shown() {
      clearTimeout(grace)
      for (const call of running) call.resume()
    },
  }
}

type Send = (request: Parameters<PhoneHost['network']>[1]) => Promise<NetworkAnswer>

/** One request on its way. Whichever ends it first wins: answer, time, abort or the background. */
class Call {
  readonly outcome: Promise<WxAnswer>
  readonly task: Readonly<Record<string, unknown>>
  private readonly end = Promise.withResolvers<WxAnswer>()
  private readonly headerListeners = new Set<unknown>()
  private interrupted = false

  constructor(send: Send, options: WxOptions) {
    this.outcome = this.end.promise
    this.task = {
      abort: () => this.fail('request:fail abort'),
      onHeadersReceived: (listener: unknown) => this.headerListeners.add(listener),
      offHeadersReceived: (listener: unknown) => this.headerListeners.delete(listener),
    }
    void this.run(send, options)
  }

  /** Called in the background; the program hears of it when it is back. */
  interrupt(): void {
    this.interrupted = true
  }

  resume(): void {
    if (this.interrupted) this.fail('request:fail interrupted', 600003)
  }

  private async run(send: Send, options: WxOptions): Promise<void> {
    const url = textOption(options, 'url')
    if (!/^https?:\/\/./.test(url)) return this.fail(`request:fail invalid url "${url}"`, 600009)
    const timeout = Math.min(Math.max(1, numberOption(options, 'timeout', MOST_MS)), MOST_MS)
    const timer = setTimeout(() => this.fail('request:fail timeout', 5), timeout)
    try {
      this.answered(
        await send({
          url,
          method: textOption(options, 'method', 'GET').toUpperCase(),
          header: headersOf(options['header']),
          data: options['data'],
          dataType: textOption(options, 'dataType', 'json'),
          timeout,
        }),
      )
    } catch (error) {
      this.fail(`request:fail ${error instanceof Error ? error.message : ''}`, 600001)
    } finally {
      clearTimeout(timer)
    }
  }

  private answered(answer: NetworkAnswer): void {
    // What arrives while the program is suspended is lost to it.
    if (this.interrupted) return
    if ('errMsg' in answer) {
      this.fail(answer.errMsg, answer.errno)
      return
    }
    const { header, cookies, statusCode } = answer
    for (const listener of this.headerListeners) {
      if (typeof listener === 'function') listener({ header, cookies, statusCode })
    }
    this.end.resolve({ ...answer, errMsg: 'request:ok' })
  }

  private fail(errMsg: string, errno?: number): void {
    this.end.reject(new WxFailure(errMsg, errno === undefined ? {} : { errno }))
  }
}

function headersOf(header: unknown): Record<string, string> {
  if (!isRecord(header)) return {}
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name, String(value)]))
}
