import { describe, expect, test } from 'vitest'
import type { PageData } from '../../../../../server/pages/checkout/page-data.ts'
import { panelFor } from '../../../../../server/pages/checkout/panel.ts'
import {
  type PageState,
  stateOfProblem,
  stateOfResult,
} from '../../../../../server/pages/checkout/state.ts'
import { enTexts } from '../../../../../server/pages/checkout/texts/en.ts'
import { zhCNTexts } from '../../../../../server/pages/checkout/texts/zh-CN.ts'
import { zhTWTexts } from '../../../../../server/pages/checkout/texts/zh-TW.ts'
import type { CheckoutResult } from '../../../../../shared/client/types.ts'
import type { CheckoutPayment } from '../../../../../shared/contract/payments.ts'
import { isProblemCode, PROBLEMS } from '../../../../../shared/contract/problem.ts'
import { LOCALES } from '../../../../../shared/locale.ts'
import { VERDICTS } from '../../../../../shared/payment-status.ts'

const SURFACES = ['finished', 'dismissed', 'failed', 'unavailable', 'none', 'lost'] as const
const LASTING = { orderIsOver: false, byCode: true }

const PAYMENT: CheckoutPayment = {
  paymentId: 'pay1',
  orderRef: 'TEA-1',
  scene: 'desktopQr',
  verdict: 'pending',
  reason: null,
  amount: { value: 19_600, currency: 'CNY' },
  refunded: { value: 0, currency: 'CNY' },
  description: 'Longjing',
  expiresAt: '2026-06-24T04:00:00.000Z',
  paidAt: null,
}

const PAGE: PageData = {
  view: 'pay',
  locale: 'en',
  order: { ...PAYMENT, amount: '¥196.00', status: 'open' },
  payerKnown: false,
  shopUrl: '/shop',
  scenes: ['desktopQr'],
  link: null,
  parts: { wechat: '', code: '', elsewhere: '' },
}

const TEXTS = { 'zh-CN': zhCNTexts, 'zh-TW': zhTWTexts, en: enTexts }

function aResult(fields: Partial<CheckoutResult> = {}): CheckoutResult {
  return { verdict: 'pending', payment: PAYMENT, surface: 'none', ...fields }
}

describe('what the page shows', () => {
  const pairs = VERDICTS.flatMap((verdict) => SURFACES.map((surface) => ({ verdict, surface })))
  test.each(pairs)(
    'only the verdict says paid: $verdict after $surface',
    ({ verdict, surface }) => {
      const { kind } = stateOfResult(aResult({ verdict, surface }), LASTING)
      expect(kind === 'paid').toBe(verdict === 'paid')
      expect(kind === 'failed').toBe(verdict === 'failed')
    },
  )

  test.each([
    ['expired', false, 'expired'],
    ['superseded', false, 'expired'],
    ['expired', true, 'closed'],
    ['cancelled', false, 'cancelled'],
    ['cancelled', true, 'closed'],
    ['orderClosed', false, 'closed'],
  ] as const)(
    'an attempt closed as %s, the order being over: %s, is %s',
    (reason, orderIsOver, kind) => {
      const payment = { ...PAYMENT, verdict: 'closed', reason } as const
      expect(
        stateOfResult(aResult({ verdict: 'closed', payment }), { orderIsOver, byCode: true }).kind,
      ).toBe(kind)
    },
  )

  test('a code that ran out on this device offers a new one', () => {
    const { kind } = stateOfResult(aResult({ reason: 'expired' }), LASTING)
    expect(kind).toBe('expired')
  })

  test.each(Object.keys(PROBLEMS).filter(isProblemCode))('%s never looks like success', (code) => {
    const { kind } = stateOfProblem({ code, retryable: true })
    expect(kind === 'paid').toBe(code === 'orderAlreadyPaid')
  })
})

describe('every state has its words and its way on', () => {
  const states: Exclude<PageState, { kind: 'code' }>[] = [
    { kind: 'paid', paidAt: '2026-06-24T02:05:00.000Z' },
    { kind: 'pending' },
    { kind: 'dismissed' },
    { kind: 'expired', wasCode: true },
    { kind: 'cancelled' },
    { kind: 'failed', reason: null },
    { kind: 'closed', reason: 'expired' },
    { kind: 'offline' },
    { kind: 'problem', message: 'problem.internal', retryable: true, requestId: 'req-1' },
    { kind: 'missing' },
  ]
  const NEXT = {
    paid: ['shop'],
    pending: ['check', 'shop'],
    dismissed: ['pay', 'check'],
    expired: ['pay', 'check'],
    cancelled: ['pay', 'check'],
    failed: ['pay', 'shop'],
    closed: ['shop'],
    offline: ['check'],
    problem: ['pay', 'shop'],
    missing: ['shop'],
  } as Record<string, string[]>

  const both = states.flatMap((state) =>
    LOCALES.map((locale) => ({ kind: state.kind, locale, state })),
  )
  test.each(both)('$kind ($locale)', ({ state, locale }) => {
    const { heading, text, steps, shopLabel } = panelFor(state, PAGE, TEXTS[locale])
    expect([heading, text]).not.toContain('')
    expect(/\p{Script=Han}/u.test(heading + text)).toBe(locale !== 'en')
    expect([...steps.map(({ step }) => step), ...(shopLabel ? ['shop'] : [])]).toEqual(
      NEXT[state.kind],
    )
  })

  test('the four verdicts are told apart by their words', () => {
    const headings = states
      .filter(({ kind }) => VERDICTS.some((verdict) => verdict === kind))
      .map((state) => panelFor(state, PAGE, enTexts).heading)
    expect(new Set(headings).size).toBe(4)
  })

  test('what cannot pass offers no second try', () => {
    const state = { kind: 'problem', message: 'problem.payerBlocked', requestId: null } as const
    expect(panelFor({ ...state, retryable: false }, PAGE, enTexts).steps).toEqual([])
    expect(panelFor({ ...state, retryable: true }, PAGE, enTexts).steps).toHaveLength(1)
  })
})
