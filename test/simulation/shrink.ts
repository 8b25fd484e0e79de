import type { OrderPlan, Plan } from './plan.ts'

/** Whether this plan still breaks the promise in question. */
export type StillFails = (plan: Plan) => Promise<boolean>

/**
 * The smallest part of a failing plan that still fails, as far as leaving out one piece after the
 * other finds it; at most `tries` plans are played.
 */
export async function shrink(plan: Plan, stillFails: StillFails, tries = 300): Promise<Plan> {
  let smallest = plan
  let left = tries
  for (let progress = true; progress && left > 0; ) {
    progress = false
    for (const candidate of smallerOnes(smallest)) {
      if (left === 0) break
      left -= 1
      // oxlint-disable-next-line no-await-in-loop -- each step builds on the one before
      if (!(await stillFails(candidate))) continue
      smallest = candidate
      progress = true
      break
    }
  }
  return smallest
}

/** Plans with one piece less, the largest pieces first. */
function* smallerOnes(plan: Plan): Generator<Plan> {
  for (const orders of without(plan.orders)) yield { ...plan, orders }
  for (const deaths of without(plan.deaths)) yield { ...plan, deaths }
  for (const storms of without(plan.storms)) yield { ...plan, storms }
  for (const incidents of without(plan.incidents)) yield { ...plan, incidents }
  if (Object.keys(plan.skews).length > 0) yield { ...plan, skews: {} }
  for (const [index, order] of plan.orders.entries()) {
    for (const smaller of smallerOrders(order)) {
      yield { ...plan, orders: plan.orders.with(index, smaller) }
    }
  }
}

function* smallerOrders(order: OrderPlan): Generator<OrderPlan> {
  for (const visits of without(order.visits)) yield { ...order, visits }
  for (const deeds of without(order.deeds)) yield { ...order, deeds }
  if (order.livesMs !== null) yield { ...order, livesMs: null }
  for (const [index, visit] of order.visits.entries()) {
    if (visit.doubleTap) {
      yield { ...order, visits: order.visits.with(index, { ...visit, doubleTap: false }) }
    }
    if (visit.watches) {
      yield { ...order, visits: order.visits.with(index, { ...visit, watches: false }) }
    }
  }
}

function* without<T>(items: readonly T[]): Generator<readonly T[]> {
  for (const index of items.keys()) yield items.toSpliced(index, 1)
}
