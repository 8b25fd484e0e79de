import type { WxAnswer } from '../host.ts'

/** How a wx call ends badly; `errMsg` is complete, with the name of the API. */
export class WxFailure extends Error {
  override readonly name = 'WxFailure'
  readonly answer: WxAnswer

  constructor(errMsg: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(errMsg)
    this.answer = { ...extra, errMsg }
  }
}

export type WxOptions = Readonly<Record<string, unknown>>
export type WxApi = Readonly<Record<string, unknown>>

/**
 * A wx function in its two forms: with `success`, `fail` or `complete` it calls back and returns
 * nothing, without them it returns a promise. `run` answers what success adds to `errMsg`.
 */
export function wxFunction(
  name: string,
  run: (options: WxOptions) => unknown,
): (options?: unknown) => Promise<WxAnswer> | undefined {
  return (given) => {
    const options = isRecord(given) ? given : {}
    const outcome = perform(name, run, options)
    if (!hasCallbacks(options)) return outcome
    void report(outcome, options)
    return undefined
  }
}

/** The same for calls that return something of their own, such as a request task. */
export async function report(outcome: Promise<WxAnswer>, options: WxOptions): Promise<void> {
  await outcome.then(
    (answer) => {
      call(options['success'], answer)
      call(options['complete'], answer)
    },
    (error: unknown) => {
      const answer = error instanceof WxFailure ? error.answer : { errMsg: String(error) }
      call(options['fail'], answer)
      call(options['complete'], answer)
    },
  )
}

export function hasCallbacks(options: WxOptions): boolean {
  return ['success', 'fail', 'complete'].some((name) => typeof options[name] === 'function')
}

async function perform(
  name: string,
  run: (options: WxOptions) => unknown,
  options: WxOptions,
): Promise<WxAnswer> {
  try {
    const result = await run(options)
    return { ...(isRecord(result) ? result : {}), errMsg: `${name}:ok` }
  } catch (error) {
    if (error instanceof WxFailure) throw rejection(error)
    throw rejection(new WxFailure(`${name}:fail ${error instanceof Error ? error.message : ''}`))
  }
}

/** Mini Programs read `errMsg` on what they catch, so the failure carries it itself. */
function rejection(failure: WxFailure): WxFailure {
  return Object.assign(failure, failure.answer)
}

/** An exception in the program's callback is the program's: it must not stop the phone. */
function call(callback: unknown, answer: WxAnswer): void {
  if (typeof callback !== 'function') return
  try {
    callback(answer)
  } catch (error) {
    reportError(error)
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOption(options: WxOptions, name: string, fallback = ''): string {
  const value = options[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : fallback
}

export function numberOption(options: WxOptions, name: string, fallback: number): number {
  const value = options[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback
}

/** A pair of on… and off… over one set of listeners. */
export class Listeners {
  private readonly listeners = new Set<(detail: unknown) => void>()

  readonly on = (listener: unknown): void => {
    if (isListener(listener)) this.listeners.add(listener)
  }
  readonly off = (listener?: unknown): void => {
    if (listener === undefined) this.listeners.clear()
    else if (isListener(listener)) this.listeners.delete(listener)
  }
  tell(detail: unknown): void {
    for (const listener of Array.from(this.listeners)) {
      try {
        listener(detail)
      } catch (error) {
        reportError(error)
      }
    }
  }
}

function isListener(value: unknown): value is (detail: unknown) => void {
  return typeof value === 'function'
}
