import { ProviderError } from '../../../../../server/providers/errors.ts'

/** The ProviderError that the call ends in. Throws where it ends otherwise. */
export async function failureOf(call: () => unknown): Promise<ProviderError> {
  try {
    await call()
  } catch (error) {
    if (error instanceof ProviderError) return error
    throw error
  }
  throw new Error('the call succeeded, and should have failed')
}

/** All that a log could show of an error, its causes included. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = JSON.stringify(Object.entries(error))
  return [error.message, error.stack, own, everythingIn(error.cause)].join('\n')
}
