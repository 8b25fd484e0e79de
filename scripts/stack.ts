import { createAdjustableClock, type SandboxClock } from '../sandbox/clock.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../sandbox/index.ts'
import { createRandom } from '../sandbox/random.ts'
import { createTeaShop, type TeaShop } from '../sandbox/tea-shop/index.ts'
import { resolveConfig, type ToolkitConfigInput } from '../server/config.ts'
import { createToolkit, type Toolkit, type ToolkitParts } from '../server/toolkit.ts'
import { freePort } from './free-port.ts'
import { connectWebhooks, SANDBOX_API_KEY, sandboxConfig } from './sandbox-config.ts'

export interface StackOptions {
  /** The toolkit's port, and the shop's; free ones where missing. */
  readonly ports?: { readonly toolkit?: number; readonly shop?: number }
  readonly database?: ToolkitConfigInput['database']
  readonly sandbox?: Omit<SandboxOptions, 'clock'>
  readonly config?: Partial<ToolkitConfigInput>
  readonly parts?: Omit<ToolkitParts, 'clock'>
}

/** The whole line on one machine and on one clock: toolkit, counterparties, and a merchant. */
export interface Stack {
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
    const clock = createAdjustableClock()
    running.push(() => clock.close())
    const sandbox = await createSandbox({ ...options.sandbox, clock })
    running.push(() => sandbox.close())
    const port = options.ports?.toolkit ?? (await freePort())
    const publicUrl = `http://127.0.0.1:${port}`
    const database = options.database ?? { kind: 'sqlite', path: ':memory:' }
    const config = resolveConfig(
      { ...sandboxConfig(sandbox.urls, { publicUrl, port, database }), ...options.config },
      {},
    )
    const toolkit = await createToolkit(config, { ...options.parts, clock })
    running.push(() => toolkit.close())
    const url = await toolkit.listen()
    connectWebhooks(sandbox, publicUrl)
    sandbox.wechat.browser.setUpstream(publicUrl)
    const shop = await createTeaShop({
      toolkitUrl: publicUrl,
      apiKey: SANDBOX_API_KEY,
      clock,
      random: createRandom(sandbox.seed).fork('tea-shop'),
      port: options.ports?.shop ?? 0,
    })
    running.push(() => shop.close())
    return { url, toolkit, sandbox, shop, clock, close }
  } catch (error) {
    await close()
    throw error
  }
}
