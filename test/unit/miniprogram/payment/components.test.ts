import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { paymentTexts } from '../../../../miniprogram/payment/texts/texts.ts'
import {
  type BuiltMiniProgram,
  buildForSimulation,
  type Component,
  tap,
  textOf,
} from '../simulate.ts'

let built: BuiltMiniProgram
beforeAll(async () => {
  built = await buildForSimulation()
})
afterAll(() => built.close())

const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const

const panelOf = (result: Component) => result.querySelector('.panel')
const actionsOf = (result: Component) => panelOf(result)?.querySelectorAll('.action') ?? []

/** The events that a component says, each with its detail, in order. */
function listen(component: Component, ...names: string[]): unknown[] {
  const heard: unknown[] = []
  for (const name of names) {
    component.addEventListener(name, ({ detail }) => heard.push([name, detail]))
  }
  return heard
}

describe('a pay button', () => {
  const aButton = (properties: object) => built.show('payment/pay-button/pay-button', properties)

  test.each(LOCALES)('has words for every step (%s)', (locale) => {
    const { button } = paymentTexts(locale)
    const words = (['ready', 'loading', 'paying', 'confirming'] as const).map((step) =>
      textOf(aButton({ step, locale })),
    )
    expect(words).toEqual([button.ready, button.loading, button.paying, button.confirming])
  })

  test('names the amount where it has one, and says what the page wants it to', () => {
    expect(textOf(aButton({ value: 12_800, locale: 'en' }))).toBe('Pay ¥128.00')
    expect(textOf(aButton({ text: 'Deposit', value: 12_800 }))).toBe('Deposit')
    expect(textOf(aButton({ text: 'Deposit', step: 'paying', locale: 'en' }))).toBe('Paying')
  })

  test.each([
    [{ step: 'ready' }, 1],
    [{ step: 'ready', disabled: true }, 0],
    [{ step: 'loading' }, 0],
    [{ step: 'paying' }, 0],
    [{ step: 'confirming' }, 0],
  ])('%j answers a tap %i times', async (properties, times) => {
    const button = aButton(properties)
    const heard = listen(button, 'pay')
    await tap(button.querySelector('.pay-button'))
    expect(heard).toHaveLength(times)
  })
})

describe('a payment result', () => {
  const aResult = (properties: object) =>
    built.show('payment/payment-result/payment-result', properties)
  const outcomes = LOCALES.flatMap((locale) =>
    Object.entries(paymentTexts(locale).outcomes).map(([kind, words]) => ({ locale, kind, words })),
  )

  test.each(outcomes)('$kind has its own sign, words and next step ($locale)', (one) => {
    const { kind, locale, words } = one
    const result = aResult({ kind, locale })
    expect(result.dom.innerHTML).toContain(`verdict-${kind}`)
    expect(textOf(panelOf(result)?.querySelector('.heading'))).toBe(words.title)
    expect(textOf(panelOf(result)?.querySelector('.text'))).toBe(
      words.text || paymentTexts(locale).whyElse,
    )
    const buttons = actionsOf(result).map(textOf)
    expect(buttons).toEqual([words.main, words.other].filter(Boolean))
  })

  test.each([
    ['paid', ['leave']],
    ['pending', ['check', 'leave']],
    ['dismissed', ['pay', 'check']],
    ['failed', ['pay', 'leave']],
    ['closed', ['leave']],
    ['offline', ['check', 'leave']],
    ['problem', ['pay', 'leave']],
    ['refused', ['leave']],
    ['missing', ['leave']],
  ])('the buttons of %s mean %j', async (kind, meanings) => {
    const result = aResult({ kind })
    const heard = listen(result, 'pay', 'check', 'leave')
    for (const action of actionsOf(result)) await tap(action)
    expect(heard).toEqual(meanings.map((name) => [name, { kind }]))
  })

  test('what may have been paid never offers to pay again', async () => {
    for (const kind of ['paid', 'pending', 'offline']) {
      const result = aResult({ kind })
      const heard = listen(result, 'pay')
      for (const action of actionsOf(result)) await tap(action)
      expect(heard).toEqual([])
    }
  })

  test('says why, takes other words, and names the amount', () => {
    const told = aResult({ kind: 'refused', why: 'outdated', locale: 'en', value: 5 })
    expect(textOf(told)).toContain(paymentTexts('en').why.outdated)
    expect(textOf(told)).toContain('¥0.05')
    const own = aResult({ kind: 'paid', heading: 'Danke', text: 'Bis bald', main: 'Fertig' })
    expect(textOf(own)).toMatch(/^Danke ?Bis bald ?Fertig$/)
  })

  test('its buttons rest while something is under way', async () => {
    const result = aResult({ kind: 'dismissed', busy: true })
    const heard = listen(result, 'pay', 'check', 'leave')
    for (const action of actionsOf(result)) await tap(action)
    expect(heard).toEqual([])
  })
})
