import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../../../server/config.ts'

describe('the configuration of a process', () => {
  function folder(files: Record<string, string>): string {
    const path = mkdtempSync(join(tmpdir(), 'toolkit-config-'))
    onTestFinished(() => rmSync(path, { recursive: true }))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
    return path
  }
  const source = (publicUrl: string) =>
    `const mode: string = 'sandbox'\nexport default { mode, publicUrl: '${publicUrl}' }\n`

  test('is read from toolkit.config.ts', async () => {
    const cwd = folder({ 'toolkit.config.ts': source('http://a.example') })
    expect(await loadConfig({ cwd, env: {} })).toMatchObject({ publicUrl: 'http://a.example' })
  })

  test('or from the file that TOOLKIT_CONFIG names', async () => {
    const cwd = folder({
      'toolkit.config.ts': source('http://a.example'),
      'other.ts': source('http://b.example'),
    })
    const env = { TOOLKIT_CONFIG: 'other.ts' }
    expect(await loadConfig({ cwd, env })).toMatchObject({ publicUrl: 'http://b.example' })
  })

  test('or from the environment alone', async () => {
    const env = { TOOLKIT_MODE: 'sandbox', PUBLIC_URL: 'http://c.example', SQLITE_PATH: ':memory:' }
    expect(await loadConfig({ cwd: folder({}), env })).toMatchObject({
      publicUrl: 'http://c.example',
      database: { kind: 'sqlite', path: ':memory:' },
    })
  })

  test.each([
    [
      'a file that is not there',
      {},
      { TOOLKIT_CONFIG: 'other.ts' },
      /TOOLKIT_CONFIG: there is no file/,
    ],
    [
      'a file without a default export',
      { 'toolkit.config.ts': 'export {}\n' },
      {},
      /export default/,
    ],
    ['nothing at all', {}, {}, /publicUrl/],
  ])('%s is refused', async (_, files, env, pattern) => {
    await expect(loadConfig({ cwd: folder(files), env })).rejects.toThrow(pattern)
  })
})
