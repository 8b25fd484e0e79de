import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { type Overhearing, overhear } from './support/overhear.ts'
import { Scanner, secretsIn } from './support/secrets.ts'
import { goWrong, tellStories } from './support/stories.ts'
import { fuzzTarget } from './support/target.ts'

/**
 * The whole line, for all providers, going well and going wrong, with every log line from debug up,
 * every answer and every error kept. None of them holds what was to be kept secret, in any dress.
 */

const target = fuzzTarget('secrets: texts that were searched')
const scanner = new Scanner()
const lines: string[] = []
const answers: string[] = []
let stack: Stack
let hears: Overhearing

/** These belong into an answer to whoever proved who they are, and into no log. */
const TOLD_TO_ITS_OWNER = ['checkout token', 'session token', 'openid']

beforeAll(async () => {
  const logger = createLogger({
    clock: systemClock,
    level: 'debug',
    sink: { write: (line) => lines.push(line) },
  })
  hears = overhear({ scanner, answers })
  stack = await startStack({ parts: { logger, http: hears.http } })
  hears.listenTo(stack)
  await tellStories(stack, answers)
  await goWrong({ stack, logger, hears })
}, 300_000)
afterAll(async () => {
  await stack.close()
  await hears.close()
})

test('there were secrets of every kind to keep, and much was said', () => {
  expect([...scanner.kinds()].toSorted()).toEqual([
    'API key',
    'JS-SDK ticket',
    'access token',
    'account secret',
    'app secret',
    'bank account',
    'checkout token',
    'code',
    'openid',
    'payment code',
    'session key',
    'session token',
  ])
  expect(lines.length).toBeGreaterThan(300)
  expect(answers.length).toBeGreaterThan(200)
  expect(lines.join('')).toContain('notification.refused')
  expect(lines.join('')).toContain('payment.createFailed')
})

test('no log line holds any of them', async () => {
  for (const line of lines) {
    await target.send('a log line', () => Promise.resolve(scanner.findIn([line])[0] ?? null))
  }
  target.check(300)
})

test('no answer and no error holds any that are not its reader’s own', async () => {
  for (const text of answers) {
    const find = () => scanner.findIn([text], TOLD_TO_ITS_OWNER)[0] ?? null
    await target.send('an answer', () => Promise.resolve(find()))
  }
  target.check(200)
})

describe('the search finds', () => {
  const planted = 'Kp9$wx/+7 tea&cake="1"'
  const search = () => {
    const own = new Scanner()
    own.add('planted', planted)
    return own
  }
  test.each([
    ['as it is', planted],
    ['in a log line', JSON.stringify({ event: 'x', error: { message: `no ${planted}!` } })],
    ['in a query', `GET /x?secret=${encodeURIComponent(planted)}`],
    ['in a form', new URLSearchParams({ secret: planted }).toString()],
    ['in hex', Buffer.from(planted).toString('hex')],
    ['in base64', Buffer.from(planted).toString('base64')],
    ['as the password of Basic', Buffer.from(`login:${planted}`).toString('base64')],
    ['as the user of Basic', Buffer.from(`${planted}:`).toString('base64')],
  ])('a secret %s', (_, text) => {
    expect(search().findIn(['before', text, 'after'])).toHaveLength(1)
  })

  test('a line of a key, and one that the logger itself has written', () => {
    const pem = secretsIn(stack.sandbox.wechatPay.credentials('1900010000').apiCertificate)
    expect(pem.some((text) => text.includes('PRIVATE KEY'))).toBe(true)
    const key = pem.find((text) => text.includes('PRIVATE KEY')) ?? ''
    const [line = ''] = /^[A-Za-z0-9+/]{60,}$/m.exec(key) ?? []
    expect(scanner.findIn([`at ${line}`]).join()).toContain('account secret')
    const written: string[] = []
    const sink = { write: (text: string) => written.push(text) }
    createLogger({ clock: systemClock, sink }).info('planted', { reason: SANDBOX_API_KEY })
    expect(scanner.findIn(written).join()).toContain('API key')
  })

  test('nothing where there is nothing', () => {
    expect(search().findIn(['Kp9$', 'tea and cake', ''])).toEqual([])
  })
})
