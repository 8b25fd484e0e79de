import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../../support/source-files.ts'

/** A copy of what makes the pages, so that it can be changed; each start is a process of its own. */
let place: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'pages-'))
  const copied = ['server/http', 'server/pages', 'shared', 'package.json', 'tsconfig.base.json']
  const sourcesOnly = (path: string) => !path.endsWith('dist')
  await mkdir(join(place, 'server'))
  for (const path of copied) {
    await cp(join(root, path), join(place, path), { recursive: true, filter: sourcesOnly })
  }
  await mkdir(join(place, 'node_modules'))
  // Production dependencies only, to begin with.
  for (const name of ['zod', 'uqr']) await installed(name)
})
afterAll(() => rm(place, { recursive: true, force: true }))

const installed = (name: string) =>
  symlink(join(root, 'node_modules', name), join(place, 'node_modules', name))

/** What the start said about the pages, and the address of the English script. */
async function start(): Promise<readonly [said: string, script: string]> {
  const code = `
    const { loadPages } = await import('./server/http/page-assets.ts')
    const said = []
    const { addresses } = await loadPages((message) => said.push(message))
    console.log(JSON.stringify([said.join(' '), addresses.checkout.scripts.en, process.env.NODE_ENV]))`
  const { NODE_ENV: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', code],
    { cwd: place, env },
  )
  const [said, script, nodeEnv]: readonly string[] = JSON.parse(stdout)
  // The build tool is a guest in this process.
  expect(nodeEnv).toBeNull()
  return [said ?? '', script ?? '']
}

describe('a server that starts', () => {
  test('without built pages, and without Vite, says what to run', async () => {
    await expect(start()).rejects.toThrow(/not built.*npm run build:pages/s)
  })

  test('builds them where Vite is installed, once', async () => {
    await installed('vite')
    const [said, script] = await start()
    expect(said).toMatch(/not built yet/)
    expect(await start()).toEqual(['', script])
  })

  test('builds them again when a source has changed, and names what changed anew', async () => {
    const [, before] = await start()
    const texts = join(place, 'server/pages/checkout/texts/en.ts')
    const changed = (await readFile(texts, 'utf8')).replace('Not paid yet', 'Still to be paid')
    await writeFile(texts, changed)
    const [said, script] = await start()
    expect(said).toMatch(/have changed/)
    expect(script).not.toBe(before)
    expect(await readFile(join(place, 'server/pages/dist', script.slice(8)), 'utf8')).toContain(
      'Still to be paid',
    )
  })

  test('never serves pages that are older than their sources', async () => {
    await rm(join(place, 'node_modules/vite'))
    const style = join(place, 'server/pages/checkout/colours.css')
    await writeFile(style, `${await readFile(style, 'utf8')}\n/* newer */\n`)
    await expect(start()).rejects.toThrow(/older than their sources.*npm run build:pages/s)
  })

  test('takes them as they are where no sources are beside them', async () => {
    await rm(join(place, 'server/pages/checkout'), { recursive: true })
    expect((await start())[0]).toBe('')
  })
})
