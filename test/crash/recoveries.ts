import { setTimeout } from 'node:timers/promises'
import { FrontEnd } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import type { History } from './history.ts'
import type { KeptServer } from './kept-server.ts'

/** One order that is only there to be answered: over the counter of any account that shows a code. */
const PROBE = { scene: 'desktopQr', accountId: 'wechatPay' } as const
const PRICE = { value: 1999, currency: 'CNY' }

/**
 * How long it takes from a kill until the same server has told a payer how to pay: its start,
 * `/readyz`, a new order, and a new payment at the provider. Kills that another kill followed too
 * soon are not counted.
 */
export class Recoveries {
  readonly #history: History
  readonly #ms: number[] = []
  readonly #running = new Set<Promise<void>>()
  #probes = 0
  #over = false

  constructor(history: History) {
    this.#history = history
  }

  /**
   * Of a server that was killed at that time of the process's own clock, or whose database was.
   * Resolves when it has served a payer again, or was killed before that.
   */
  follow(server: KeptServer, killedAtMs: number): Promise<void> {
    const measuring = this.#measure(server, killedAtMs)
    this.#running.add(measuring)
    return measuring
  }

  /** Resolves when nothing is measured any more; only after the servers are closed. */
  async end(): Promise<void> {
    this.#over = true
    await Promise.all(this.#running)
  }

  /** In milliseconds; null where nothing was measured. */
  percentile(share: number): number | null {
    const sorted = this.#ms.toSorted((left, right) => left - right)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
  }

  count(): number {
    return this.#ms.length
  }

  async #measure(server: KeptServer, killedAtMs: number): Promise<void> {
    const start = await server.whenReady()
    // A server that was closed, and not killed, answers nobody any more either.
    while (!this.#over && server.starts() === start) {
      this.#probes += 1
      try {
        await this.#payOnce(server.url, `probe-${this.#probes}`)
        this.#ms.push(performance.now() - killedAtMs)
        return
      } catch {
        await setTimeout(20)
      }
    }
  }

  async #payOnce(url: string, orderRef: string): Promise<void> {
    this.#history.orderRefs.add(orderRef)
    const order = await new Merchant(url, SANDBOX_API_KEY).order(orderRef, PRICE)
    this.#history.orders.set(orderRef, PRICE)
    const { checkoutToken, checkoutUrl } = order
    const payer = new FrontEnd(url)
    const link = new URL(checkoutUrl)
    await payer.visit(link.pathname + link.search)
    await payer.pay(orderRef, { ...PROBE, key: `probe-key-${orderRef}`, checkoutToken })
  }
}
