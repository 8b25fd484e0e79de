import { checkCall } from '../../../sandbox/wechat/pay/checks.ts'
import type { PayParams } from '../../../shared/contract/client-action.ts'
import { appIdOf, type Simulated } from './simulated.ts'

/** What WeChat's cashier makes of parameters that a page or program of Li Wei's hands to it. */
export function cashierOf({ sandbox, clock }: Simulated) {
  const { platform: book, registry, people } = sandbox.wechat
  return (surface: 'miniProgram' | 'officialAccount', payParams: PayParams) =>
    checkCall(
      { surface, appId: appIdOf(surface), person: 'li-wei', params: { ...payParams } },
      { book, registry, people, nowMs: clock.nowMs() },
    )
}
