import type { Scene } from '../../shared/payment-status.ts'
import type { Payment } from '../domain/payment.ts'
import type { Capabilities } from '../providers/provider.ts'
import type { Deps } from './deps.ts'

/** A provider gets this long after the end of a payment to make up its mind. */
const GRACE_MS = 5_000
const LONGEST_GAP_MS = 5 * 60_000
const LONGEST_RETRY_MS = 10 * 60_000
/** A gap grows by up to a quarter, so that what became due together does not stay together. */
const SPREAD = 0.25
/**
 * Of a payment by code. Payer and merchant face each other, so it is confirmed within half a minute or
 * not at all, and then ended (WeChat Pay's page on payment codes: ask every 5 s for about 30 s, then
 * reverse).
 */
const AT_THE_TILL_MS = 40_000

/** How long a new payment can be paid as long as its provider has not said otherwise. Pure. */
export function lifetimeMsOf(
  scene: Scene,
  { paymentLifetimeMs }: Pick<Capabilities, 'paymentLifetimeMs'>,
): number {
  return scene === 'paymentCode' ? Math.min(AT_THE_TILL_MS, paymentLifetimeMs) : paymentLifetimeMs
}

/** When a payment ends by its provider's word; at the till it is the merchant who waits. Pure. */
export function endOf(
  payment: Pick<Payment, 'scene' | 'expiresAtMs'>,
  toldAtMs: number | undefined,
): number {
  if (toldAtMs === undefined) return payment.expiresAtMs
  return payment.scene === 'paymentCode' ? Math.min(toldAtMs, payment.expiresAtMs) : toldAtMs
}

/** The gap, or up to a quarter more: `drawn` is a random number from 0 up to 1. Never less. Pure. */
export function spread(gapMs: number, drawn: number): number {
  return Math.ceil(gapMs * (1 + SPREAD * drawn))
}

/**
 * When to ask the provider again about a pending payment that nobody watches. Where asking is
 * allowed, at growing gaps, spread by the random number `drawn`, and never before its interval;
 * where it is not, once at the end. Pure.
 */
export function nextLookAtMs(
  payment: Pick<Payment, 'createdAtMs' | 'expiresAtMs'>,
  rule: Capabilities['query'],
  { nowMs, drawn }: Moment,
): number {
  const endMs = payment.expiresAtMs + GRACE_MS
  if (rule.rule === 'onEvent') return endMs
  const ageMs = Math.max(0, nowMs - payment.createdAtMs)
  const gapMs = Math.min(Math.max(rule.intervalMs, ageMs / 5), LONGEST_GAP_MS)
  const atMs = nowMs + spread(gapMs, drawn)
  return nowMs < endMs ? Math.min(atMs, endMs) : atMs
}

/**
 * When to repeat a question that got no answer: after 2 s, 4 s, 8 s … up to ten minutes, but not
 * before the provider wants to be asked again; spread. Pure.
 */
export function retryAtMs(attempts: number, { nowMs, drawn, retryAfterMs = 0 }: Retry): number {
  const gapMs = Math.min(1_000 * 2 ** Math.min(attempts, 20), LONGEST_RETRY_MS)
  return nowMs + spread(Math.max(gapMs, retryAfterMs), drawn)
}

interface Moment {
  readonly nowMs: number
  /** A random number from 0 up to 1. */
  readonly drawn: number
}

interface Retry extends Moment {
  readonly retryAfterMs?: number
}

/** This moment, with a number drawn for it. */
export function momentOf({ clock, random }: Pick<Deps, 'clock' | 'random'>): Moment {
  return { nowMs: clock.nowMs(), drawn: random() }
}
