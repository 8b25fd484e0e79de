import type { Capabilities } from '../../server/providers/provider.ts'

/** What scripted accounts can do, by how a lost answer is found again. */

export const LIFETIME_MS = 2 * 60 * 60 * 1000

export const KEYED: Capabilities = {
  scenes: ['miniProgram', 'officialAccount', 'desktopQr'],
  currencies: 'any',
  amount: { minMinor: 1, maxMinor: Number.MAX_SAFE_INTEGER },
  query: { rule: 'poll', intervalMs: 3_000 },
  idempotency: 'key',
  refunds: {
    partial: true,
    repeated: true,
    windowMs: 365 * 24 * 60 * 60 * 1000,
    keyMemoryMs: null,
  },
  settlement: [],
  paymentLifetimeMs: LIFETIME_MS,
  needsOpenid: ['miniProgram', 'officialAccount'],
}

export const LOOKED_UP: Capabilities = {
  ...KEYED,
  query: { rule: 'onEvent' },
  idempotency: 'lookup',
}
