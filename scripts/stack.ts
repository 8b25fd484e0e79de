import { join } from 'node:path'
import { createAdjustableClock, type SandboxClock } from '../sandbox/clock.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../sandbox/index.ts'
import { createPhoneHandler } from '../sandbox/phone/server.ts'
import { createRandom } from '../sandbox/random.ts'
import { createTeaShop, type TeaShop, type TeaShopOptions } from '../sandbox/tea-shop/index.ts'
import { TEA_SHOP_APPS } from '../sandbox/wechat/apps.ts'
import { resolveConfig, type ToolkitConfigInput } from '../server/config.ts'
import { createToolkit, type Toolkit, type ToolkitParts } from '../server/toolkit.ts'
import { freePort } from './free-port.ts'
import { openFrontDoor } from './front-door.ts'
import { connectWebhooks } from './sandbox-accounts.ts'
import { SANDBOX_API_KEY, SANDBOX_WEBHOOK_SECRET, sandboxConfig } from './sandbox-config.ts'
import { connectShop } from './shop-webhooks.ts'

export interface StackOptions {
  /** Of the merchant's address, and of the toolkit behind it; free ones where missing. */
  readonly ports?: { readonly merchant?: number; readonly toolkit?: number; readonly shop?: number }
  readonly database?: ToolkitConfigInput['database']
  readonly sandbox?: Omit<SandboxOptions, 'clock'>
  /** The only provider accounts, in order of preference; all of the sandbox's where missing. */
  readonly accounts?: readonly string[]
  readonly config?: Partial<ToolkitConfigInput>
  readonly parts?: Omit<ToolkitParts, 'clock'>
  /** Builds the phone too, which takes a second. */
  readonly phone?: boolean
  /** Folder of the Mini Program in it, with its app.json; the tea shop's where missing. */
  readonly miniprogram?: string
}

/** The whole line on one machine and on one clock: toolkit, counterparties, and a merchant. */
export interface Stack {
  /** The merchant's one address: shop and toolkit. */
  readonly url: string
  readonly toolkit: Toolkit
  readonly sandbox: Sandbox
  readonly shop: TeaShop
  readonly clock: SandboxClock
  close(): Promise<void>
}

/** Starts the line; nothing is left running when one of its parts cannot start. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const running: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const end of running.splice(0).toReversed()) await end()
  }
  try {
    return { ...(await start(options, running)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  options: StackOptions,
  running: (() => Promise<void> | void)[],
): Promise<Omit<Stack, 'close'>> {
  const clock = createAdjustableClock()
  running.push(() => clock.close())
  const sandbox = await createSandbox({ ...options.sandbox, clock })
  running.push(() => sandbox.close())
  const toolkitPort = options.ports?.toolkit ?? (await freePort())
  const port = options.ports?.merchant ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const shop = await createTeaShop({
    toolkitUrl: url,
    apiKey: SANDBOX_API_KEY,
    webhookSecret: SANDBOX_WEBHOOK_SECRET,
    clock,
    random: createRandom(sandbox.seed).fork('tea-shop'),
    ...shopLogin(sandbox),
    port: options.ports?.shop ?? 0,
  })
  running.push(() => shop.close())
  const door = await openFrontDoor({
    port,
    shop: () => shop.url,
    toolkit: () => `http://127.0.0.1:${toolkitPort}`,
  })
  running.push(() => door.close())
  const place = { publicUrl: url, port: toolkitPort, database: options.database ?? IN_MEMORY }
  const config = resolveConfig({ ...configOf(sandbox, place, options), ...options.config }, {})
  const toolkit = await createToolkit(config, { ...options.parts, clock })
  running.push(() => toolkit.close())
  await toolkit.listen()
  connectWebhooks(sandbox, url)
  await connectShop(url, shop.url)
  sandbox.wechat.browser.setUpstream(url)
  if (options.phone) await mountPhone(sandbox, url, options.miniprogram ?? TEA_SHOP)
  return { url, toolkit, sandbox, shop, clock }
}

/** The shop knows its payers by a login of its own, as the owner of the Mini Program. */
function shopLogin(sandbox: Sandbox): Pick<TeaShopOptions, 'wechat'> {
  const app = TEA_SHOP_APPS.find(({ kind }) => kind === 'miniProgram')
  if (!app) return {}
  return { wechat: { apiUrl: sandbox.wechat.url, appId: app.appId, secret: app.secret } }
}

function configOf(
  sandbox: Sandbox,
  place: Parameters<typeof sandboxConfig>[1],
  { accounts: wanted }: StackOptions,
): ToolkitConfigInput {
  const config = sandboxConfig(sandbox, place)
  if (!wanted) return config
  const accounts = wanted.map((name) => {
    const account = config.accounts?.find(({ accountId }) => accountId === name)
    if (!account) throw new Error(`the sandbox has no account ${name}`)
    return account
  })
  return { ...config, accounts }
}

const IN_MEMORY = { kind: 'sqlite', path: ':memory:' } as const

const TEA_SHOP = join(import.meta.dirname, '..', 'miniprogram')

async function mountPhone(sandbox: Sandbox, url: string, miniprogramDir: string): Promise<void> {
  const app = TEA_SHOP_APPS.find(({ kind }) => kind === 'miniProgram')
  const phone = await createPhoneHandler({
    miniprogramDir,
    appId: app?.appId ?? '',
    ...(app ? { miniProgramName: app.name } : {}),
    addresses: () => ({
      officialAccountUrl: `${url}/shop?lang={lang}`,
      browserOrigin: new URL(sandbox.urls.browser).origin,
      merchantOrigin: url,
      extConfig: { toolkitUrl: url, shopUrl: url },
    }),
  })
  sandbox.wechat.mount('/phone', phone)
}
