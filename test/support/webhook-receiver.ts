import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { vi } from 'vitest'
import type { Clock } from '../../shared/clock.ts'
import { type WebhookBody, webhookBodySchema } from '../../shared/contract/webhooks.ts'

/** What a receiver got, byte for byte. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** When it came, on the receiver's clock. */
  readonly atMs: number
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A merchant's receiver on this machine: it keeps what comes and answers as it is told. */
export class WebhookReceiver {
  readonly received: Received[] = []
  /** What it answers; `null`: nothing, for ever. */
  answer: Answer | null = { status: 204 }
  readonly #server: Server

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        )
        const { method = '', url: path = '' } = request
        const body = Buffer.concat(chunks).toString()
        this.received.push({ method, path, headers, body, atMs: clock.nowMs() })
        if (!this.answer) return
        response.writeHead(this.answer.status, this.answer.headers)
        response.end(this.answer.body)
      })
    })
  }

  /** Opens it; the answer is the address of its one path. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${this.port}/hooks`
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/**
 * What the webhook says, after the library of Standard Webhooks has believed it when it came. Throws
 * what the library says when it does not. The library reads the machine's clock by itself.
 */
export function verified({ headers, body, atMs }: Received, secret: string): WebhookBody {
  const now = vi.spyOn(Date, 'now').mockReturnValue(atMs)
  try {
    return webhookBodySchema.parse(new Webhook(secret).verify(body, { ...headers }))
  } finally {
    now.mockRestore()
  }
}
