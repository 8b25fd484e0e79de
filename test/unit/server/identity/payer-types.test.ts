import { describe, expect, test } from 'vitest'
import { type Openid, type Payer, payerFrom } from '../../../../server/domain/identity.ts'
import type { WechatApp, WechatClient } from '../../../../server/identity/wechat-client.ts'
import { MINI, OFFICIAL } from './harness.ts'

/** The compiler is the test here: a mistake that it lets pass makes its line an error. */
describe('an openid of one kind of app is no openid of the other', () => {
  const mini = payerFrom<'miniProgram'>('wx-mini', 'o-liwei')
  const official = payerFrom<'officialAccount'>('wx-official', 'o-oa')

  const payInMiniProgram = (payer: Payer<'miniProgram'>) => payer.openid
  const payOnPage = (payer: Payer<'officialAccount'>) => payer.openid

  test('payers keep to their kind', () => {
    expect(payInMiniProgram(mini)).toBe('o-liwei')
    expect(payOnPage(official)).toBe('o-oa')
    // @ts-expect-error -- a page's payer in the Mini Program
    payInMiniProgram(official)
    // @ts-expect-error -- the Mini Program's payer on a page
    payOnPage(mini)
    // @ts-expect-error -- an openid beside the appId of the other kind
    payInMiniProgram({ appId: mini.appId, openid: official.openid })
    // @ts-expect-error -- plain strings are nobody's openid
    payInMiniProgram({ appId: 'wx-mini', openid: 'o-liwei' })
    // @ts-expect-error -- an appId is no openid
    const openid: Openid<'miniProgram'> = mini.appId
    expect(openid).toBe('wx-mini')
  })

  test('codes go to the app that they are for', () => {
    const exchange = (
      client: Pick<WechatClient, 'codeToSession' | 'codeToWebIdentity'>,
      app: WechatApp,
    ) => [
      () => client.codeToSession(MINI, 'code'),
      () => client.codeToWebIdentity(OFFICIAL, 'code'),
      // @ts-expect-error -- the code of a page at the endpoint of Mini Programs
      () => client.codeToSession(OFFICIAL, 'code'),
      // @ts-expect-error -- the code of a Mini Program at the endpoint of pages
      () => client.codeToWebIdentity(MINI, 'code'),
      // @ts-expect-error -- an app whose kind nobody looked at
      () => client.codeToSession(app, 'code'),
    ]
    expect(exchange).toBeTypeOf('function')
  })
})
