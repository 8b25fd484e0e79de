import { type Clock, sleep } from '../../shared/clock.ts'
import { payerFrom } from '../domain/identity.ts'
import { equalInConstantTime, sha256Hex } from '../platform/hash.ts'
import type { Ids } from '../platform/ids.ts'
import type { LoginState, Store } from '../store/store.ts'
import { chooseApp } from './apps.ts'
import { IdentityError } from './errors.ts'
import { safeReturnPath } from './return-path.ts'
import type { OpenedSession, Sessions } from './sessions.ts'
import type { WechatApp, WechatClient } from './wechat-client.ts'
import { CODE_USED } from './wechat-errors.ts'

/**
 * The way through WeChat's OAuth2 (`snsapi_base`: silent, openid only) and back. Each round trip is
 * a row: its state is unguessable, belongs to one browser, and keeps the payer that the first
 * callback found, because WeChat loads callbacks twice and a code works once.
 * Source: developers.weixin.qq.com, "Web authorisation".
 */
export interface OfficialAccountLogin {
  /** Where the browser goes now. Throws IdentityError `invalidRequest`. */
  start(wish: {
    appId: string | undefined
    returnTo: string
    /** What the browser's login cookie holds, if it has one. */
    browserSecret: string | undefined
  }): Promise<{ authorizeUrl: string; browserSecret: string; browserSecretMaxAgeMs: number }>
  /**
   * The payer's session, and the clean address to go on to. Throws IdentityError `loginCodeInvalid`
   * (not the round trip of this browser), `sessionExpired` (took too long), `snapshotUser`, and
   * what WeChat itself refuses.
   */
  finish(callback: {
    code: string | undefined
    state: string
    browserSecret: string | undefined
  }): Promise<{ session: OpenedSession; returnTo: string }>
}

export const CALLBACK_PATH = '/v1/login/officialAccount/callback'
export const WECHAT_AUTHORIZE_URL = 'https://open.weixin.qq.com/connect/oauth2/authorize'

/** A code lives five minutes; a person on a slow line may need two of them. */
const ROUND_TRIP_MS = 10 * 60 * 1_000
/** Another process may be about to store the payer whose code it used up. */
const LOOK_AGAIN_MS = [100, 300, 600, 1_000, 2_000]

interface Deps {
  readonly apps: readonly WechatApp[]
  readonly wechat: WechatClient
  readonly sessions: Sessions
  readonly store: Pick<Store, 'transaction'>
  readonly ids: Ids
  readonly clock: Clock
  readonly publicUrl: string
  /** What the paths of allowed return addresses start with, such as `/pay/`. */
  readonly returnPaths: readonly string[]
  /** WeChat's own page unless given. */
  readonly authorizeUrl?: string
}

type Payer = NonNullable<LoginState['payer']>

export function createOfficialAccountLogin(deps: Deps): OfficialAccountLogin {
  /** Exchanges of this process by state: both loads of one callback share one. */
  const running = new Map<string, Promise<Payer>>()

  const payerOnce = (row: LoginState, code: string): Promise<Payer> => {
    const already = running.get(row.stateHash)
    if (already) return already
    const exchange = learnPayer(deps, row, code).finally(() => running.delete(row.stateHash))
    running.set(row.stateHash, exchange)
    return exchange
  }

  return {
    start: (wish) => start(deps, wish),
    async finish({ code, state, browserSecret }) {
      const row = await findState(deps, state)
      if (!row || !belongsTo(row, browserSecret)) throw notThisBrowser()
      if (row.expiresAtMs <= deps.clock.nowMs()) throw tookTooLong()
      if (!row.payer && code === undefined) throw new IdentityError({ code: 'loginCodeInvalid' })
      const payer = row.payer ?? (await payerOnce(row, code ?? ''))
      const session = await deps.sessions.open({ payer, orderRef: null })
      return { session, returnTo: row.returnTo }
    },
  }
}

const start = async (
  deps: Deps,
  wish: Parameters<OfficialAccountLogin['start']>[0],
): ReturnType<OfficialAccountLogin['start']> => {
  const app = chooseApp(deps.apps, { kind: 'officialAccount', appId: wish.appId })
  const returnTo = safeReturnPath(wish.returnTo, deps.returnPaths)
  if (returnTo === undefined) {
    const paths = deps.returnPaths.join(', ')
    const detail = `returnTo must be a path of this server that starts with one of ${paths}.`
    throw new IdentityError({ code: 'invalidRequest', detail })
  }
  // One secret per browser, so that two tabs that log in at once do not break each other.
  const browserSecret = wish.browserSecret ?? deps.ids.secret()
  // WeChat takes letters and digits only, which base64url is not.
  const state = sha256Hex(deps.ids.secret())
  const row: LoginState = {
    stateHash: sha256Hex(state),
    browserHash: sha256Hex(browserSecret),
    appId: app.appId,
    returnTo,
    payer: null,
    expiresAtMs: deps.clock.nowMs() + ROUND_TRIP_MS,
  }
  await deps.store.transaction((tx) => tx.insertLoginState(row))
  const authorizeUrl = authorizeUrlFor(deps, app.appId, state)
  return { authorizeUrl, browserSecret, browserSecretMaxAgeMs: ROUND_TRIP_MS }
}

/** Some clients refuse another order of parameters, or a missing fragment. */
function authorizeUrlFor(deps: Deps, appId: string, state: string): string {
  const { authorizeUrl = WECHAT_AUTHORIZE_URL, publicUrl } = deps
  const redirectUri = encodeURIComponent(publicUrl + CALLBACK_PATH)
  const query = [
    `appid=${encodeURIComponent(appId)}`,
    `redirect_uri=${redirectUri}`,
    'response_type=code',
    'scope=snsapi_base',
    `state=${state}`,
  ].join('&')
  return `${authorizeUrl}?${query}#wechat_redirect`
}

async function learnPayer(deps: Deps, row: LoginState, code: string): Promise<Payer> {
  const app = chooseApp(deps.apps, { kind: 'officialAccount', appId: row.appId })
  try {
    const { openid, snapshot } = await deps.wechat.codeToWebIdentity(app, code)
    if (snapshot) throw new IdentityError({ code: 'snapshotUser' })
    const payer = payerFrom<'officialAccount'>(app.appId, openid)
    return await keepFirst(deps, row.stateHash, payer)
  } catch (error) {
    if (!(error instanceof IdentityError) || error.errcode !== CODE_USED) throw error
    const payer = await payerOfOtherLoad(deps, row.stateHash)
    if (!payer) throw error
    return payer
  }
}

function keepFirst(deps: Deps, stateHash: string, payer: Payer): Promise<Payer> {
  return deps.store.transaction(async (tx) => {
    const row = await tx.lockLoginState(stateHash)
    if (row?.payer) return row.payer
    if (row) await tx.updateLoginState({ ...row, payer })
    return payer
  })
}

async function payerOfOtherLoad(deps: Deps, stateHash: string): Promise<Payer | null> {
  for (const delayMs of [0, ...LOOK_AGAIN_MS]) {
    // oxlint-disable-next-line no-await-in-loop -- looks follow each other
    if (delayMs > 0) await sleep(deps.clock, delayMs)
    // oxlint-disable-next-line no-await-in-loop -- looks follow each other
    const row = await deps.store.transaction((tx) => tx.lockLoginState(stateHash))
    if (row?.payer) return row.payer
  }
  return null
}

function findState(deps: Deps, state: string): Promise<LoginState | undefined> {
  return deps.store.transaction((tx) => tx.lockLoginState(sha256Hex(state)))
}

function belongsTo(row: LoginState, browserSecret: string | undefined): boolean {
  if (browserSecret === undefined) return false
  return equalInConstantTime(sha256Hex(browserSecret), row.browserHash)
}

function notThisBrowser(): IdentityError {
  const detail = 'This login was not started in this browser. Open the order again.'
  return new IdentityError({ code: 'loginCodeInvalid', detail })
}

function tookTooLong(): IdentityError {
  const detail = 'This login took too long. Open the order again; it is still there.'
  return new IdentityError({ code: 'sessionExpired', detail })
}
