import { PLANTED_BUG, type PlantedBug } from './bug.ts'
import { CALLER_BUGS } from './bugs/callers.ts'
import { FACT_BUGS } from './bugs/facts.ts'
import { INBOX_BUGS } from './bugs/inbox.ts'
import { PAYMENT_BUGS } from './bugs/payments.ts'
import { REFUND_BUGS } from './bugs/refunds.ts'
import { SIGNING_BUGS } from './bugs/signing.ts'
import { WEBHOOK_BUGS } from './bugs/webhooks.ts'
import { WIRE_BUGS } from './bugs/wire.ts'
import { WORK_BUGS } from './bugs/work.ts'

/** All mistakes that somebody has to notice. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...FACT_BUGS,
  ...INBOX_BUGS,
  ...PAYMENT_BUGS,
  ...REFUND_BUGS,
  ...WORK_BUGS,
  ...CALLER_BUGS,
  ...WEBHOOK_BUGS,
  ...SIGNING_BUGS,
  ...WIRE_BUGS,
]

/** The bug that the environment names; undefined where it names none. Throws on an unknown name. */
export function plantedBug(
  environment: Readonly<Record<string, string | undefined>>,
): PlantedBug | undefined {
  const name = environment[PLANTED_BUG]
  if (!name) return undefined
  const bug = PLANTED_BUGS.find((candidate) => candidate.name === name)
  if (!bug) throw new Error(`there is no planted bug ${name}`)
  return bug
}
