/**
 * What a broken provider call means for the money. Retry and query policy reads only `outcome`:
 * - `notSent`: nothing left this machine, or the provider surely did not see it; repeating is safe.
 * - `rejected`: the provider answered no; nothing was created.
 * - `unknown`: it may have worked; ask before repeating.
 * - `unverifiable`: an answer or notification that is not provably theirs; believe nothing.
 */
export type ProviderOutcome = 'notSent' | 'rejected' | 'unknown' | 'unverifiable'

export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly outcome: ProviderOutcome
  readonly accountId: string
  /** The provider's own error word, for people; never a secret. */
  readonly providerCode: string | null
  /** How long the provider asks us to wait, where it says. */
  readonly retryAfterMs: number | null

  constructor(options: {
    outcome: ProviderOutcome
    accountId: string
    message: string
    providerCode?: string | null
    retryAfterMs?: number | null
    cause?: unknown
  }) {
    super(options.message, { cause: options.cause })
    this.outcome = options.outcome
    this.accountId = options.accountId
    this.providerCode = options.providerCode ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}
