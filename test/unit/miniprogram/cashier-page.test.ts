import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Outcome } from '../../../miniprogram/payment/outcome.ts'
import { paymentTexts } from '../../../miniprogram/payment/texts/texts.ts'
import { FakeParts, MISSING, OFFLINE, ORDER } from './fake-parts.ts'
import {
  type BuiltMiniProgram,
  buildForSimulation,
  type Component,
  openPage,
  outcomeAction,
  settled,
  tap,
  textOf,
} from './simulate.ts'

let built: BuiltMiniProgram
beforeAll(async () => {
  built = await buildForSimulation()
})
afterAll(() => built.close())

const open = (name: string, query?: Record<string, string>) => openPage(built, name, query)

const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const
const TO_RESULT = 'redirectTo /pages/result/result?orderRef=TEA-1'
const TO_SHOP = 'reLaunch /pages/catalogue/catalogue'

describe('the cashier', () => {
  const openCashier = () => open('cashier', { orderRef: 'TEA-1', t: 'secret' })
  const payButton = (page: Component) => page.querySelector('.pay')?.querySelector('.pay-button')

  async function endWith(outcome: Outcome, fake = new FakeParts().install()) {
    const page = await openCashier()
    await tap(payButton(page))
    fake.endPay(outcome)
    await settled()
    return { page, fake }
  }

  test('shows the amount of the server and waits for a tap', async () => {
    const fake = new FakeParts().install()
    const page = await openCashier()
    expect(textOf(page)).toContain('¥196.00')
    expect(textOf(payButton(page))).toBe('Pay with WeChat Pay')
    expect(fake.pays).toEqual([])
  })

  test('pays once however often it is tapped, and rests while it pays', async () => {
    const fake = new FakeParts().install()
    const page = await openCashier()
    for (let taps = 0; taps < 3; taps += 1) await tap(payButton(page))
    expect(fake.pays).toEqual([{ orderRef: 'TEA-1', checkoutToken: 'secret' }])
    expect(textOf(payButton(page))).toBe('Paying')
    expect(payButton(page)?.dom.className).toContain('resting')
  })

  test('coming back to it while it pays begins nothing else', async () => {
    const fake = new FakeParts().install()
    const page = await openCashier()
    await tap(payButton(page))
    const before = fake.resumes.length
    page.instance['onShow']?.()
    await settled()
    expect(fake.resumes).toHaveLength(before)
    expect(textOf(payButton(page))).toBe('Paying')
  })

  test.each(['paid', 'closed'] as const)(
    'goes to the result once the order is %s',
    async (kind) => {
      const { fake } = await endWith({ kind, why: null })
      expect(fake.went).toEqual([TO_RESULT])
    },
  )

  const screens = LOCALES.flatMap((locale) =>
    (['pending', 'dismissed', 'failed', 'offline', 'missing'] as const).map((kind) => ({
      locale,
      kind,
    })),
  )
  test.each(screens)('shows $kind with its next step ($locale)', async ({ locale, kind }) => {
    const { page, fake } = await endWith({ kind, why: null }, new FakeParts(locale).install())
    const { title, text, main } = paymentTexts(locale).outcomes[kind]
    expect(page.data).toMatchObject({ step: 'outcome', outcome: { kind } })
    for (const words of [title, text, main]) expect(textOf(page)).toContain(words)
    expect(fake.went).toEqual([])
  })

  test('says why it cannot be paid, where the payer can use it', async () => {
    const { page } = await endWith({ kind: 'problem', why: 'simulator' })
    expect(textOf(page)).toContain(paymentTexts('en').why.simulator)
    const { page: other } = await endWith({ kind: 'refused', why: 'providerRejected' })
    expect(textOf(other)).toContain(paymentTexts('en').whyElse)
  })

  test.each([
    ['pending', 'check'],
    ['offline', 'check'],
    ['dismissed', 'pay'],
    ['failed', 'pay'],
    ['problem', 'pay'],
    ['refused', 'leave'],
    ['missing', 'leave'],
  ] as const)('after %s the first button means: %s', async (kind, meaning) => {
    const { page, fake } = await endWith({ kind, why: null })
    const before = { pays: fake.pays.length, resumes: fake.resumes.length }
    await tap(outcomeAction(page, 'main'))
    await settled()
    expect({
      pay: fake.pays.length > before.pays,
      check: fake.resumes.length > before.resumes,
      leave: fake.went.includes(TO_SHOP),
    }).toEqual({ pay: meaning === 'pay', check: meaning === 'check', leave: meaning === 'leave' })
  })

  test('an answer that comes after the payer has left leads nowhere', async () => {
    const fake = new FakeParts().install()
    const page = await openCashier()
    await tap(payButton(page))
    page.instance['onUnload']?.()
    fake.endPay({ kind: 'paid', why: null })
    await settled()
    expect(fake.went).toEqual([])
  })

  test('an order paid meanwhile is never offered to be paid again', async () => {
    const fake = new FakeParts().install()
    fake.order = { ...ORDER, status: 'paid' }
    await openCashier()
    expect(fake.went).toEqual([TO_RESULT])
    expect(fake.pays).toEqual([])
  })

  test('a payment left undecided is picked up on entering', async () => {
    const fake = new FakeParts().install()
    fake.resumed = { kind: 'paid', why: null }
    await openCashier()
    expect(fake.went).toEqual([TO_RESULT])
  })

  test.each([
    ['offline', OFFLINE],
    ['missing', MISSING],
  ] as const)('an order that cannot be read is %s', async (kind, error) => {
    const fake = new FakeParts().install()
    fake.order = error
    const page = await openCashier()
    expect(page.data).toMatchObject({ step: 'outcome', outcome: { kind } })
  })

  test.each(['outdated', 'singlePage'] as const)(
    'where nobody can pay (%s), says so instead of a button that fails',
    async (why) => {
      const fake = new FakeParts().install()
      fake.hindrance = { kind: 'refused', why }
      const page = await openCashier()
      expect(textOf(page)).toContain(paymentTexts('en').why[why])
      expect(payButton(page)).toBeUndefined()
    },
  )

  test('an order that is paid is told as paid, also where nobody can pay', async () => {
    const fake = new FakeParts().install()
    fake.hindrance = { kind: 'refused', why: 'outdated' }
    fake.order = { ...ORDER, status: 'paid' }
    await openCashier()
    expect(fake.went).toEqual([TO_RESULT])
  })

  describe('opened from a page in a web-view', () => {
    const fromWebView = () => {
      const fake = new FakeParts().install()
      fake.stack = ['pages/web/web', 'pages/cashier/cashier']
      return fake
    }

    test.each(['paid', 'closed'] as const)('goes back to that page once %s', async (kind) => {
      const { fake } = await endWith({ kind, why: null }, fromWebView())
      expect(fake.went).toEqual(['navigateBack'])
    })

    test('stays while it is not decided, and goes back when it is left', async () => {
      const { page, fake } = await endWith({ kind: 'failed', why: null }, fromWebView())
      expect(fake.went).toEqual([])
      await tap(outcomeAction(page, 'other'))
      expect(fake.went).toEqual(['navigateBack'])
    })

    test('pays with the token of the link', async () => {
      const { fake } = await endWith({ kind: 'pending', why: null }, fromWebView())
      expect(fake.pays).toEqual([{ orderRef: 'TEA-1', checkoutToken: 'secret' }])
    })
  })
})
