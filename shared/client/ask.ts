import type { CheckoutPayment, CreatedCheckoutPayment } from '../contract/payments.ts'
import type { Attempt } from './attempt.ts'
import { checkoutErrorFrom } from './errors.ts'
import type { CheckoutOptions } from './types.ts'

/** The client action comes with the first answer only. */
export type Answer = CheckoutPayment & Partial<Pick<CreatedCheckoutPayment, 'clientAction'>>

/**
 * Creates the payment of an attempt or, where it is known, asks with that query what became of it.
 * Safe to repeat. Logs in again, once, where the server wants it. Rejects with CheckoutError, or as
 * the transport does.
 */
export async function askServer(
  { api, session, orderRef }: CheckoutOptions,
  { key, request, paymentId }: Attempt,
  { query, timeoutMs }: { query: string; timeoutMs: number },
): Promise<Answer> {
  const name = encodeURIComponent(paymentId || orderRef)
  const path = paymentId ? `payments/${name}${query}` : `${name}/payments`
  let token = await session.token()
  for (let tries = 0; ; tries++) {
    const response = await api.request({
      method: paymentId ? 'GET' : 'POST',
      path: `/v1/checkout/${path}`,
      headers: Object.assign(
        {},
        token === null ? null : { authorization: `Bearer ${token}` },
        paymentId ? null : { 'idempotency-key': key },
      ),
      body: paymentId ? undefined : request,
      timeoutMs,
    })
    const { status, body } = response
    if (status >= 200 && status < 300 && isAnswer(body, !paymentId)) return body
    const error = checkoutErrorFrom(response)
    // sessionMissing or sessionExpired.
    if (tries || !error.code.startsWith('session')) throw error
    token = await session.renew(token)
  }
}

/** Looks at what the checkout itself relies on; the rest is the server's contract to keep. */
function isAnswer(body: unknown, created: boolean): body is Answer {
  const { paymentId, verdict, clientAction }: Readonly<Record<string, unknown>> = Object(body)
  return (
    typeof paymentId === 'string' &&
    /^(pending|paid|failed|closed)$/.test(String(verdict)) &&
    (!created || clientAction === null || typeof Object(clientAction).kind === 'string')
  )
}
