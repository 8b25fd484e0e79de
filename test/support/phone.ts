import { fileURLToPath } from 'node:url'
import {
  bodyText,
  createRouter,
  htmlReply,
  jsonReply,
  type Route,
  type SandboxRequest,
  serve,
} from '../../sandbox/http.ts'
import { createPhoneHandler } from '../../sandbox/phone/server.ts'

export const FIXTURE = fileURLToPath(new URL('fixture-miniprogram', import.meta.url))
export const APP_ID = 'wx0000000000000001'

/** One call of the phone to WeChat, as the fake heard it. */
export interface HeardCall {
  readonly path: string
  readonly body: unknown
}

export interface TestPhone {
  readonly url: string
  readonly browserOrigin: string
  readonly heard: HeardCall[]
  /** What the next cashier answers instead of a sheet. */
  refuseNext(answer: object): void
  close(): Promise<void>
}

const SHEET = {
  ok: true,
  merchant: '青岚茶铺',
  description: '龙井 2026 · 50g',
  amount: { value: 6800, currency: 'CNY' },
  walletAmount: { value: 6800, currency: 'CNY' },
}
const PERSONS = [
  { id: 'li-wei', name: '李伟', wallet: { value: 1_000_000, currency: 'CNY' } },
  { id: 'anna', name: 'Anna', wallet: { value: 200_000, currency: 'CNY' } },
]

/** A page of an Official Account with the message protocol of WeChat's in-app browser. */
const ACCOUNT_PAGE = `<!doctype html><meta name="viewport" content="width=device-width">
<h1>Tea house</h1><button id="pay">Pay</button><p id="heard"></p><a href="/second">next</a>
<script>
  addEventListener('message', ({ source, data }) => {
    if (source === parent) document.querySelector('#heard').textContent = JSON.stringify(data)
  })
  document.querySelector('#pay').onclick = () => parent.postMessage(
    { type: 'wechat:invoke', id: '7', name: 'getBrandWCPayRequest', pageUrl: location.href,
      params: { appId: 'wx2', package: 'prepay_id=wx2' } }, '*')
</script>`

/** The phone with the fixture Mini Program, and WeChat behind it played by a few fixed answers. */
export async function startTestPhone(
  options: { miniprogramDir?: string } = {},
): Promise<TestPhone> {
  const wechat = new FakeWechat()
  const account = await serve({ handler: () => htmlReply(200, ACCOUNT_PAGE) })
  const handler = await createPhoneHandler({
    miniprogramDir: options.miniprogramDir ?? FIXTURE,
    appId: APP_ID,
    officialAccountName: '青岚茶铺',
    addresses: () => ({
      officialAccountUrl: `${account.url}/`,
      browserOrigin: account.url,
      merchantOrigin: 'https://tea.example',
      extConfig: { shopUrl: 'http://127.0.0.1:1' },
    }),
  })
  const phone = await serve({ handler: createRouter(wechat.routes, handler) })
  return {
    url: `${phone.url}/phone/`,
    browserOrigin: account.url,
    heard: wechat.heard,
    refuseNext: (answer) => wechat.refuseNext(answer),
    async close() {
      await Promise.all([phone.close(), account.close()])
    },
  }
}

class FakeWechat {
  readonly heard: HeardCall[] = []
  readonly routes: readonly Route[]
  private person = 'li-wei'
  private offline = false
  private surface = 'miniProgram'
  private refusal: object | null = null
  private cashiers = 0

  constructor() {
    const post = (path: string, answer: (body: Record<string, unknown>) => object): Route => ({
      method: 'POST',
      path: `/phone/api/${path}`,
      handler: (request) => {
        const body = readBody(request)
        this.heard.push({ path: request.path.slice('/phone/api/'.length), body })
        return jsonReply(200, answer(body))
      },
    })
    const persons = { method: 'GET', path: '/phone/api/persons' }
    this.routes = [
      { ...persons, handler: () => jsonReply(200, this.persons()) },
      post('persons/current', ({ person }) => {
        this.person = String(person)
        return this.persons()
      }),
      post('offline', ({ offline }) => {
        this.offline = offline === true
        return { offline: this.offline }
      }),
      post('time', ({ ms }) => ({ ms })),
      post('login', () => ({ code: `code-of-${this.person}`, errMsg: 'login:ok' })),
      post('network', ({ method, data }) =>
        this.offline
          ? { errMsg: 'request:fail net::ERR_INTERNET_DISCONNECTED', errno: 600001 }
          : {
              statusCode: 404,
              header: {},
              cookies: [],
              data: { said: `${String(method)} ${JSON.stringify(data)}` },
            },
      ),
      post('cashier', ({ surface }) => this.open(String(surface))),
      post('scan', () => this.open('none')),
      post('h5', () => this.open('none')),
      post('cashier/{id}/pay', () => ({ outcome: 'paid', result: this.result('ok') })),
      post('cashier/{id}/loseCallback', () => ({ outcome: 'paid', result: null })),
      post('cashier/{id}/cancel', () => ({ outcome: 'notPaid', result: this.result('cancel') })),
      post('cashier/{id}/fail', () => ({
        outcome: 'notPaid',
        result: this.result('cancel'),
        dialog: '支付密码错误，请重试',
      })),
    ]
  }

  refuseNext(answer: object): void {
    this.refusal = answer
  }

  private open(surface: string): object {
    const { refusal } = this
    this.refusal = null
    if (refusal !== null) return refusal
    this.surface = surface
    this.cashiers += 1
    return { ...SHEET, cashierId: `cashier-${this.cashiers}` }
  }

  private result(outcome: 'ok' | 'cancel'): object | null {
    if (this.surface === 'none') return null
    return this.surface === 'miniProgram'
      ? { errMsg: outcome === 'ok' ? 'requestPayment:ok' : 'requestPayment:fail cancel' }
      : { err_msg: `get_brand_wcpay_request:${outcome}` }
  }

  private persons(): object {
    const persons = PERSONS.map((person) => ({ ...person, current: person.id === this.person }))
    return { persons, offline: this.offline }
  }
}

function readBody(request: SandboxRequest): Record<string, unknown> {
  const body: unknown = JSON.parse(bodyText(request))
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
