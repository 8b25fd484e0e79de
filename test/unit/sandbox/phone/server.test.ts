import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPhoneHandler } from '../../../../sandbox/phone/server.ts'
import { APP_ID, FIXTURE, startTestPhone, type TestPhone } from '../../../support/phone.ts'

let phone: TestPhone
beforeAll(async () => {
  phone = await startTestPhone()
})
afterAll(() => phone.close())

const get = (file: string, init?: RequestInit) => fetch(new URL(file, phone.url), init)

test('the phone is served with a policy that allows no script within its pages', async () => {
  for (const file of ['', 'mini-program.html']) {
    const response = await get(file)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(await response.text()).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/)
  }
})

test.each([
  ['phone.js', 'text/javascript; charset=utf-8'],
  ['phone.css', 'text/css; charset=utf-8'],
  ['runtime.js', 'text/javascript; charset=utf-8'],
  ['runtime.css', 'text/css; charset=utf-8'],
  ['program.js', 'text/javascript; charset=utf-8'],
  ['program.js.map', 'application/json; charset=utf-8'],
  ['program.css', 'text/css; charset=utf-8'],
])('%s is there', async (file, type) => {
  const response = await get(file)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
  expect((await response.text()).length).toBeGreaterThan(100)
})

test('the configuration names the program, the account and the addresses', async () => {
  expect(await (await get('config.json')).json()).toEqual({
    appId: APP_ID,
    miniProgramName: 'Fixture Shop',
    officialAccountName: '青岚茶铺',
    officialAccountUrl: `${phone.browserOrigin}/`,
    browserOrigin: phone.browserOrigin,
    merchantOrigin: 'https://tea.example',
    extConfig: { shopUrl: 'http://127.0.0.1:1' },
  })
})

test('pictures of the Mini Program are served, its sources and other files are not', async () => {
  const picture = await get('files/images/leaf.svg')
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  for (const hidden of ['files/app.js', 'files/app.json', 'files/images/gone.png']) {
    expect((await get(hidden)).status).toBe(404)
  }
})

test('a path that climbs out of the Mini Program finds nothing', async () => {
  const handler = await createPhoneHandler({
    miniprogramDir: `${FIXTURE}/`,
    appId: APP_ID,
    addresses: () => ({
      officialAccountUrl: 'http://127.0.0.1:1/',
      browserOrigin: 'http://127.0.0.1:1',
      merchantOrigin: null,
      extConfig: {},
    }),
  })
  const request = { method: 'GET', query: '', headers: {}, body: new Uint8Array(), params: {} }
  for (const name of ['..%2Fsecret.svg', '../secret.svg', '%2Fetc%2Fsecret.png', '%']) {
    const reply = await handler({ ...request, path: `/phone/files/${name}` })
    expect(reply).toMatchObject({ status: 404 })
  }
})

test('/phone leads to /phone/, and nothing can be sent to it', async () => {
  const bare = await fetch(phone.url.replace(/\/$/, ''), { redirect: 'manual' })
  expect([bare.status, bare.headers.get('location')]).toEqual([302, '/phone/'])
  expect((await get('', { method: 'POST' })).status).toBe(405)
  expect((await get('nothing')).status).toBe(404)
})
