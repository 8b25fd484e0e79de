import type { Random } from '../../sandbox/random.ts'
import { resolveConfig, type ToolkitConfigInput } from '../../server/config.ts'
import { createToolkit } from '../../server/toolkit.ts'
import type { Line, Shop } from './customer.ts'
import { live } from './stories.ts'

export interface Load {
  /** Lets nobody come in any more, and resolves when everybody is gone. */
  end(): Promise<void>
}

/** Keeps so many customers in the shop: whenever one leaves, the next comes in. */
export function startLoad(
  shop: Shop,
  options: { readonly lines: readonly Line[]; readonly random: Random; readonly customers: number },
): Load {
  const { lines, random } = options
  let open = true
  let count = 0
  const queue = async () => {
    while (open) {
      count += 1
      const orderRef = `crash-${count}`
      await live(shop, lines, { orderRef, random: random.fork(orderRef) })
    }
  }
  const all = Promise.all(Array.from({ length: options.customers }, queue))
  // A defect of a story is heard of at the end, and does not end the process before.
  all.catch(() => undefined)
  return {
    async end() {
      open = false
      await all
    },
  }
}

/** Every account with every scene it serves, in the shop's currency or in one that it takes. */
export async function linesOf(config: ToolkitConfigInput): Promise<readonly Line[]> {
  const inMemory = { kind: 'sqlite', path: ':memory:' } as const
  const toolkit = await createToolkit(resolveConfig({ ...config, database: inMemory }, {}))
  try {
    return toolkit.deps.accounts.all().flatMap(({ provider: { accountId, capabilities } }) => {
      const { currencies, scenes } = capabilities
      const takesOurs = currencies === 'any' || currencies.includes('CNY')
      const currency = takesOurs ? 'CNY' : (currencies[0] ?? 'CNY')
      return scenes.map((scene) => ({ accountId, scene, currency }))
    })
  } finally {
    await toolkit.close()
  }
}
