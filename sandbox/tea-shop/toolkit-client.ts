import type { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { IDEMPOTENCY_KEY_HEADER } from '../../shared/contract/common.ts'
import {
  type CreatedOrder,
  type CreateOrderRequest,
  createdOrderSchema,
  type OrderWithShipments,
  orderWithShipmentsSchema,
} from '../../shared/contract/orders.ts'
import { problemSchema } from '../../shared/contract/problem.ts'
import { ShopProblem } from './problems.ts'

const TIMEOUT_MS = 10_000

/** The merchant's side of the toolkit's API: what a shop's own backend has to write, all of it. */
export interface ToolkitClient {
  /** The same key with the same order may be sent again: it answers the order made the first time. */
  createOrder(order: CreateOrderRequest, idempotencyKey: string): Promise<CreatedOrder>
  readOrder(orderRef: string): Promise<OrderWithShipments>
}

export interface ToolkitClientOptions {
  readonly toolkitUrl: string
  readonly apiKey: string
  readonly clock: Clock
}

interface Call<Answer> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly answer: z.ZodType<Answer>
  readonly body?: unknown
  readonly idempotencyKey?: string
}

/** Throws ShopProblem only: `orderNotFound`, `toolkitRefused` or `toolkitUnreachable`. */
export function createToolkitClient(options: ToolkitClientOptions): ToolkitClient {
  return {
    createOrder: (order, idempotencyKey) =>
      call(options, {
        method: 'POST',
        path: '/v1/orders',
        answer: createdOrderSchema,
        body: order,
        idempotencyKey,
      }),
    readOrder: (orderRef) =>
      call(options, {
        method: 'GET',
        path: `/v1/orders/${encodeURIComponent(orderRef)}`,
        answer: orderWithShipmentsSchema,
      }),
  }
}

async function call<Answer>(options: ToolkitClientOptions, what: Call<Answer>): Promise<Answer> {
  const { status, text } = await exchange(options, what)
  const body = parseJson(text)
  if (status >= 400) throw refusal(status, body)
  const parsed = what.answer.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ShopProblem({
    status: 502,
    code: 'toolkitRefused',
    message: `The payment toolkit answered ${status} with a body that this shop cannot read.`,
    cause: parsed.error,
  })
}

async function exchange<Answer>(
  { toolkitUrl, apiKey, clock }: ToolkitClientOptions,
  what: Call<Answer>,
) {
  const abort = new AbortController()
  const cancelTimer = clock.setTimer(TIMEOUT_MS, () => abort.abort())
  try {
    const response = await fetch(new URL(what.path, toolkitUrl), {
      method: what.method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...(what.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(what.idempotencyKey ? { [IDEMPOTENCY_KEY_HEADER]: what.idempotencyKey } : {}),
      },
      ...(what.body === undefined ? {} : { body: JSON.stringify(what.body) }),
      signal: abort.signal,
    })
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    throw new ShopProblem({
      status: 503,
      code: 'toolkitUnreachable',
      message: 'The payment toolkit cannot be reached. Nothing was ordered twice; try again.',
      cause,
    })
  } finally {
    cancelTimer()
  }
}

function refusal(status: number, body: unknown): ShopProblem {
  const problem = problemSchema.safeParse(body)
  if (problem.success && problem.data.code === 'orderNotFound') {
    return new ShopProblem({
      status: 404,
      code: 'orderNotFound',
      message: 'There is no such order.',
    })
  }
  const said = problem.success ? `${problem.data.code}: ${problem.data.detail}` : `HTTP ${status}`
  return new ShopProblem({
    status: status >= 500 ? 503 : 502,
    code: status >= 500 ? 'toolkitUnreachable' : 'toolkitRefused',
    message: `The payment toolkit did not take the order. It said ${said}`,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
