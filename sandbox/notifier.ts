import type { SandboxClock } from './clock.ts'
import type { Faults } from './faults.ts'
import { createTimerGroup, type TimerGroup } from './timer-group.ts'

/** A message on its way to the merchant's server, exactly as it will travel. */
export interface NotificationMessage {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface NotificationInput extends NotificationMessage {
  /** What it is about, in the provider's word, such as `payment.captured`. */
  readonly event: string
  /** The provider's number of the payment or refund. */
  readonly subject: string
  /** The same message with a signature that is wrong, for the `forge` fault. */
  readonly forged: NotificationMessage
}

/** One attempt to deliver, for tests and for the control API. */
export interface Attempt {
  readonly notificationId: string
  readonly event: string
  readonly subject: string
  /** `genuine` counts for the provider; the others are mischief. */
  readonly kind: 'genuine' | 'duplicate' | 'forged' | 'truncated'
  /** 1 for the first try of a genuine one. */
  readonly attempt: number
  readonly atMs: number
  readonly url: string
  readonly body: string
  /** What the merchant answered, or null when nobody did. */
  readonly status: number | null
  /** Why there is no status: lost on the way on purpose, or not reachable. */
  readonly error: string | null
}

/** Answers the HTTP status; rejects when there is no answer. */
export type Transport = (message: NotificationMessage) => Promise<number>

export interface Notifier {
  /** Sends, and repeats by the timetable until somebody answers 2xx. Never throws. */
  send(notification: NotificationInput): void
  /** Sends one wrong message, once; nothing is repeated. Never throws. */
  sendForged(notification: NotificationInput): void
  /** One more attempt at once, whatever became of the earlier ones. Throws when the id is unknown. */
  resend(notificationId: string): Promise<Attempt>
  /** Every attempt so far, oldest first. */
  log(): readonly Attempt[]
  /** Genuine notifications that are still to be delivered or repeated. */
  pending(): number
  /** Resolves when nothing is on the wire. */
  idle(): Promise<void>
  /** Forgets everything and stops repeating. */
  reset(): void
}

export interface NotifierOptions {
  readonly clock: SandboxClock
  readonly faults: Faults
  /** Pauses after the first, second, … failed attempt; as many repeats as there are pauses. */
  readonly retryDelaysMs: () => readonly number[]
  /** Called as each attempt sets out, before the merchant can know of it. */
  readonly onAttempt?: (attempt: Pick<Attempt, 'subject' | 'kind'>) => void
  readonly transport?: Transport
}

/** How long a notification held back by `reorder` waits for another one to overtake it. */
const REORDER_PATIENCE_MS = 60_000

interface Sent {
  readonly id: string
  readonly input: NotificationInput
  attempts: number
  done: boolean
}

export function createNotifier(options: NotifierOptions): Notifier {
  return new HttpNotifier(options)
}

class HttpNotifier implements Notifier {
  readonly #options: NotifierOptions
  readonly #transport: Transport
  readonly #timers: TimerGroup
  readonly #onTheWire = new Set<Promise<unknown>>()
  #sent = new Map<string, Sent>()
  #log: Attempt[] = []
  #heldBack: (() => void)[] = []
  /** Grows with every reset: an answer that comes in after it belongs to a forgotten world. */
  #epoch = 0

  constructor(options: NotifierOptions) {
    this.#options = options
    this.#transport = options.transport ?? postOverHttp(ANSWER_DEADLINE_MS)
    this.#timers = createTimerGroup(options.clock)
  }

  send(input: NotificationInput): void {
    const sent = this.#register(input)
    const verdict = this.#options.faults.forNotification()
    const go = async () => {
      if (verdict.forge) this.#mischief(sent)
      const attempt = this.#attempt(sent)
      if (verdict.duplicate) void this.#deliver(sent, 'duplicate', input)
      await attempt
    }
    if (verdict.delayMs > 0) this.#timers.later(verdict.delayMs, () => this.#track(go()))
    else if (verdict.reorder) this.#holdBack(go)
    else this.#release(go)
  }

  sendForged(input: NotificationInput): void {
    const sent = this.#register(input)
    sent.done = true
    void this.#deliver(sent, 'forged', input.forged)
  }

  resend(notificationId: string): Promise<Attempt> {
    const sent = this.#sent.get(notificationId)
    if (!sent) throw new RangeError(`no notification ${notificationId}`)
    sent.attempts += 1
    return this.#deliver(sent, 'genuine', sent.input)
  }

  log(): readonly Attempt[] {
    return this.#log
  }

  pending(): number {
    return [...this.#sent.values()].filter((sent) => !sent.done).length
  }

  async idle(): Promise<void> {
    while (this.#onTheWire.size > 0) await Promise.all(this.#onTheWire)
  }

  reset(): void {
    this.#epoch += 1
    this.#timers.cancelAll()
    this.#heldBack = []
    this.#sent = new Map()
    this.#log = []
  }

  #register(input: NotificationInput): Sent {
    const sent = { id: `n${this.#sent.size + 1}`, input, attempts: 0, done: false }
    this.#sent.set(sent.id, sent)
    return sent
  }

  /** Sends this one and, once it is through, those that it was to overtake. */
  #release(go: () => Promise<void>): void {
    const overtaken = this.#heldBack
    this.#heldBack = []
    const released = go().then(() => {
      for (const held of overtaken) held()
    })
    this.#track(released)
  }

  #holdBack(go: () => Promise<void>): void {
    const once = () => {
      this.#heldBack = this.#heldBack.filter((held) => held !== once)
      cancel()
      this.#track(go())
    }
    const cancel = this.#timers.later(REORDER_PATIENCE_MS, once)
    this.#heldBack.push(once)
  }

  #mischief(sent: Sent): void {
    void this.#deliver(sent, 'forged', sent.input.forged)
    const { body } = sent.input
    void this.#deliver(sent, 'truncated', { ...sent.input, body: body.slice(0, body.length / 2) })
  }

  async #attempt(sent: Sent): Promise<void> {
    if (sent.done) return
    sent.attempts += 1
    const tries = sent.attempts
    await this.#deliver(sent, 'genuine', sent.input)
    if (sent.done || this.#sent.get(sent.id) !== sent) return
    const pauseMs = this.#options.retryDelaysMs()[tries - 1]
    if (pauseMs === undefined) sent.done = true
    else this.#timers.later(pauseMs, () => this.#track(this.#attempt(sent)))
  }

  #deliver(sent: Sent, kind: Attempt['kind'], message: NotificationMessage): Promise<Attempt> {
    const delivery = this.#exchange(sent, kind, message).then((attempt) => {
      if (kind === 'genuine' && isSuccess(attempt.status)) sent.done = true
      return attempt
    })
    this.#track(delivery)
    return delivery
  }

  /** Counts as being on the wire until it ends. */
  #track(work: Promise<unknown>): void {
    const settled = work.then(() => {
      this.#onTheWire.delete(settled)
    })
    this.#onTheWire.add(settled)
    this.#options.clock.busy(settled)
  }

  async #exchange(
    sent: Sent,
    kind: Attempt['kind'],
    message: NotificationMessage,
  ): Promise<Attempt> {
    const epoch = this.#epoch
    this.#options.onAttempt?.({ subject: sent.input.subject, kind })
    const begun = {
      notificationId: sent.id,
      event: sent.input.event,
      subject: sent.input.subject,
      kind,
      attempt: kind === 'genuine' ? sent.attempts : 0,
      atMs: this.#options.clock.nowMs(),
      url: message.url,
      body: message.body,
    }
    const attempt: Attempt = { ...begun, ...(await this.#outcome(kind, message)) }
    if (epoch === this.#epoch) this.#log.push(attempt)
    return attempt
  }

  async #outcome(
    kind: Attempt['kind'],
    message: NotificationMessage,
  ): Promise<Pick<Attempt, 'status' | 'error'>> {
    if (kind === 'genuine' && this.#options.faults.dropsAttempt()) {
      return { status: null, error: 'dropped on the way' }
    }
    try {
      return { status: await this.#transport(message), error: null }
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error) }
    }
  }
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}

/** How long the merchant's server may take to answer, in real time: it is a real connection. */
const ANSWER_DEADLINE_MS = 10_000

/** Redirects are not followed: to a provider they are a failure. The deadline is in real time. */
export function postOverHttp(answerDeadlineMs: number): Transport {
  return async ({ url, headers, body }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerDeadlineMs),
    })
    await response.arrayBuffer()
    return response.status
  }
}
