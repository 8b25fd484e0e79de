import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/index.ts'
import { freePort } from '../../scripts/free-port.ts'
import { connectWebhooks } from '../../scripts/sandbox-accounts.ts'
import { sandboxConfig } from '../../scripts/sandbox-config.ts'
import type { ToolkitConfigInput } from '../../server/config.ts'
import { type Balancer, openBalancer } from './balancer.ts'
import { bundleServer } from './bundled-server.ts'

/** Where servers run side by side: counterparties, a folder, and one address in front of them. */
export interface Place {
  readonly folder: string
  /** The server to run: its sources as one file, because it is started so often. */
  readonly script: string
  readonly sandbox: Sandbox
  readonly balancer: Balancer
  /** The configuration of one server; all of them tell the world the balancer's address. */
  readonly configAt: (port: number) => ToolkitConfigInput
  /** Closed with the place, the last one first. */
  later(close: () => unknown): void
  close(): Promise<void>
}

/** The counterparties live in this process, and are never killed. Throws with nothing left running. */
export async function openPlace(
  seed: string,
  databaseIn: (folder: string) => NonNullable<ToolkitConfigInput['database']>,
  world: Pick<SandboxOptions, 'transport'> = {},
): Promise<Place> {
  const closing: (() => unknown)[] = []
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end()
  }
  try {
    const folder = mkdtempSync(join(tmpdir(), 'wechat-pay-crashes-'))
    closing.push(() => rmSync(folder, { recursive: true, force: true }))
    const script = await bundleServer(join(folder, 'server'))
    const sandbox = await createSandbox({ ...world, seed })
    closing.push(() => sandbox.close())
    const balancer = await openBalancer(await freePort())
    closing.push(() => balancer.close())
    connectWebhooks(sandbox, balancer.url)
    const shared = { publicUrl: balancer.url, database: databaseIn(folder) }
    return {
      folder,
      script,
      sandbox,
      balancer,
      configAt: (port) => sandboxConfig(sandbox, { ...shared, port }),
      later: (end) => closing.push(end),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
