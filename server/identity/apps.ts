import type { AppKind } from '../domain/identity.ts'
import { IdentityError } from './errors.ts'
import type { WechatApp } from './wechat-client.ts'

/**
 * The app of this kind that a login names, or the only one there is. Throws IdentityError
 * `invalidRequest` for an app that is not ours or of the other kind, and where several could be
 * meant.
 */
export function chooseApp<Kind extends AppKind>(
  apps: readonly WechatApp[],
  wish: { kind: Kind; appId: string | undefined },
): WechatApp<Kind> {
  const candidates = apps.filter((app): app is WechatApp<Kind> => app.kind === wish.kind)
  const named = candidates.filter((app) => wish.appId === undefined || app.appId === wish.appId)
  const [app, ...others] = named
  if (app && others.length === 0) return app
  if (app) {
    const names = named.map(({ appId }) => appId).join(', ')
    const detail = `appId is needed: one of ${names}.`
    throw new IdentityError({ code: 'invalidRequest', detail })
  }
  const detail =
    wish.appId === undefined
      ? `There is no app of kind ${wish.kind} in the configuration.`
      : `${wish.appId} is not a configured app of kind ${wish.kind}.`
  throw new IdentityError({ code: 'invalidRequest', detail })
}
