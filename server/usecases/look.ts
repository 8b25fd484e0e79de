import { ProviderError } from '../providers/errors.ts'

/**
 * Asks a provider what became of something that may have been sent. A question that is refused
 * proves nothing about the money, so it counts as no answer: `rejected` becomes `unknown`.
 */
export async function look<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'rejected') throw error
    const { accountId, message, providerCode, retryAfterMs } = error
    throw new ProviderError({
      outcome: 'unknown',
      accountId,
      message,
      providerCode,
      retryAfterMs,
      cause: error,
    })
  }
}
