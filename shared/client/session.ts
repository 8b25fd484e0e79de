import { quietly, singleFlight } from './once.ts'
import type { ClientStorage, Session } from './types.ts'

export interface SessionOptions {
  /** One full login; resolves with the session token. */
  readonly login: () => Promise<string>
  /** Keeps the token across launches. A store that throws costs only a login at every launch. */
  readonly storage?: ClientStorage
  /** Default `wechat-pay-session`. */
  readonly storageKey?: string
}

/** A session by token: logs in when first needed and when refused, one login at a time. */
export function createSession(options: SessionOptions): Session {
  const { login, storage, storageKey = 'wechat-pay-session' } = options
  let token = quietly(() => storage?.get(storageKey)) || ''

  const [logIn] = singleFlight(async () => {
    // Who asks meanwhile waits for the new one.
    token = ''
    token = await login()
    quietly(() => storage?.set(storageKey, token))
    return token
  })

  return {
    token: async () => token || logIn(),
    // Another request may have renewed it meanwhile: its token is as good as a new one.
    renew: async (refused) => (token !== refused && token) || logIn(),
  }
}
