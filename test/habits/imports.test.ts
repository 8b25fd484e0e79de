import { describe, expect, test } from 'vitest'
import { type Import, importsOf, projectFiles } from '../support/source-files.ts'

/**
 * The architecture as a test: who may know whom. A rule names a part of the tree and everything in
 * the project that it may import; a file outside every part fails, so nothing escapes unnoticed.
 */
const RULES: readonly { part: RegExp; may: readonly RegExp[] }[] = [
  { part: /^shared\//, may: [/^shared\//] },
  { part: /^server\/domain\//, may: [/^shared\//, /^server\/domain\//] },
  { part: /^server\/platform\//, may: [/^shared\//, /^server\/platform\//] },
  {
    part: /^server\/providers\/(provider|errors|http|http-guarded|http-undici|csv|router|registry)\.ts$/,
    may: [/^shared\//, /^server\/(domain|platform|providers)\//],
  },
  {
    part: /^server\/store\//,
    may: [/^shared\//, /^server\/(domain|platform|store)\//],
  },
  {
    part: /^server\/webhooks\//,
    may: [/^shared\//, /^server\/(platform|webhooks)\//, /^server\/providers\/http\.ts$/],
  },
  {
    part: /^server\/usecases\//,
    may: [
      /^shared\//,
      /^server\/(domain|platform|usecases)\//,
      /^server\/webhooks\/(sender|signing)\.ts$/,
      /^server\/mini-program\/port\.ts$/,
      /^server\/store\/store\.ts$/,
      /^server\/providers\/(provider|errors)\.ts$/,
    ],
  },
  {
    part: /^server\/audit\//,
    may: [
      /^shared\//,
      /^server\/(domain|platform|usecases|audit)\//,
      /^server\/store\/(store|books)\.ts$/,
      /^server\/providers\/(provider|errors)\.ts$/,
    ],
  },
  {
    part: /^server\/workers\//,
    may: [
      /^shared\//,
      /^server\/(domain|platform|usecases|workers)\//,
      /^server\/store\/store\.ts$/,
    ],
  },
  {
    part: /^server\/identity\//,
    may: [
      /^shared\//,
      /^server\/(domain|platform|identity)\//,
      /^server\/store\/store\.ts$/,
      /^server\/providers\/http\.ts$/,
    ],
  },
  {
    part: /^server\/mini-program\//,
    may: [/^shared\//, /^server\/(domain|platform|identity|mini-program)\//],
  },
  {
    part: /^server\/http\//,
    may: [
      /^shared\//,
      /^server\/(domain|platform|usecases|audit|identity|http|pages)\//,
      /^server\/store\/store\.ts$/,
      /^server\/providers\/(provider|http)\.ts$/,
    ],
  },
  { part: /^server\/pages\//, may: [/^shared\//, /^server\/pages\//] },
  { part: /^server\/config\//, may: [/^shared\//, /^server\//] },
  { part: /^server\/[^/]+\.ts$/, may: [/^shared\//, /^server\//] },
  { part: /^sandbox\//, may: [/^shared\//, /^sandbox\//] },
  { part: /^miniprogram\//, may: [/^shared\//, /^miniprogram\//] },
  // It stands for somebody else's program: all it knows of ours comes from the package.
  { part: /^tools\/mini-program-consumer\/program\//, may: [] },
  { part: /^(scripts|test)\//, may: [/./] },
  { part: /^[^/]+\.ts$/, may: [/./] },
]

/** A provider's folder touches itself, the port, and what is open to all. */
const PROVIDER = /^server\/providers\/([a-z-]+)\//
const PORT = /^server\/providers\/(provider|errors|http|csv)\.ts$/
const OPEN = /^(shared|server\/domain|server\/platform)\//

function isAllowed({ from, to }: Import): boolean {
  const own = PROVIDER.exec(from)?.[1]
  if (own) return to.startsWith(`server/providers/${own}/`) || PORT.test(to) || OPEN.test(to)
  const rule = RULES.find(({ part }) => part.test(from))
  return rule?.may.some((allowed) => allowed.test(to)) ?? false
}

const files = projectFiles().filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))

describe('imports run one way', () => {
  test('every file of the project belongs to a part', () => {
    expect(files.length).toBeGreaterThan(50)
    const homeless = files.filter(
      (path) => !PROVIDER.test(path) && !RULES.some(({ part }) => part.test(path)),
    )
    expect(homeless).toEqual([])
  })

  test('and know only what their part may know', () => {
    const imports = files.flatMap(importsOf).filter(({ relative }) => relative)
    expect(imports.length).toBeGreaterThan(100)
    const broken = imports.filter((found) => !isAllowed(found))
    expect(broken.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  test('the rules refuse what they are there to refuse', () => {
    const refused = [
      ['server/usecases/create-payment.ts', 'server/providers/ppro/index.ts'],
      ['server/usecases/create-payment.ts', 'server/http/problem.ts'],
      ['server/usecases/deliver-webhook.ts', 'server/webhooks/guarded-sender.ts'],
      ['server/usecases/ship-order.ts', 'server/mini-program/order-management.ts'],
      ['server/providers/ppro/index.ts', 'server/store/store.ts'],
      ['server/providers/ppro/index.ts', 'server/providers/worldline-connect/wire.ts'],
      ['sandbox/providers/ppro/index.ts', 'server/providers/ppro/signing.ts'],
      ['server/audit/audit.ts', 'server/store/sqlite.ts'],
      ['server/usecases/create-payment.ts', 'server/audit/audit.ts'],
      ['server/main.ts', 'sandbox/index.ts'],
      ['shared/client/checkout.ts', 'server/domain/payment.ts'],
    ] as const
    for (const [from, to] of refused) expect(isAllowed({ from, to, relative: true })).toBe(false)
  })

  test('the shared module needs nothing but zod, and that only in its contract', () => {
    const packages = files
      .filter((path) => path.startsWith('shared/'))
      .flatMap(importsOf)
      .filter(({ relative }) => !relative)
    const foreign = packages.filter(
      ({ from, to }) => !(to === 'zod' && from.startsWith('shared/contract/')),
    )
    expect(foreign).toEqual([])
  })
})
