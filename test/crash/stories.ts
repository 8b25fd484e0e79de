import type { Random } from '../../sandbox/random.ts'
import { Customer, endOfStory, type Line, type Shop } from './customer.ts'

/**
 * What customers and merchants do to each other, all of it allowed: pay with impatient fingers, pay in
 * two tabs, leave the cashier and come back another way, never come, have an order closed under
 * their hands, and give back in parts that together are more than was paid.
 */
type Story = (customer: Customer, line: Line, others: readonly Line[]) => Promise<void>

const STORIES: readonly Story[] = [
  payAndRefundInParts,
  payAndRefundInParts,
  payTwiceAtOnce,
  payInTwoTabs,
  leaveAndPayAgain,
  closeWhilePaying,
  neverCome,
]

/** One customer from order to end, decided by `random`. */
export async function live(
  shop: Shop,
  lines: readonly Line[],
  { orderRef, random }: { orderRef: string; random: Random },
): Promise<void> {
  const line = pick(lines, random)
  const story = pick(STORIES, random)
  const others = lines.filter(({ currency }) => currency === line.currency)
  const other = [pick(others, random)]
  try {
    await story(new Customer(shop, orderRef), line, other)
  } catch (error) {
    endOfStory(error)
  }
}

function pick<T>(choices: readonly T[], random: Random): T {
  const choice = choices[random.int(choices.length)]
  if (choice === undefined) throw new Error('there is nothing to choose from')
  return choice
}

async function payAndRefundInParts(customer: Customer, line: Line): Promise<void> {
  await customer.order(line)
  const payment = await customer.begin(line, keyOf(customer, line))
  await customer.act(payment, 'pay')
  if ((await customer.verdict(payment)) !== 'paid') return
  const refund = (part: string, value: number) =>
    customer.refund(payment, `refund-${part}-${customer.orderRef}`, value).catch(endOfStory)
  // Together one more than was paid: one of the parts must be refused. One is asked for twice.
  await Promise.all([refund('a', 500), refund('b', 700), refund('c', 800), refund('a', 500)])
}

/** Two fingers, one button: the same key twice at the same moment. */
async function payTwiceAtOnce(customer: Customer, line: Line): Promise<void> {
  await customer.order(line)
  const key = keyOf(customer, line)
  const [payment] = await Promise.all([customer.begin(line, key), customer.begin(line, key)])
  await customer.act(payment, 'pay')
  await customer.verdict(payment)
}

async function payInTwoTabs(customer: Customer, line: Line): Promise<void> {
  await customer.order(line)
  const inTab = async (tab: string) => {
    try {
      const payment = await customer.begin(line, keyOf(customer, line, tab))
      await customer.act(payment, 'pay')
      await customer.verdict(payment)
    } catch (error) {
      endOfStory(error)
    }
  }
  await Promise.all([inTab('left'), inTab('right')])
}

async function leaveAndPayAgain(
  customer: Customer,
  line: Line,
  [other = line]: readonly Line[],
): Promise<void> {
  await customer.order(line)
  const first = await customer.begin(line, keyOf(customer, line))
  await customer.act(first, 'cancel')
  // Elsewhere where that needs no other login and no other key, else the same way again.
  const next = other.scene === line.scene && line.scene !== 'paymentCode' ? other : line
  const second = await customer.begin(next, keyOf(customer, next, 'again'))
  // The first cashier is still open on the other phone.
  await Promise.all([customer.act(second, 'pay'), customer.act(first, 'pay')])
  await customer.verdict(second)
}

async function closeWhilePaying(customer: Customer, line: Line): Promise<void> {
  await customer.order(line)
  const payment = await customer.begin(line, keyOf(customer, line))
  await Promise.all([customer.act(payment, 'pay'), customer.close().catch(endOfStory)])
  await customer.verdict(payment)
}

async function neverCome(customer: Customer, line: Line): Promise<void> {
  await customer.order(line)
  await customer.begin(line, keyOf(customer, line))
}

/** At the till the merchant's key names the order alone. */
function keyOf({ orderRef }: Customer, { scene }: Line, tab = 'view'): string {
  return scene === 'paymentCode' ? `till-${orderRef}` : `${tab}-${orderRef}`
}
