import { describe, expect, test } from 'vitest'
import { planFor } from '../../../../../server/pages/checkout/plan.ts'
import { detectEnvironment } from '../../../../../shared/environment.ts'
import type { Scene } from '../../../../../shared/payment-status.ts'

/** One link, opened everywhere, with every set of provider accounts that makes a difference. */

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const AGENTS = {
  'WeChat on a phone': `${IPHONE} MicroMessenger/8.0.53`,
  'a web-view': `${IPHONE} MicroMessenger/8.0.53 miniProgram/wx1`,
  'WeCom on a phone': `${IPHONE} wxwork/4.1.28 MicroMessenger/7.0.1`,
  'WeCom on a desktop': `${MAC} wxwork/4.1.28 MicroMessenger/7.0.1`,
  'a phone browser': `${IPHONE} Safari/604.1`,
  'a desktop': MAC,
  'WeChat on a desktop': `${MAC} MicroMessenger/6.8 MacWechat/3.8.7`,
} as const
type Where = keyof typeof AGENTS

const ALL: readonly Scene[] = ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb']
const without = (...missing: Scene[]) => ALL.filter((scene) => !missing.includes(scene))

const planAt = (where: Where, scenes: readonly Scene[], hasLink = true) => {
  const plan = planFor(detectEnvironment({ userAgent: AGENTS[where] }), { scenes, hasLink })
  if (plan.kind === 'pay') return `pay ${plan.scene}`
  return plan.codeToo ? `${plan.advice} or code` : plan.advice
}

describe('the same link does the right thing', () => {
  test.each([
    // With an account for everything.
    ['WeChat on a phone', ALL, 'pay officialAccount'],
    ['a web-view', ALL, 'relay or code'],
    ['WeCom on a phone', ALL, 'openInWeChat or code'],
    ['WeCom on a desktop', ALL, 'pay desktopQr'],
    ['a phone browser', ALL, 'pay mobileWeb'],
    ['a desktop', ALL, 'pay desktopQr'],
    ['WeChat on a desktop', ALL, 'pay desktopQr'],
    // Without the one for this place.
    ['WeChat on a phone', without('officialAccount'), 'openInBrowser or code'],
    ['WeChat on a phone', ['desktopQr'], 'pay desktopQr'],
    ['WeChat on a phone', ['miniProgram'], 'nowhere'],
    ['a web-view', without('miniProgram'), 'openInWeChat or code'],
    ['a web-view', ['mobileWeb'], 'openInBrowser'],
    ['a web-view', ['miniProgram'], 'relay'],
    ['WeCom on a phone', ['mobileWeb'], 'openInBrowser'],
    ['WeCom on a phone', ['desktopQr'], 'pay desktopQr'],
    ['a phone browser', without('mobileWeb'), 'openInWeChat or code'],
    ['a phone browser', ['officialAccount'], 'openInWeChat'],
    ['a phone browser', ['desktopQr'], 'pay desktopQr'],
    ['a desktop', without('desktopQr'), 'scanInWeChat'],
    ['a desktop', ['mobileWeb'], 'scanWithPhone'],
    ['WeChat on a desktop', ['officialAccount'], 'scanInWeChat'],
    ['a desktop', [], 'nowhere'],
    ['a phone browser', ['miniProgram'], 'nowhere'],
  ] as const)('%s with %j: %s', (where, scenes, plan) => {
    expect(planAt(where, scenes)).toBe(plan)
  })
})

test('what carries the link is offered only where there is one; the relay needs none', () => {
  expect(planAt('a phone browser', ['officialAccount', 'desktopQr'], false)).toBe('pay desktopQr')
  expect(planAt('a desktop', ['officialAccount'], false)).toBe('nowhere')
  expect(planAt('a web-view', ['miniProgram'], false)).toBe('relay')
})

test('no place is ever asked to pay in a scene that no account serves', () => {
  const sets = [...Array(16).keys()].map((bits) => ALL.filter((_, index) => (bits >> index) & 1))
  for (const userAgent of Object.values(AGENTS)) {
    for (const scenes of sets) {
      const plan = planFor(detectEnvironment({ userAgent }), { scenes, hasLink: true })
      if (plan.kind === 'pay') expect(scenes).toContain(plan.scene)
      else if (plan.codeToo) expect(scenes).toContain('desktopQr')
    }
  }
})
