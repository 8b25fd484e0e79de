import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  accessOf,
  isTagOf,
  type Tagged,
  taggedUrl,
  tagOf,
  wordsOf,
} from '../../../../../server/providers/saferpay/signing.ts'

const SECRET = 'a-secret-of-this-test-alone'
const tagged: Tagged = { accountId: 'saferpay', outTradeNo: 'p1001', purpose: 'success' }

describe('the tag of an address that Saferpay calls', () => {
  test('is an HMAC over purpose, account and payment', () => {
    const words = '["saferpay","success","saferpay","p1001"]'
    const expected = createHmac('sha256', SECRET).update(words).digest('base64url')
    expect(tagOf(SECRET, tagged)).toBe(expected)
    expect(expected).toHaveLength(43)
    expect(isTagOf(expected, SECRET, tagged)).toBe(true)
  })

  test.each([
    { accountId: 'other' },
    { outTradeNo: 'p1002' },
    { purpose: 'failure' },
    { purpose: 'return' },
  ] as const)('belongs to nothing else: %j', (other) => {
    expect(isTagOf(tagOf(SECRET, tagged), SECRET, { ...tagged, ...other })).toBe(false)
  })

  test('cannot be made without the secret, nor cut short', () => {
    expect(isTagOf(tagOf(`${SECRET}2`, tagged), SECRET, tagged)).toBe(false)
    expect(isTagOf(tagOf(SECRET, tagged).slice(0, -1), SECRET, tagged)).toBe(false)
    expect(isTagOf('', SECRET, tagged)).toBe(false)
  })

  test('does not move letters between account and payment', () => {
    const left = tagOf(SECRET, { ...tagged, accountId: 'a', outTradeNo: 'bc' })
    expect(isTagOf(left, SECRET, { ...tagged, accountId: 'ab', outTradeNo: 'c' })).toBe(false)
  })

  test('is put into the query, beside what is there', () => {
    const url = new URL(taggedUrl('https://shop.example/n?x=1', SECRET, tagged))
    expect(url.origin + url.pathname).toBe('https://shop.example/n')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      x: '1',
      payment: 'p1001',
      event: 'success',
      tag: tagOf(SECRET, tagged),
    })
  })
})

describe('the access to Saferpay', () => {
  test('is HTTP Basic, here the example of RFC 7617', () => {
    expect(accessOf({ username: 'Aladdin', password: 'open sesame' })).toEqual({
      headers: { Authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' },
      tls: {},
    })
  })

  test('or the certificate of the connection, and then no header', () => {
    expect(accessOf({ cert: 'c', key: 'k' })).toStrictEqual({
      headers: {},
      tls: { tls: { cert: 'c', key: 'k' } },
    })
    expect(accessOf({ cert: 'c', key: 'k', ca: 'a' }).tls).toEqual({
      tls: { cert: 'c', key: 'k', ca: 'a' },
    })
  })
})

describe('the words that must never be shown, should an error repeat them', () => {
  test('are the password, plain and as the header carries it', () => {
    expect(wordsOf({ username: 'Aladdin', password: 'open sesame' })).toEqual([
      'open sesame',
      'QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    ])
  })

  test('are none where a certificate is the access: it does not travel with the call', () => {
    expect(wordsOf({ cert: 'c', key: 'k' })).toEqual([])
  })
})
