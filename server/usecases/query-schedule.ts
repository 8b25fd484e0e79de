import type { Payment } from '../domain/payment.ts'
import type { Capabilities } from '../providers/provider.ts'

/** A provider gets this long after the end of a payment to make up its mind. */
const GRACE_MS = 5_000
const LONGEST_GAP_MS = 5 * 60_000
const LONGEST_RETRY_MS = 10 * 60_000

/**
 * When to ask the provider again about a pending payment that nobody watches. Where asking is
 * allowed, at growing gaps; where it is not, once at the end. Pure.
 */
export function nextLookAtMs(
  payment: Pick<Payment, 'createdAtMs' | 'expiresAtMs'>,
  rule: Capabilities['query'],
  nowMs: number,
): number {
  const endMs = payment.expiresAtMs + GRACE_MS
  if (rule.rule === 'onEvent') return endMs
  const ageMs = Math.max(0, nowMs - payment.createdAtMs)
  const gapMs = Math.min(Math.max(rule.intervalMs, ageMs / 5), LONGEST_GAP_MS)
  return nowMs < endMs ? Math.min(Math.ceil(nowMs + gapMs), endMs) : Math.ceil(nowMs + gapMs)
}

/** When to repeat a question that got no answer: 2 s, 4 s, 8 s … up to ten minutes. Pure. */
export function retryAtMs(attempts: number, nowMs: number): number {
  return nowMs + Math.min(1_000 * 2 ** Math.min(attempts, 20), LONGEST_RETRY_MS)
}
