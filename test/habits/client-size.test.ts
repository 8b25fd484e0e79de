import { createContext, Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseAst } from 'vitest/node'
import { VirtualClock } from '../../sandbox/clock.ts'
import { bundleClient, type ClientBundle } from '../../scripts/miniprogram/bundle-client.ts'
import { CheckoutServer } from '../support/checkout-server.ts'
import { root } from '../support/source-files.ts'

/**
 * What the client weighs where it is carried, as the build ships it, and what it may be written in.
 * The tools of Mini Programs parse packages with an ES2018 grammar, so the output is walked node by
 * node against the list of what ES2017 has; and an order is paid in a realm that lacks every later
 * built-in. A page carries what it imports: `environment.ts` and `money.ts` are modules of their own.
 */
const FRONT_ENDS = [
  { front: 'Mini Program', entry: 'shared/mini-program.ts', limitBytes: 3_000 },
  { front: 'Official Account page', entry: 'shared/official-account.ts', limitBytes: 3_000 },
  { front: 'page outside WeChat', entry: 'shared/browser.ts', limitBytes: 3_000 },
  /** Create, invoke, confirm, without bridges. */
  { front: 'flow alone', entry: 'shared/client/checkout.ts', limitBytes: 2_300 },
]

type Client = typeof import('../../shared/browser.ts')

const REMOVE_LATER_BUILT_INS = `
  for (const [owner, names] of [
    [Object, 'fromEntries hasOwn groupBy'],
    [Array.prototype, 'flat flatMap at findLast findLastIndex toSorted toReversed toSpliced with'],
    [String.prototype, 'replaceAll matchAll at trimStart trimEnd isWellFormed toWellFormed'],
    [Promise, 'allSettled any try withResolvers'],
    [Promise.prototype, 'finally'],
    [this, 'globalThis BigInt WeakRef FinalizationRegistry AggregateError'],
  ]) for (const name of names.split(' ')) delete owner[name]`

const TEXTS = ['shared/messages/en.ts', 'shared/messages/zh-CN.ts', 'shared/messages/zh-TW.ts']

/** Node types of ESTree 2017, as the parser names them. */
const ES2017 = new Set(
  `Program ExpressionStatement BlockStatement EmptyStatement ReturnStatement LabeledStatement
  BreakStatement ContinueStatement IfStatement SwitchStatement SwitchCase ThrowStatement TryStatement
  CatchClause WhileStatement DoWhileStatement ForStatement ForInStatement ForOfStatement
  FunctionDeclaration VariableDeclaration VariableDeclarator ThisExpression ArrayExpression
  ObjectExpression Property FunctionExpression ArrowFunctionExpression UnaryExpression
  UpdateExpression BinaryExpression AssignmentExpression LogicalExpression MemberExpression
  ConditionalExpression CallExpression NewExpression SequenceExpression YieldExpression
  AwaitExpression TemplateLiteral TaggedTemplateExpression TemplateElement SpreadElement RestElement
  ObjectPattern ArrayPattern AssignmentPattern ClassDeclaration ClassExpression ClassBody
  MethodDefinition Super Identifier Literal`.split(/\s+/),
)

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp)
}

/** Everything in that tree that ES2017 has no grammar for. */
function newerThan2017(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const each of value) newerThan2017(each, found)
  if (Array.isArray(value) || !isNode(value)) return found
  const { type } = value
  if (typeof type === 'string') found.push(...oddities(type, value))
  for (const [key, child] of Object.entries(value)) if (key !== 'regex') newerThan2017(child, found)
  return found
}

function oddities(type: string, node: Readonly<Record<string, unknown>>): string[] {
  if (!ES2017.has(type)) return [type]
  const odd: string[] = []
  const { operator, properties, regex } = node
  const has = (member: string) =>
    Array.isArray(properties) && properties.some((each) => isNode(each) && each['type'] === member)
  if (type === 'LogicalExpression' && operator === '??') odd.push('??')
  if (type === 'AssignmentExpression' && /^(\?\?|&&|\|\|)=$/.test(String(operator))) odd.push('??=')
  if (type === 'CatchClause' && node['param'] === null) odd.push('catch without a binding')
  if (type === 'ForOfStatement' && node['await'] === true) odd.push('for await')
  if (type === 'ObjectExpression' && has('SpreadElement')) odd.push('object spread')
  if (type === 'ObjectPattern' && has('RestElement')) odd.push('object rest')
  if (typeof node['bigint'] === 'string') odd.push('bigint')
  if (isNode(regex) && /[sdv]/.test(String(regex['flags']))) odd.push('regex flag')
  if (isNode(regex) && /\(\?<|\\p\{/.test(String(regex['pattern']))) odd.push('regex syntax')
  if (node['generator'] === true && node['async'] === true) odd.push('async generator')
  return odd
}

describe('the check itself', () => {
  test.each([
    ['a?.b', 'ChainExpression'],
    ['a ?? b', '??'],
    ['a ??= b', '??='],
    ['try {} catch {}', 'catch without a binding'],
    ['x = { ...y }', 'object spread'],
    ['var { a, ...b } = c', 'object rest'],
    ['class A { b = 1 }', 'PropertyDefinition'],
    ['class A { #b() {} }', 'PrivateIdentifier'],
    ['x = 1n', 'bigint'],
    ['import("x")', 'ImportExpression'],
    ['x = /a/s', 'regex flag'],
    ['x = /(?<a>b)/', 'regex syntax'],
    ['async function* f() {}', 'async generator'],
  ])('finds %s', (code, oddity) => {
    expect(newerThan2017(parseAst(code))).toContain(oddity)
  })

  test('takes what ES2017 has', () => {
    const code = 'const f = async ({ a = 1 }, ...b) => { for (const c of b) await (c ** a) }'
    expect(newerThan2017(parseAst(code))).toEqual([])
  })
})

describe.each(FRONT_ENDS)('$front', ({ entry, limitBytes }) => {
  let bundled: ClientBundle
  beforeAll(async () => {
    bundled = await bundleClient({ root, entry })
  })

  test(`weighs less than ${limitBytes} bytes gzipped`, () => {
    const bytes = gzipSync(bundled.code, { level: 9 }).length
    expect(bytes).toBeGreaterThan(500)
    expect(bytes).toBeLessThan(limitBytes)
  })

  test('is ES2017 to the last node', () => {
    expect(newerThan2017(parseAst(bundled.code))).toEqual([])
  })

  test('carries neither the contract’s validators, nor texts, nor what is a module of its own, nor anything from outside', () => {
    expect(bundled.inputs.filter((path) => !path.startsWith('shared/'))).toEqual([])
    expect(
      bundled.inputs.filter((path) => /contract|messages|environment|money/.test(path)),
    ).toEqual([])
    expect(bundled.code).not.toMatch(/\brequire\(/)
  })

  test('pays an order where there is nothing but the language of 2017: no page, no Node', async () => {
    const exports: Partial<Client> = {}
    const realm = createContext({ exports })
    new Script(REMOVE_LATER_BUILT_INS).runInContext(realm)
    new Script(bundled.code).runInContext(realm)
    const server = new CheckoutServer(new VirtualClock(0))
    const paid = exports.createCheckout?.({
      orderRef: 'order1',
      request: { scene: 'miniProgram' },
      api: server,
      session: { token: async () => 'token', renew: async () => 'token' },
      bridge: {
        async invoke() {
          server.decide('paid')
          return { surface: 'finished' }
        },
      },
      storage: { get: () => null, set: () => undefined, remove: () => undefined },
      clock: new VirtualClock(0),
      newKey: () => 'key-number-1',
    })
    expect(await paid?.pay()).toMatchObject({ verdict: 'paid', surface: 'finished' })
  })
})

test('the texts weigh more than the flow, which is why no entry carries them', async () => {
  for (const entry of TEXTS) {
    const { code } = await bundleClient({ root, entry })
    expect(gzipSync(code).length).toBeGreaterThan(1_000)
    expect(gzipSync(code).length).toBeLessThan(4_000)
  }
})
