import { describe, expect, test } from 'vitest'
import { CheckoutController } from '../../../../../server/pages/checkout/controller.ts'
import type { PageData } from '../../../../../server/pages/checkout/page-data.ts'
import type { PageState } from '../../../../../server/pages/checkout/state.ts'
import type { CheckoutResult } from '../../../../../shared/client/types.ts'
import { detectEnvironment } from '../../../../../shared/environment.ts'

const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0'
const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1'
const WECHAT = `${PHONE} MicroMessenger/8.0.53`
const WEB_VIEW = `${WECHAT} miniProgram/wx1`

const PAGE: PageData = {
  view: 'pay',
  locale: 'en',
  order: {
    orderRef: 'TEA-1',
    status: 'open',
    amount: { value: 19_600, currency: 'CNY' },
    description: 'Longjing',
    expiresAt: '2026-06-24T04:00:00.000Z',
    paidAt: null,
  },
  payerKnown: false,
  shopUrl: null,
}

/** A page in some browser; the test ends its payments, and sees all that was done and shown. */
function aPage(
  options: { userAgent?: string; page?: Partial<PageData>; loginHelps?: boolean } = {},
) {
  const did: string[] = []
  const shown: PageState[] = []
  let end: (result: CheckoutResult | null) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const pending = (name: string) => {
    did.push(name)
    return new Promise<CheckoutResult | null>((resolve, reject) => {
      end = resolve
      fail = reject
    })
  }
  const controller = new CheckoutController({
    page: { ...PAGE, ...options.page },
    environment: detectEnvironment({ userAgent: options.userAgent ?? DESKTOP }),
    checkout: {
      pay: async () => (await pending('pay')) ?? aResult(),
      resume: () => pending('resume'),
    },
    show: (state) => shown.push(state),
    nowMs: () => Date.parse('2026-06-24T02:00:00Z'),
    reload: () => did.push('reload'),
    goToPayPage: () => did.push('goToPayPage'),
    logIn: () => {
      did.push('logIn')
      return options.loginHelps ?? true
    },
  })
  controller.start()
  return {
    controller,
    did,
    now: () => shown.at(-1),
    async ends(result: CheckoutResult | null) {
      end(result)
      await new Promise((resolve) => setImmediate(resolve))
    },
    async fails(code: string) {
      fail(Object.assign(new Error(code), { name: 'CheckoutError', code, retryable: true }))
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function aResult(fields: Partial<CheckoutResult> = {}): CheckoutResult {
  return { verdict: 'pending', payment: null, surface: 'none', ...fields }
}

describe('on arrival', () => {
  test('a desktop asks for a code at once', () => {
    expect(aPage().did).toEqual(['pay'])
  })

  test('a phone looks for what was begun, and otherwise waits for a tap', async () => {
    const page = aPage({ userAgent: PHONE })
    expect(page.did).toEqual(['resume'])
    await page.ends(null)
    expect(page.now()).toEqual({ kind: 'ready' })
  })

  test('WeChat logs in first, where nobody is known', () => {
    const page = aPage({ userAgent: WECHAT })
    expect(page.did).toEqual(['logIn'])
    expect(page.now()).toEqual({ kind: 'working', what: 'leaving' })
  })

  test('a known payer in WeChat is not sent round again', () => {
    expect(aPage({ userAgent: WECHAT, page: { payerKnown: true } }).did).toEqual(['resume'])
  })

  test('a login that does not help is not repeated for ever', () => {
    expect(aPage({ userAgent: WECHAT, loginHelps: false }).did).toEqual(['logIn', 'resume'])
  })

  test.each([
    ['paid', { kind: 'paid', paidAt: null }],
    ['closed', { kind: 'closed', reason: null }],
  ] as const)('an order that is %s already is never paid again', (status, state) => {
    const page = aPage({ page: { order: PAGE.order && { ...PAGE.order, status } } })
    expect(page.did).toEqual([])
    expect(page.now()).toEqual(state)
  })

  test('no order is said, and a web-view sends on to its Mini Program', () => {
    expect(aPage({ page: { order: null } }).now()).toEqual({ kind: 'missing' })
    expect(aPage({ userAgent: WEB_VIEW }).now()).toEqual({ kind: 'elsewhere', advice: 'relay' })
  })
})

describe('taps', () => {
  test('while something runs do nothing', async () => {
    const page = aPage({ userAgent: PHONE })
    await page.ends(null)
    for (let taps = 0; taps < 5; taps += 1) page.controller.act('pay')
    expect(page.did).toEqual(['resume', 'pay'])
    await page.ends(aResult({ verdict: 'failed' }))
    page.controller.act('pay')
    expect(page.did).toEqual(['resume', 'pay', 'pay'])
  })

  test('on the result page lead to the one directory where WeChat lets pages pay', async () => {
    const page = aPage({ userAgent: PHONE, page: { view: 'result' } })
    await page.ends(aResult({ verdict: 'failed' }))
    page.controller.act('pay')
    expect(page.did).toEqual(['resume', 'goToPayPage'])
  })

  test('on a result that this browser knows nothing of ask the server afresh', async () => {
    const page = aPage({ userAgent: PHONE, page: { view: 'result' } })
    await page.ends(null)
    expect(page.now()).toEqual({ kind: 'pending' })
    page.controller.act('check')
    expect(page.did).toEqual(['resume', 'reload'])
  })
})

describe('meanwhile', () => {
  const CODE = { content: 'weixin://x', image: null, remainingMs: 1_000, close: () => undefined }

  test('the code is shown while its payment runs, and never after', async () => {
    const page = aPage()
    page.controller.showCode(CODE)
    expect(page.now()).toEqual({ kind: 'code', code: CODE })
    await page.ends(aResult({ verdict: 'paid' }))
    page.controller.showCode(CODE)
    expect(page.now()?.kind).toBe('paid')
  })

  test('a payer who comes back is told what became of it', async () => {
    const page = aPage({ userAgent: PHONE })
    await page.ends(aResult())
    expect(page.now()).toEqual({ kind: 'dismissed' })
    page.controller.cameBack()
    await page.ends(aResult({ verdict: 'paid' }))
    expect(page.now()?.kind).toBe('paid')
  })

  test('a page that was loaded again offers to pay on; one that a provider led back to, only to look', async () => {
    const again = aPage({ userAgent: PHONE })
    await again.ends(aResult())
    expect(again.now()).toEqual({ kind: 'dismissed' })
    const back = aPage({ userAgent: PHONE, page: { view: 'result' } })
    await back.ends(aResult())
    expect(back.now()).toEqual({ kind: 'pending' })
  })

  test('coming back never disturbs a payment, nor a decided page', async () => {
    const page = aPage()
    page.controller.cameBack()
    expect(page.did).toEqual(['pay'])
    await page.ends(aResult({ verdict: 'failed' }))
    page.controller.cameBack()
    expect(page.did).toEqual(['pay'])
  })

  test('a login that expired inside WeChat is renewed; elsewhere it is explained', async () => {
    const inside = aPage({ userAgent: WECHAT, page: { payerKnown: true } })
    await inside.fails('sessionExpired')
    expect(inside.did).toEqual(['resume', 'logIn'])
    const outside = aPage()
    await outside.fails('sessionExpired')
    expect(outside.now()).toMatchObject({ kind: 'problem', message: 'problem.sessionExpired' })
  })
})
