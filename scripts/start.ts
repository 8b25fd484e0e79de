import { parseArgs } from 'node:util'
import { PROVIDER_KEYS, type ProviderKey } from '../sandbox/providers/index.ts'
import { loadPages } from '../server/http/page-assets.ts'
import { freePort } from './free-port.ts'
import { startStack } from './stack.ts'

const { values } = parseArgs({ options: { miniprogram: { type: 'string' } } })

/**
 * `npm start`: toolkit, sandbox, tea shop and phone on this machine, with no question asked. The
 * toolkit keeps its books in ./data; the sandbox forgets its own when it stops. A port that is taken
 * is replaced by a free one. `--miniprogram <folder>` puts another Mini Program into the phone.
 */
// Here, in words for people: the server would say it in its log.
await loadPages((message) => process.stdout.write(`  ${message}\n`))
const stack = await startStack({
  ports: {
    merchant: await freePort(3000),
    toolkit: await freePort(3001),
    shop: await freePort(3005),
  },
  sandbox: {
    ports: {
      wechat: await freePort(4000),
      browser: await freePort(4001),
      control: await freePort(4100),
      ...(await providerPorts()),
    },
  },
  database: { kind: 'sqlite', path: 'data/toolkit.db' },
  phone: true,
  ...(values.miniprogram === undefined ? {} : { miniprogram: values.miniprogram }),
})

const { urls } = stack.sandbox
process.stdout.write(`
  WeChat Pay toolkit, against its own sandbox. No real money moves.

  The phone         ${urls.phone}/
                    WeChat with the tea shop in it: Mini Program and Official Account
  The shop          ${stack.url}/shop
                    the same shop in a desktop or phone browser
  The toolkit       ${stack.url}/readyz
  The webhooks      ${stack.url}/shop/webhooks
                    what the shop was told, each checked by its signature
  The controls      ${urls.control}/state
                    faults, clock, books and notifications of the counterparties

  Ctrl+C stops everything.
`)

async function providerPorts(): Promise<Partial<Record<ProviderKey, number>>> {
  const ports: Partial<Record<ProviderKey, number>> = {}
  for (const [index, key] of PROVIDER_KEYS.entries()) ports[key] = await freePort(4101 + index)
  return ports
}

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1)
    stopping = true
    stack.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
}
