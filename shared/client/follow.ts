import { type Answer, askServer } from './ask.ts'
import type { Attempt } from './attempt.ts'
import { isCheckoutError, offline } from './errors.ts'
import type {
  BridgeResult,
  CheckoutError,
  CheckoutOptions,
  CheckoutResult,
  Visibility,
} from './types.ts'

/** The longest that the server holds a question open. */
export const LONGEST_WAIT_MS = 25_000
/** So long a cashier is left alone; silent in view for longer, its callback may be lost. */
export const SILENCE_MS = 10_000
/** Distances between questions in a row, where the server does not hold them open for longer. */
const PACE_MS = [1_000, 2_000, 3_000, 5_000]
const LAST_PACE_MS = 8_000

const ALWAYS_VISIBLE: Visibility = { visible: () => true, onChange: () => () => undefined }

export interface Pursuit {
  readonly attempt: Attempt
  /** Nothing says that the payer has finished: do not wait for long. */
  readonly brief?: boolean
  /** How long to go on in view: 0 asks once, and Infinity goes on until the cashier says something. */
  readonly limitMs?: number | undefined
  /** What is known of the payment already. */
  readonly payment?: Answer | null
  /** What the open cashier says about itself. It may never say anything, and it never rejects. */
  readonly cashier?: Promise<BridgeResult>
}

export interface Followed extends CheckoutResult {
  readonly payment: Answer | null
  readonly problem?: CheckoutError
}

/**
 * Asks until an answer decides (on a new attempt any does), the server refuses for good, or the time
 * is over; never rejects, and never asks out of view. What happens around the asking begins it
 * afresh, at once and with the full time: the cashier answers, or the page comes back into view.
 * Where neither happens, a silent cashier is watched, for as long as it may still be open.
 */
export function follow(options: CheckoutOptions, pursuit: Pursuit): Promise<Followed> {
  const { bridge, clock, visibility = ALWAYS_VISIBLE, limits = {} } = options
  const { confirmMs = 30_000, unfinishedMs = 5_000, surfaceMs = 900_000 } = limits
  const { attempt, cashier, brief, payment: known = null } = pursuit
  let { limitMs = brief ? unfinishedMs : confirmMs } = pursuit
  let said: BridgeResult | undefined

  return new Promise((resolve) => {
    const begin = createRounds(options, attempt, (answer, problem) => {
      endView()
      endSilence()
      const open = cashier && !said
      if (open && bridge.close) bridge.close()
      const surface = open && limitMs < Infinity ? 'lost' : 'none'
      const payment = answer || known
      const verdict = payment ? payment.verdict : 'pending'
      resolve(Object.assign({ verdict, payment, surface }, said, problem && { problem }))
    })

    let endSilence = (): void => undefined
    const endView = visibility.onChange(() => {
      if (!visibility.visible()) return
      endSilence()
      begin(true, limitMs)
    })
    if (cashier) {
      void cashier.then((result) => {
        said = result
        endSilence()
        const { surface } = result
        limitMs = /finished|none/.test(surface) ? confirmMs : unfinishedMs
        // A redirect or an expired code brings nobody back.
        begin(surface !== 'none', limitMs)
      })
    }
    if (cashier && limitMs < Infinity) {
      endSilence = clock.setTimer(SILENCE_MS, () => begin(false, surfaceMs))
    } else begin(!cashier, limitMs)
  })
}

/**
 * The asking itself. The answer begins a round: whether the payer has just come back, which is a good
 * moment to ask the provider, and how long the round may take. `done` is called once.
 */
function createRounds(
  options: CheckoutOptions,
  attempt: Attempt,
  done: (answer: Answer | null, problem: CheckoutError | null) => void,
): (back: boolean, forMs: number) => void {
  const { clock, visibility = ALWAYS_VISIBLE, limits = {} } = options
  const { requestMs = 20_000 } = limits
  const creating = !attempt.paymentId
  let last: Answer | null = null
  let returned = false
  let endsAtMs = 0
  let askedAtMs = 0
  /** Questions in this round. */
  let asked = 0
  /** Counts the questions. Answers to earlier ones count only where they decide. */
  let turn = 0
  let over = false
  let cancelTimer = (): void => undefined

  const active = () => !over && visibility.visible()

  function ask(): void {
    const mine = ++turn
    askedAtMs = clock.nowMs()
    const waitMs = creating ? 0 : Math.min(LONGEST_WAIT_MS, endsAtMs - askedAtMs)
    const timeoutMs = waitMs + requestMs
    cancelTimer = clock.setTimer(timeoutMs, () => settle(offline()))
    const query = `?waitMs=${waitMs}${returned ? '&returned=1' : ''}`
    askServer(options, attempt, { query, timeoutMs }).then(
      (answer) => {
        const decides = creating || answer.verdict !== 'pending'
        if (over || (!decides && mine !== turn)) return
        last = answer
        returned = false
        settle(null, decides)
      },
      (error) => {
        if (mine === turn) settle(isCheckoutError(error) ? error : offline())
      },
    )
  }

  function settle(problem: CheckoutError | null, decides = isRefusal(problem)): void {
    cancelTimer()
    turn++
    const nowMs = clock.nowMs()
    const { repeatAfterMs = 0 } = Object(problem)
    const nextAtMs = askedAtMs + (PACE_MS[asked++] || LAST_PACE_MS)
    const delayMs = Math.min(Math.max(nextAtMs, nowMs + repeatAfterMs), endsAtMs) - nowMs
    const goOn = () => {
      if (decides || (active() && clock.nowMs() >= endsAtMs)) {
        over = true
        done(last, problem)
      } else if (active()) ask()
    }
    if (!decides && delayMs > 0) cancelTimer = clock.setTimer(delayMs, goOn)
    else goOn()
  }

  return (back, forMs) => {
    cancelTimer()
    returned ||= back
    asked = 0
    endsAtMs = clock.nowMs() + forMs
    if (active()) ask()
  }
}

/** A problem that lasts, however often the question is repeated. */
export function isRefusal(problem?: CheckoutError | null): problem is CheckoutError {
  return !!problem && problem.repeatAfterMs === undefined
}
