/** Plays the plans that its parent names, one after the other; see `crew.ts`. */
import { z } from 'zod'
import { drawPlan } from './plan.ts'
import { NOTHING, type Outcome, run } from './run.ts'
import { createShared } from './shared.ts'
import { shrink } from './shrink.ts'

const orderSchema = z.object({ seed: z.string(), shrinks: z.boolean() })

/** A finished run; `smallest` is the shrunk plan of one that failed. */
export type Finished = Omit<Outcome, 'plan'> & { readonly seed: string; readonly smallest: unknown }

const shared = await createShared()
process.on('exit', () => shared.close())
process.on('disconnect', () => process.exit(0))
process.on('message', (message) => {
  const { seed, shrinks } = orderSchema.parse(message)
  void play(seed, shrinks).then((finished) => process.send?.(finished))
})
process.send?.('ready')

async function play(seed: string, shrinks: boolean): Promise<Finished> {
  const { plan, ...outcome } = await attempt(seed)
  if (outcome.violations.length === 0 || !shrinks) return { ...outcome, seed, smallest: null }
  const kind = kindOf(outcome.violations)
  const smallest = await shrink(plan, async (candidate) => {
    const { violations } = await run(candidate, shared)
    return kindOf(violations) === kind
  })
  return { ...outcome, seed, smallest }
}

async function attempt(seed: string): Promise<Outcome> {
  const plan = drawPlan(seed)
  try {
    return await run(plan, shared)
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const figures = { ...NOTHING, orders: plan.orders.length }
    return { plan, violations: [`the world broke down: ${why}`], trace: '', figures }
  }
}

/** The promise that was broken, by its first word: `I2`, `I4`, … */
function kindOf(violations: readonly string[]): string | undefined {
  return violations[0]?.split(' ')[0]
}
