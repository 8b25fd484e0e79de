import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import { parseNotification } from '../../../../../server/providers/ppro/notification.ts'
import type {
  ParsedNotification,
  RawNotification,
} from '../../../../../server/providers/provider.ts'
import { posted } from './fixture.ts'

const HASH = 'd88354b3aa20827b3d9afa5766163eda4718ae7bc953916d432330fe1626d1f5'
const BODY = `txid=881495832&finaltimestamp=2021-06-15T11%3A37%3A01Z&sha256hash=${HASH}`
const EVENT = {
  kind: 'event',
  eventId: '881495832.2021-06-15T11:37:01Z',
  facts: [],
  queries: [{ outTradeNo: null, providerPaymentId: '881495832' }],
}

function parse(notification: RawNotification): ParsedNotification {
  const keys = { accountId: 'ppro', notificationSecret: 'topsecret' }
  return parseNotification(notification, keys)
}

/** What became of it: the event, or the outcome of the refusal. */
function verdict(notification: RawNotification): unknown {
  try {
    return parse(notification)
  } catch (error) {
    if (error instanceof ProviderError) return error.outcome
    throw error
  }
}

describe('a notification', () => {
  test('is a reason to ask, and nothing more', () => {
    expect(parse(posted(BODY))).toEqual(EVENT)
  })

  test('is the same event however often it comes', () => {
    expect(parse(posted(`${BODY}&RAND1=2`))).toEqual(parse(posted(BODY)))
  })

  test('with one byte changed is refused, or means exactly the same', () => {
    let refused = 0
    for (let index = 0; index < BODY.length; index += 1) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const bytes = Buffer.from(BODY)
        bytes[index] = (bytes[index] ?? 0) ^ flip
        const result = verdict({ ...posted(''), body: bytes })
        if (result === 'unverifiable') refused += 1
        // Only another case of a name or of a percent sign's digits says the same.
        else expect([result, flip]).toEqual([EVENT, 0x20])
      }
    }
    expect(refused).toBeGreaterThan(BODY.length * 2)
  })

  test('with any digit of the hash changed, also only its case, is refused', () => {
    for (let index = BODY.length - HASH.length; index < BODY.length; index += 1) {
      for (const digit of ['0', 'F', BODY.charAt(index).toUpperCase()]) {
        if (digit === BODY.charAt(index)) continue
        const changed = BODY.slice(0, index) + digit + BODY.slice(index + 1)
        expect(verdict(posted(changed))).toBe('unverifiable')
      }
    }
  })

  test.each([
    ['without a hash', BODY.split('&sha256hash')[0] ?? ''],
    ['with an empty hash', BODY.replace(HASH, '')],
    ['for another transaction', BODY.replace('881495832', '881495833')],
    ['with a second transaction', `${BODY}&txid=881495833`],
    ['cut off', BODY.slice(0, -1)],
    ['empty', ''],
  ])('%s is refused', (_, body) => {
    expect(verdict(posted(body))).toBe('unverifiable')
  })

  test('by GET is refused', () => {
    expect(verdict({ ...posted(''), method: 'GET', query: BODY })).toBe('unverifiable')
  })

  test('signed with another secret is refused', () => {
    const keys = { accountId: 'ppro', notificationSecret: 'topsecret2' }
    expect(() => parseNotification(posted(BODY), keys)).toThrow('hash')
  })
})
