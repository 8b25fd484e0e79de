import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newRsaKeyPair } from '../../sandbox/providers/wechat-pay/keys.ts'
import { loadPages } from '../../server/http/page-assets.ts'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import type { Shared } from './world.ts'

/** WeChat's own key, the merchant's, and those after rotations. */
const KEY_PAIRS = 4

/**
 * What all worlds of one process share. Databases lie in memory where the system has a folder for
 * that: a process dies here, never the machine.
 */
export async function createShared(): Promise<Shared & { close(): void }> {
  const folder = mkdtempSync(
    join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wechat-pay-sim-'),
  )
  const template = join(folder, 'template.db')
  const store = createSqliteStore({ path: template })
  await store.migrate()
  await store.close()
  let worlds = 0
  return {
    pages: await loadPages(),
    keyPairs: await Promise.all(Array.from({ length: KEY_PAIRS }, newRsaKeyPair)),
    freshDatabase() {
      // The world before is over.
      for (const ending of ['', '-wal', '-shm'])
        rmSync(join(folder, `${worlds}.db${ending}`), { force: true })
      worlds += 1
      const path = join(folder, `${worlds}.db`)
      copyFileSync(template, path)
      return path
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
