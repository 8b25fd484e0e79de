import { expect, test } from 'vitest'
import {
  toBrowser,
  toBrowserCookie,
  toUpstream,
} from '../../../../../sandbox/wechat/browser/rewrite.ts'

const ROUTE = {
  browserOrigin: 'http://127.0.0.1:4000',
  upstreamOrigin: 'http://127.0.0.1:3000',
  wechatOrigin: 'http://127.0.0.1:5000',
}

test.each([
  ['http://127.0.0.1:3000/pay?a=1#x', 'http://127.0.0.1:4000/pay?a=1#x'],
  ['http://localhost:3000/pay', 'http://127.0.0.1:4000/pay'],
  [
    'http://127.0.0.1:5000/connect/oauth2/authorize?appid=1#wechat_redirect',
    'http://127.0.0.1:4000/__wechat/authorize?appid=1',
  ],
  ['http://127.0.0.1:5000/phone', 'http://127.0.0.1:5000/phone'],
  ['http://127.0.0.1:30001/pay', 'http://127.0.0.1:30001/pay'],
  ['https://127.0.0.1:3000/pay', 'https://127.0.0.1:3000/pay'],
  ['https://elsewhere.example.com/', 'https://elsewhere.example.com/'],
  ['/relative', '/relative'],
])('a redirect to %s leads to %s', (address, rewritten) => {
  expect(toBrowser(address, ROUTE)).toBe(rewritten)
})

test.each([
  ['http://127.0.0.1:4000/a?b#c', 'http://127.0.0.1:3000/a?b#c'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:3000'],
  ['http://elsewhere.example.com/a', 'http://elsewhere.example.com/a'],
  ['null', 'null'],
])('the page %s is really %s', (address, real) => {
  expect(toUpstream(address, ROUTE)).toBe(real)
})

test.each([
  ['a=1; Path=/; HttpOnly', 'a=1; Path=/; HttpOnly'],
  ['a=1; Domain=shop.example.com; Secure; SameSite=Lax', 'a=1; SameSite=Lax'],
  ['a=1; SameSite=None; Secure', 'a=1; SameSite=Lax'],
  ['__Host-a=1; Path=/; Secure', '__Host-a=1; Path=/; Secure'],
  ['a=domain=x', 'a=domain=x'],
])('the cookie %s is kept as %s', (line, kept) => {
  expect(toBrowserCookie(line)).toBe(kept)
})
