import { z } from 'zod'
import { createRouter } from '../../../../server/http/context.ts'
import { createIdempotency } from '../../../../server/http/idempotency.ts'
import { parseBody } from '../../../../server/http/validate.ts'
import { UseCaseError } from '../../../../server/usecases/errors.ts'
import { makeTools, openStore, postJson, startApp, type Tools } from './harness.ts'

const schema = z.strictObject({ amount: z.int().optional(), fail: z.string().optional() })

const failures: Readonly<Record<string, () => Error>> = {
  taken: () => new UseCaseError('orderRefTaken'),
  busy: () => new UseCaseError('paymentBusy'),
  unknown: () => new UseCaseError('providerOutcomeUnknown'),
  refused: () => new UseCaseError('providerRejected'),
  bug: () => new Error('undefined is not a function'),
}

type IdempotencyStore = Parameters<typeof createIdempotency>[0]['store']

/** A process with one guarded route that counts its executions and can be held open. */
export async function startProcess(store: IdempotencyStore, tools: Tools = makeTools()) {
  const state = {
    executions: 0,
    hold: Promise.resolve(),
    entered: Promise.withResolvers<void>(),
    /** Fails all executions, whatever their parameters. */
    fails: '',
  }
  const idempotent = createIdempotency({ store, clock: tools.clock, logger: tools.logger })
  const guard = idempotent((ctx) => `merchant:${ctx.get('x-shop') || 'tea'}`)
  const execute = createRouter()
  for (const path of ['/orders/:orderRef', '/refunds']) {
    execute.post(path, guard, async (ctx) => {
      const { amount, fail } = parseBody(ctx, schema)
      state.executions += 1
      const execution = state.executions
      state.entered.resolve()
      await state.hold
      const failure = failures[fail ?? state.fails]
      if (failure) throw failure()
      ctx.status = 201
      ctx.body = { execution, amount: amount ?? null }
    })
  }
  const { address } = await startApp(tools, { parsed: [execute] })
  const post = (body: unknown, options: { key?: string; path?: string; shop?: string } = {}) => {
    const { key = 'key-0001', path = '/orders/A-1', shop = 'tea' } = options
    const keyHeader: Record<string, string> = key === '' ? {} : { 'idempotency-key': key }
    return postJson(address + path, body, { 'x-shop': shop, ...keyHeader })
  }
  return { post, state, tools }
}

export const start = async () => await startProcess(await openStore())
