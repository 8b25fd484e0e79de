import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAdjustableClock, type SandboxClock } from '../../../../sandbox/clock.ts'
import { createSandbox, type Sandbox } from '../../../../sandbox/index.ts'
import { sandboxAccounts } from '../../../../scripts/sandbox-accounts.ts'
import type { HttpRequest } from '../../../../server/providers/http.ts'
import { providerAccountSchema } from '../../../../server/providers/registry.ts'
import { CALL_LEASE_MS } from '../../../../server/usecases/new-payment.ts'
import { REFUND_LEASE_MS } from '../../../../server/usecases/refund-call.ts'

/**
 * No call out of this process may last for ever: each says how long it waits, which the compiler
 * demands, and no account may be configured to wait longer than the leases that guard its calls.
 */

let clock: SandboxClock
let sandbox: Sandbox
beforeAll(async () => {
  clock = createAdjustableClock()
  sandbox = await createSandbox({ clock })
})
afterAll(async () => {
  await sandbox.close()
  clock.close()
})

test('a request without a time limit does not compile', () => {
  const rest = { method: 'GET', url: 'https://provider.example', headers: {}, body: null } as const
  // @ts-expect-error -- the time limit is missing
  const request: HttpRequest = rest
  expect(request.timeoutMs).toBeUndefined()
})

const PROVIDERS = providerAccountSchema.options.map(({ shape }) => shape.provider.value)

describe.each(PROVIDERS)('%s', (provider) => {
  function parse(config: object) {
    const account = sandboxAccounts(sandbox).find((each) => each.provider === provider)
    return providerAccountSchema.safeParse({
      ...account,
      config: { ...account?.config, ...config },
    })
  }

  test('waits for an answer, and not for longer than its calls are guarded', () => {
    const waitsMs = parse({}).data?.config.timeoutMs
    expect(waitsMs).toBeGreaterThanOrEqual(1_000)
    const longestMs = parse({ timeoutMs: 12_000 }).data?.config.timeoutMs
    // One call, and the one that looks what became of it.
    expect(longestMs).toBeLessThan(CALL_LEASE_MS)
    expect(longestMs).toBeLessThan(REFUND_LEASE_MS)
  })

  test.each([0, -1, 999, 12_001, Number.POSITIVE_INFINITY])('cannot be told %d', (timeoutMs) => {
    const told = parse({ timeoutMs }).error?.issues.map(({ path }) => path.join('.'))
    expect(told).toEqual(['config.timeoutMs'])
  })
})
