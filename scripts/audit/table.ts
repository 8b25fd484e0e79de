import type { AuditCounts, AuditReport } from '../../shared/contract/audit.ts'

/** A report as people read it: what was checked, promise by promise, then each finding on a line. */
export function tableOf(report: AuditReport): string {
  const { orders, payments, refunds, events, notifications, settlementRows, asked } = report.checked
  const lines = [
    `Books of ${report.at}`,
    `${orders} orders, ${payments} payments, ${refunds} refunds, ${events} events,`,
    `${notifications} notifications, ${settlementRows} settlement rows; ${asked} questions asked`,
    '',
    ...report.claims.map(
      (claim) => `${claim.claim.padEnd(4)} ${wordsOf(claim).padEnd(36)} ${claim.text}`,
    ),
    '',
    ...report.findings.map(
      ({ severity, claim, code, kind, id, what, advice }) =>
        `${severity.toUpperCase().padEnd(10)} ${claim.padEnd(4)} ${code}: ${kind} ${id} ${what}. → ${advice}`,
    ),
    ...(report.findings.length > 0 ? [''] : []),
    ...(report.leftOut > 0 ? [`${report.leftOut} more are counted, and not listed.`] : []),
    verdictOf(report),
  ]
  return `${lines.join('\n')}\n`
}

function wordsOf({ violation, difference, attention, info }: AuditCounts): string {
  const words = [
    count(violation, 'violation'),
    count(difference, 'difference'),
    attention > 0 ? `${attention} to look at` : '',
    info > 0 ? `${info} known` : '',
  ]
  return words.filter((word) => word !== '').join(', ') || 'ok'
}

function count(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`
}

function verdictOf({ totals, complete }: AuditReport): string {
  const whole = complete ? '' : ' Not everything was looked at: raise --limit, or take it away.'
  return totals.violation + totals.difference === 0
    ? `Nothing lost, doubled or believed.${whole}`
    : `Something is wrong; docs/audit.md says what each finding means.${whole}`
}
