import type { Bridge } from '../client/types.ts'
import { bridgeByAction } from './by-action.ts'
import { unavailable } from './unavailable.ts'

/**
 * Leaves for the provider's page. The payer comes back to a new page, which calls `resume()`.
 *
 * @param assign `(url) => window.location.assign(url)`
 */
export function createRedirectBridge(assign: (url: string) => void): Bridge {
  return bridgeByAction({
    redirect: {
      async invoke({ url }) {
        // The address comes from a provider: it must not run as a script of this page.
        if (!/^(https?|weixin):\/\//i.test(url)) return unavailable('unsupportedAction', url)
        assign(url)
        return { surface: 'none' }
      },
    },
  })
}
