import type { Bridge, BridgeResult } from '../client/types.ts'
import type { ClientAction } from '../contract/client-action.ts'
import { unavailable } from './unavailable.ts'

type Kind = ClientAction['kind']

/** What opens the cashier for one kind of action. Any whole bridge is one. */
interface Opener<K extends Kind> {
  invoke(action: Extract<ClientAction, { kind: K }>): Promise<BridgeResult>
  close?(): void
}

/** One bridge out of several, each for its kind of action; every other kind is unavailable. */
export function bridgeByAction(bridges: { readonly [K in Kind]?: Opener<K> }): Bridge {
  return {
    async invoke(action) {
      const bridge: Bridge | undefined = bridges[action.kind]
      return bridge ? bridge.invoke(action) : unavailable('unsupportedAction', action.kind)
    },
    close() {
      for (const bridge of Object.values(bridges)) if (bridge.close) bridge.close()
    },
  }
}
