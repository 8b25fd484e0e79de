import { expect, test } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '../../../../../sandbox/clock.ts'
import { createRandom } from '../../../../../sandbox/random.ts'
import { createTokens } from '../../../../../sandbox/wechat/identity/tokens.ts'
import { getJson, MINI, PAGE, postJson, SEED, START_MS, startWechat } from '../world.ts'

const MINUTE_MS = 60_000

function tokens() {
  const clock = new VirtualClock(START_MS)
  return { clock, tokens: createTokens({ clock, random: createRandom(SEED) }) }
}

test('repeated calls give the same token, with less time left', async () => {
  const { clock, tokens: book } = tokens()
  const first = book.stable('wx1', false)
  expect(first.expiresInS).toBe(7200)
  await clock.advance(100 * MINUTE_MS)
  expect(book.stable('wx1', false)).toEqual({ value: first.value, expiresInS: 1200 })
  expect(book.stable('wx2', false).value).not.toBe(first.value)
})

test('in its last five minutes a token is renewed, and both live for five minutes more', async () => {
  const { clock, tokens: book } = tokens()
  const old = book.stable('wx1', false).value
  await clock.advance(116 * MINUTE_MS)
  const renewed = book.stable('wx1', false).value
  expect(renewed).not.toBe(old)
  await clock.advance(5 * MINUTE_MS - 1)
  expect(book.ownerOf(old)).toBe('wx1')
  await clock.advance(1)
  expect(() => book.ownerOf(old)).toThrow(expect.objectContaining({ errcode: 42001 }))
  expect(book.ownerOf(renewed)).toBe('wx1')
})

test('a forced call kills the old token, but not twice within 30 seconds', async () => {
  const { clock, tokens: book } = tokens()
  const old = book.stable('wx1', false).value
  const forced = book.stable('wx1', true).value
  expect(forced).not.toBe(old)
  expect(() => book.ownerOf(old)).toThrow(expect.objectContaining({ errcode: 42001 }))
  await clock.advance(29_999)
  expect(book.stable('wx1', true).value).toBe(forced)
  await clock.advance(1)
  expect(book.stable('wx1', true).value).not.toBe(forced)
})

test('a revoked token is refused, and handed out again until the call is forced', async () => {
  const { clock, tokens: book } = tokens()
  const { value } = book.stable('wx1', false)
  book.revoke('wx1')
  expect(() => book.ownerOf(value)).toThrow(expect.objectContaining({ errcode: 40001 }))
  await clock.advance(MINUTE_MS)
  expect(book.stable('wx1', false).value).toBe(value)
  expect(book.ownerOf(book.stable('wx1', true).value)).toBe('wx1')
})

test('twenty forced calls a day are allowed, the next one is not', async () => {
  const { clock, tokens: book } = tokens()
  for (let call = 0; call < 20; call += 1) {
    book.stable('wx1', true)
    await clock.advance(MINUTE_MS)
  }
  expect(() => book.stable('wx1', true)).toThrow(expect.objectContaining({ errcode: 45009 }))
  await clock.advance(24 * 60 * MINUTE_MS)
  expect(book.stable('wx1', true).expiresInS).toBe(7200)
})

function ask(changes: Record<string, unknown> = {}) {
  const { appId: appid, secret } = PAGE
  return { grant_type: 'client_credential', appid, secret, ...changes }
}

test('over HTTP the token opens the ticket, which stays the same while it lives', async () => {
  const { wechat, clock } = await startWechat()
  const { answer } = await postJson(`${wechat.url}/cgi-bin/stable_token`, ask())
  expect(answer).toEqual({ access_token: expect.any(String), expires_in: 7200 })
  const { access_token: value } = z.object({ access_token: z.string() }).parse(answer)
  const ticketUrl = `${wechat.url}/cgi-bin/ticket/getticket?access_token=${value}&type=jsapi`
  const ticket = await getJson(ticketUrl)
  expect(ticket).toEqual({ errcode: 0, errmsg: 'ok', ticket: expect.any(String), expires_in: 7200 })
  await clock.advance(MINUTE_MS)
  expect(await getJson(ticketUrl)).toEqual({ ...z.looseObject({}).parse(ticket), expires_in: 7140 })
  expect(await getJson(ticketUrl.replace('type=jsapi', 'type=card'))).toMatchObject({
    errcode: 40097,
  })
  await clock.advance(2 * 60 * MINUTE_MS)
  expect(await getJson(ticketUrl)).toMatchObject({ errcode: 42001 })
})

test.each([
  [40002, 'another grant type', { grant_type: 'authorization_code' }],
  [41002, 'no appid', { appid: undefined }],
  [40013, 'an unknown appid', { appid: 'wx9' }],
  [41004, 'no secret', { secret: undefined }],
  [40125, 'the secret of another app', { secret: MINI.secret }],
  [47001, 'a flag that is none', { force_refresh: 'yes' }],
])('stable_token answers %i to %s', async (errcode, _what, changes) => {
  const { wechat } = await startWechat()
  const { answer } = await postJson(`${wechat.url}/cgi-bin/stable_token`, ask(changes))
  expect(answer).toMatchObject({ errcode })
})

test.each([
  [41001, 'no token', ''],
  [40001, 'a token nobody issued', 'made-up'],
])('getticket answers %i to %s', async (errcode, _what, token) => {
  const { wechat } = await startWechat()
  const url = `${wechat.url}/cgi-bin/ticket/getticket?type=jsapi&access_token=${token}`
  expect(await getJson(url)).toMatchObject({ errcode })
})
