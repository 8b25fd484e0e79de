import { expect, test } from 'vitest'
import { fromEnv, resolveConfig } from '../../../../server/config.ts'
import { ENV, good, problemsOf } from './fixtures.ts'

const PLACEHOLDER = '\u0024{商品订单号}'
const PATH = `pages/order/order?outTradeNo=${PLACEHOLDER}`

function withPath(orderCentrePath: string, kind: 'miniProgram' | 'officialAccount') {
  const app = { appId: 'wx-mini', kind, secret: fromEnv('MINI_SECRET') }
  return { ...good, apps: [{ ...app, orderCentrePath }] }
}

test('a Mini Program may name the page that the order centre leads to', () => {
  const config = resolveConfig(withPath(PATH, 'miniProgram'), ENV)
  expect(config.apps).toMatchObject([{ appId: 'wx-mini', orderCentrePath: PATH }])
  expect(resolveConfig(good, ENV).apps[0]?.orderCentrePath).toBeUndefined()
})

test.each([
  ['without the placeholder', 'pages/order/order?outTradeNo=1', 'once'],
  ['with it twice', `${PATH}&again=${PLACEHOLDER}`, 'once'],
  ['with a slash before it', `/${PATH}`, 'without a slash'],
  ['on another host', `https://evil.example/${PATH}`, 'without a slash'],
  ['too long', `${PATH}&x=${'x'.repeat(1_024)}`, '1024'],
])('a page %s is refused, and told', (_, path, words) => {
  const problems = problemsOf(withPath(path, 'miniProgram')).join('\n')
  expect(problems).toContain('apps.0.orderCentrePath')
  expect(problems).toContain(words)
})

test('an Official Account has no page in the order centre', () => {
  const problems = problemsOf(withPath(PATH, 'officialAccount')).join('\n')
  expect(problems).toContain('only Mini Programs')
})
