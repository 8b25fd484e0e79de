import {
  AUDIT_CLAIMS,
  AUDIT_FINDINGS,
  AUDIT_SEVERITIES,
  type AuditChecked,
  type AuditClaim,
  type AuditCode,
  type AuditCounts,
  type AuditFinding,
  type AuditReport,
} from '../../shared/contract/audit.ts'

/** One thing that is not as it should be; `what` in words that finance people read. */
export interface Found {
  readonly code: AuditCode
  readonly kind: string
  readonly id: string
  readonly what: string
}

/** Listed of each severity; the rest is counted, so that a ruined database does not fill the memory. */
const MOST_LISTED = 500

/** What an audit has looked at and found so far. */
export class Tally {
  readonly checked: Record<keyof AuditChecked, number> = {
    orders: 0,
    payments: 0,
    refunds: 0,
    events: 0,
    notifications: 0,
    settlementRows: 0,
    asked: 0,
  }
  readonly #counts = new Map<AuditClaim, AuditCounts>()
  readonly #listed: AuditFinding[] = []
  #leftOut = 0

  add(found: readonly Found[]): void {
    for (const each of found) this.#add(each)
  }

  #add({ code, kind, id, what }: Found): void {
    const [claim, severity, advice] = AUDIT_FINDINGS[code]
    const counts = this.#counts.get(claim) ?? NOTHING
    const count = counts[severity] + 1
    this.#counts.set(claim, { ...counts, [severity]: count })
    const finding: AuditFinding = { code, claim, severity, kind, id, what, advice }
    if (this.#total(severity) <= MOST_LISTED) this.#listed.push(finding)
    else this.#leftOut += 1
  }

  #total(severity: keyof AuditCounts): number {
    return [...this.#counts.values()].reduce((sum, counts) => sum + counts[severity], 0)
  }

  report(at: { atMs: number; complete: boolean; nextCursor: string | null }): AuditReport {
    const claims = readEntries(AUDIT_CLAIMS).map(([claim, text]) => ({
      claim,
      text,
      ...(this.#counts.get(claim) ?? NOTHING),
    }))
    const rank = ({ severity }: AuditFinding) => AUDIT_SEVERITIES.indexOf(severity)
    return {
      at: new Date(at.atMs).toISOString(),
      complete: at.complete,
      nextCursor: at.nextCursor,
      checked: { ...this.checked },
      claims,
      totals: {
        violation: this.#total('violation'),
        difference: this.#total('difference'),
        attention: this.#total('attention'),
        info: this.#total('info'),
      },
      findings: this.#listed.toSorted((left, right) => rank(left) - rank(right)),
      leftOut: this.#leftOut,
    }
  }
}

const NOTHING: AuditCounts = { violation: 0, difference: 0, attention: 0, info: 0 }

function readEntries(claims: typeof AUDIT_CLAIMS): readonly (readonly [AuditClaim, string])[] {
  const known: Readonly<Record<AuditClaim, string>> = claims
  const isClaim = (word: string): word is AuditClaim => Object.hasOwn(known, word)
  return Object.keys(known)
    .filter(isClaim)
    .map((claim) => [claim, known[claim]] as const)
}
