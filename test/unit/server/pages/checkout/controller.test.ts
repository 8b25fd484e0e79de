import { describe, expect, test } from 'vitest'
import { CheckoutController } from '../../../../../server/pages/checkout/controller.ts'
import type { PageData, PageOrder } from '../../../../../server/pages/checkout/page-data.ts'
import { planFor } from '../../../../../server/pages/checkout/plan.ts'
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
    amount: '¥196.00',
    description: 'Longjing',
    expiresAt: '2026-06-24T04:00:00.000Z',
    paidAt: null,
  },
  payerKnown: false,
  shopUrl: null,
  scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb'],
  link: 'https://tea.example/pay/TEA-1?t=token-of-order-1',
  parts: { wechat: '', code: '', elsewhere: '' },
}

/** A page in some browser; the test ends its payments, and sees all that was done and shown. */
function aPage(
  options: {
    userAgent?: string
    page?: Partial<PageData>
    loginHelps?: boolean
    relays?: boolean
    partsArrive?: boolean
  } = {},
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
  const page = { ...PAGE, ...options.page }
  const environment = detectEnvironment({ userAgent: options.userAgent ?? DESKTOP })
  const able = { scenes: page.scenes, hasLink: page.link !== null }
  const withoutRelay = page.scenes.filter((scene) => scene !== 'miniProgram')
  let paidElsewhere: (order: PageOrder) => void = () => undefined
  let partsArrive = options.partsArrive ?? true
  const controller = new CheckoutController({
    page,
    plan: planFor(environment, able),
    planWithoutRelay: planFor(environment, { ...able, scenes: withoutRelay }),
    checkoutFor: (scene) => ({
      pay: async () =>
        (await pending(scene === environment.scene ? 'pay' : `pay ${scene}`)) ?? aResult(),
      resume: () => pending('resume'),
    }),
    readyFor: async () => {
      if (!partsArrive) throw new TypeError('Failed to fetch dynamically imported module')
    },
    watch: (onOver) => {
      paidElsewhere = onOver
      return { lookNow: () => did.push('look'), stop: () => did.push('stop') }
    },
    show: (state) => shown.push(state),
    nowMs: () => Date.parse('2026-06-24T02:00:00Z'),
    reload: () => did.push('reload'),
    goToPayPage: () => did.push('goToPayPage'),
    logIn: () => {
      did.push('logIn')
      return options.loginHelps ?? true
    },
    relay: async () => {
      did.push('relay')
      return options.relays ?? true
    },
  })
  controller.start()
  return {
    controller,
    did,
    now: () => shown.at(-1),
    isPaidElsewhere: () =>
      page.order &&
      paidElsewhere({ ...page.order, status: 'paid', paidAt: '2026-06-24T02:05:00.000Z' }),
    partsCome: () => {
      partsArrive = true
    },
    settles: () => new Promise((resolve) => setImmediate(resolve)),
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

  test('no order is said', () => {
    expect(aPage({ page: { order: null } }).now()).toEqual({ kind: 'missing' })
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

describe('where the page cannot take the money', () => {
  const RELAY = { kind: 'elsewhere', advice: 'relay', codeToo: true }

  test('a web-view sends on to its Mini Program, and says "paid" when the server does', async () => {
    const page = aPage({ userAgent: WEB_VIEW })
    await page.settles()
    expect(page.now()).toEqual(RELAY)
    page.controller.act('relay')
    page.controller.act('relay')
    await page.settles()
    page.controller.cameBack()
    expect(page.did).toEqual(['look', 'relay', 'look'])
    expect(page.now()).toEqual(RELAY)
    page.isPaidElsewhere()
    expect(page.now()).toEqual({ kind: 'paid', paidAt: '2026-06-24T02:05:00.000Z' })
  })

  test('a Mini Program that cannot be reached leaves the other ways', async () => {
    const page = aPage({ userAgent: WEB_VIEW, relays: false })
    await page.settles()
    page.controller.act('relay')
    await page.settles()
    expect(page.now()).toEqual({ kind: 'elsewhere', advice: 'openInWeChat', codeToo: true })
  })

  test('and a code for another phone where there is no other way', async () => {
    const scenes = ['miniProgram', 'desktopQr'] as const
    const page = aPage({ userAgent: WEB_VIEW, relays: false, page: { scenes } })
    await page.settles()
    page.controller.act('relay')
    await page.settles()
    expect(page.did).toEqual(['look', 'relay', 'stop', 'pay desktopQr'])
  })

  test('a payer with two phones may have a code all the same', async () => {
    const page = aPage({ userAgent: PHONE, page: { scenes: ['officialAccount', 'desktopQr'] } })
    await page.settles()
    expect(page.now()).toEqual({ kind: 'elsewhere', advice: 'openInWeChat', codeToo: true })
    page.controller.act('showCode')
    expect(page.did).toEqual(['look', 'stop', 'pay desktopQr'])
  })

  test('nobody is watched for where nothing can happen', async () => {
    const page = aPage({ page: { scenes: [] } })
    await page.settles()
    expect(page.now()).toEqual({ kind: 'elsewhere', advice: 'nowhere', codeToo: false })
    expect(page.did).toEqual([])
  })

  test('a part of the page that does not arrive is fetched again', async () => {
    const page = aPage({ userAgent: WEB_VIEW, partsArrive: false })
    await page.settles()
    expect(page.now()).toEqual({ kind: 'offline' })
    page.controller.act('check')
    await page.settles()
    expect(page.now()).toEqual({ kind: 'offline' })
    page.partsCome()
    page.controller.cameBack()
    await page.settles()
    expect(page.now()).toEqual(RELAY)
  })
})
