import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createLogger, type LogLevel, silentLogger } from '../../../../server/platform/logger.ts'

function makeLogger(level?: LogLevel) {
  const texts: string[] = []
  const clock = { nowMs: () => Date.UTC(2026, 4, 1), setTimer: () => () => undefined }
  const sink = { write: (text: string) => void texts.push(text) }
  const logger = createLogger({ clock, sink, ...(level && { level }) })
  const lines = () => texts.map((text): unknown => JSON.parse(text))
  return { logger, texts, lines }
}

describe('a log line', () => {
  test('is one JSON object with level, time and event', () => {
    const { logger, texts, lines } = makeLogger()
    logger.info('payment.paid', { paymentId: 'pay_1', ms: 12 })
    expect(texts[0]).toMatch(/^\{.*\}\n$/)
    expect(lines()).toEqual([
      {
        level: 'info',
        time: '2026-05-01T00:00:00.000Z',
        event: 'payment.paid',
        paymentId: 'pay_1',
        ms: 12,
      },
    ])
  })

  test('drops every field that is not on the list, and values that are no words or numbers', () => {
    const { logger, lines } = makeLogger()
    const fields = {
      paymentId: 'pay_1',
      body: { password: 'hunter2' },
      sessionKey: 'hunter2',
      reason: { nested: 'hunter2' },
    }
    // @ts-expect-error -- what a call would look like that the compiler did not see
    logger.warn('test', fields)
    expect(lines()).toEqual([
      { level: 'warn', time: expect.any(String), event: 'test', paymentId: 'pay_1' },
    ])
  })

  test('takes of an error its name, message and stack, and of its fields nothing', () => {
    const { logger, lines, texts } = makeLogger()
    const cause = new Error('inner hunter2')
    const error = Object.assign(new TypeError('outer', { cause }), { config: { pw: 'hunter2' } })
    logger.error('test', { error })
    expect(lines()).toMatchObject([
      { error: { name: 'TypeError', message: 'outer', stack: expect.stringContaining('outer') } },
    ])
    expect(texts.join()).not.toContain('hunter2')
  })

  test.each([['hunter2'], [{ password: 'hunter2' }], [null], [42]])(
    'a thrown %j is named, not shown',
    (thrown) => {
      const { logger, lines, texts } = makeLogger()
      logger.error('test', { error: thrown })
      expect(lines()).toMatchObject([{ error: { message: 'not an Error was thrown' } }])
      expect(texts.join()).not.toContain('hunter2')
    },
  )

  test('blanks what looks like a credential in any of its texts', () => {
    const { logger, texts } = makeLogger()
    const error = new Error('GET /sns?appid=wx&secret=hunter2 failed')
    logger.error('test', { error, reason: 'Authorization: Bearer hunter2', route: '/x?t=hunter2' })
    expect(texts.join()).not.toContain('hunter2')
    expect(texts.join()).toContain('appid=wx')
  })

  test('stays one line, whatever the text holds', () => {
    const { logger, texts, lines } = makeLogger()
    logger.info('test', { reason: 'a\n{"level":"error","event":"forged"}' })
    expect(texts.join('').trimEnd()).not.toContain('\n')
    expect(lines()).toHaveLength(1)
  })
})

describe('levels', () => {
  test.each<[LogLevel | undefined, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    [undefined, ['info', 'warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ])('%s writes %j', (level, expected) => {
    const { logger, lines } = makeLogger(level)
    logger.debug('debug')
    logger.info('info')
    logger.warn('warn')
    logger.error('error')
    expect(lines()).toMatchObject(expected.map((event) => ({ event, level: event })))
  })

  test('the silent logger takes everything and says nothing', () => {
    expect(inspect(silentLogger.error('test', { error: new Error('x') }))).toBe('undefined')
  })
})
