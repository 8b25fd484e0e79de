import { payerFrom } from '../domain/identity.ts'
import { chooseApp } from './apps.ts'
import type { OpenedSession, Sessions } from './sessions.ts'
import type { WechatApp, WechatClient } from './wechat-client.ts'

/**
 * Turns the code of `wx.login` into a session of the payer behind it. The openid comes from WeChat
 * alone; no client ever states one. Throws IdentityError: `invalidRequest` for an app that is not
 * ours, and where WeChat refuses or is away.
 */
export function createMiniProgramLogin(deps: {
  apps: readonly WechatApp[]
  wechat: WechatClient
  sessions: Sessions
}): (login: { appId: string; loginCode: string }) => Promise<OpenedSession> {
  const { apps, wechat, sessions } = deps
  return async ({ appId, loginCode }) => {
    const app = chooseApp(apps, { kind: 'miniProgram', appId })
    const { openid } = await wechat.codeToSession(app, loginCode)
    const payer = payerFrom<'miniProgram'>(app.appId, openid)
    return await sessions.open({ payer, orderRef: null })
  }
}
