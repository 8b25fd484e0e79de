import { cp, mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  buildClientPackage,
  CLIENT_PACKAGE,
  installClientPackage,
} from '../../scripts/miniprogram/client-package.ts'
import { root } from './source-files.ts'

export const CONSUMER = 'tools/mini-program-consumer/program'

/** Somebody else's Mini Program, with the package where WeChat's npm build puts it. */
export async function buildConsumerProgram(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'consumer-'))
  const miniprogram = path.join(folder, 'program')
  await cp(path.join(root, CONSUMER), miniprogram, { recursive: true })
  const built = path.join(folder, CLIENT_PACKAGE)
  const { dist } = await buildClientPackage({ root, folder: built, version: '0.0.0' })
  await installClientPackage({ folder: built, dist, miniprogram })
  return miniprogram
}
