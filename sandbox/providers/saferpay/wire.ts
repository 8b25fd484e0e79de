import type { Money } from '../../../shared/money.ts'
import { jsonReply, type SandboxReply } from '../../http.ts'

/** What a call says: the body without its ResponseHeader, and the HTTP status. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface RequestHeader {
  readonly SpecVersion: string
  readonly CustomerId: string
  readonly RequestId: string
  readonly RetryIndicator: number
}

export type Behavior = 'DO_NOT_RETRY' | 'OTHER_MEANS' | 'RETRY' | 'RETRY_LATER'

/** An answer that is an error; thrown by the calls. */
export class SaferpayRefusal extends Error {
  override readonly name = 'SaferpayRefusal'
  readonly answer: Answer
  constructor(
    ErrorName: string,
    more: { status?: number; Behavior?: Behavior; detail?: readonly string[] } & Partial<
      Readonly<Record<'TransactionId' | 'OrderId', string>>
    > = {},
  ) {
    super(ErrorName)
    const { status = 402, Behavior = 'DO_NOT_RETRY', detail = [], ...numbers } = more
    const ErrorMessage = sentenceOf(ErrorName)
    const ErrorDetail = detail.length === 0 ? {} : { ErrorDetail: detail }
    this.answer = {
      status,
      body: { Behavior, ErrorName, ErrorMessage, ...ErrorDetail, ...numbers },
    }
  }
}

export function envelope({ status, body }: Answer, header: Partial<RequestHeader>): SandboxReply {
  const ResponseHeader = {
    SpecVersion: header.SpecVersion ?? '1.53',
    RequestId: header.RequestId ?? '',
  }
  return jsonReply(status, { ResponseHeader, ...body })
}

export function wireMoney({ value, currency }: Money) {
  return { Value: String(value), CurrencyCode: currency }
}

/** `2026-06-24T08:15:00.000+00:00` */
export function wireInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+00:00')
}

function sentenceOf(name: string): string {
  return `${name.toLowerCase().replaceAll('_', ' ')}.`.replace(/^./, (first) => first.toUpperCase())
}
