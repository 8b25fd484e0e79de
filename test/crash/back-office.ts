import type { Sandbox } from '../../sandbox/index.ts'
import type { Refund } from '../../server/domain/refund.ts'
import { continueRefund } from '../../server/usecases/continue-refund.ts'
import type { Deps } from '../../server/usecases/deps.ts'
import { UseCaseError } from '../../server/usecases/errors.ts'

/** No provider's search is further behind than that. */
const SEARCH_LAG_MS = 60 * 60_000

/**
 * What a merchant does with a refund that waits for people, as its advice says: looks for its number
 * at the provider, and where it is still missing after an hour, has it sent again.
 */
export async function followAdvice(
  deps: Deps,
  sandbox: Sandbox,
  refunds: readonly Refund[],
): Promise<void> {
  const there = new Set(
    sandbox.providers.flatMap((provider) => provider.books().refunds.map((each) => each.reference)),
  )
  for (const { refundId, status, outRefundNo, sentAtMs } of refunds) {
    if (status !== 'needsAction' || there.has(outRefundNo)) continue
    if (sentAtMs !== null && sandbox.clock.nowMs() - sentAtMs < SEARCH_LAG_MS) continue
    try {
      await continueRefund(deps, { refundId, to: null, sendAgain: true })
    } catch (error) {
      // Whoever was told to come again comes again; a refund that never ends is reported as such.
      if (!(error instanceof UseCaseError)) throw error
    }
  }
}
