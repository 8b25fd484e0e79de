import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import type { HttpClient, HttpRequest } from '../../server/providers/http.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RawNotification,
} from '../../server/providers/provider.ts'
import type { GoldenDocument } from './register/types.ts'

type ExampleOf<
  Document extends GoldenDocument,
  File extends keyof Document['cases'],
> = Document['cases'][File] extends readonly { readonly example: infer Name extends string }[]
  ? Name
  : never

type Run = () => void | Promise<void>

/**
 * The cases of one document that one test file runs. The tests are made from the register: an
 * example without a case does not compile and fails, and so does a case without an example.
 */
export function golden<
  const Document extends GoldenDocument,
  const File extends keyof Document['cases'] & string,
>(
  { title, cases }: Document,
  file: File,
  runs: Readonly<Record<ExampleOf<Document, File>, Run>>,
): void {
  const byName = new Map(Object.entries<Run>(runs))
  const examples = cases[file] ?? []
  const names = new Set(examples.map(({ example }) => example))
  const strange = [...byName.keys()].filter((name) => !names.has(name))
  if (strange.length > 0) throw new Error(`not in the register: ${strange.join(', ')}`)
  describe(title, () => {
    for (const { example } of examples) {
      const missing = () => {
        throw new Error('registered, but not tested')
      }
      test(example, byName.get(example) ?? missing)
    }
  })
}

/** What the document prints, to the byte. */
export function printed(path: string): string {
  return readFileSync(`${import.meta.dirname}/fixtures/${path}`, 'utf8')
}

/** The lines of a printed table or list. */
export function rowsOf(path: string): readonly string[] {
  return printed(path).trimEnd().split('\n')
}

/** A message that the page breaks into lines, as it travels. */
export function unwrapped(path: string): string {
  return printed(path).replaceAll('\n', '')
}

export interface Sent extends HttpRequest {
  readonly text: string
}

/** An HttpClient that gives these answers, one after another, and remembers what it was sent. */
export function scripted(...answers: readonly (string | object)[]): {
  readonly http: HttpClient
  readonly sent: readonly Sent[]
} {
  const sent: Sent[] = []
  const http: HttpClient = (request) => {
    sent.push({ ...request, text: Buffer.from(request.body ?? []).toString('utf8') })
    const answer = answers[sent.length - 1]
    if (answer === undefined) throw new Error(`nothing to answer ${request.url} with`)
    const json = typeof answer === 'object'
    const body = json ? JSON.stringify(answer) : answer
    const type = json ? 'application/json' : 'application/x-www-form-urlencoded'
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': type },
      body: Buffer.from(body),
    })
  }
  return { http, sent }
}

/** A form as the provider's side would read it: plain percent-decoding, `+` for a space. */
export function formOf(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

export function postedForm(body: string, query = ''): RawNotification {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', headers, query, body: Buffer.from(body), receivedAtMs: 0 }
}

/** A wish for a payment; what an example prints takes the place of what stands here. */
export function aWish(fields: Partial<CreatePaymentInput>): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'p1001',
    scene: 'desktopQr',
    amount: { value: 1, currency: 'CNY' },
    payer: null,
    description: 'Tea',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: 'https://shop.example/n',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: Date.UTC(2026, 5, 24, 11),
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference>): PaymentReference {
  return {
    outTradeNo: 'p1001',
    providerPaymentId: null,
    providerState: {},
    amount: { value: 1, currency: 'CNY' },
    scene: 'desktopQr',
    ...fields,
  }
}
