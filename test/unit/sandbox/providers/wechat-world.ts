import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createRandom } from '../../../../sandbox/random.ts'
import { createRegistry, TEA_SHOP_APPS } from '../../../../sandbox/wechat/apps.ts'
import { createPrepayBook } from '../../../../sandbox/wechat/pay/book.ts'
import { createPeople, PERSONAS } from '../../../../sandbox/wechat/people.ts'

export const START_MS = Date.UTC(2026, 5, 24, 8, 15)

/** WeChat's real book and wallets without its servers, on a clock that stands still. */
export function wechatWorld(seed: string) {
  const clock = new VirtualClock(START_MS)
  const random = createRandom(seed)
  const registry = createRegistry(TEA_SHOP_APPS, [])
  const people = createPeople(PERSONAS, registry)
  const wechat = createPrepayBook({
    clock,
    random: random.fork('wechat'),
    registry,
    people,
    origin: () => 'http://wechat.test',
  })
  const walletPay = (prepayId: string, person?: string) => void wechat.payAs(prepayId, person)
  return { clock, random, people, wechat, walletPay }
}
