import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'

const SYSTEM_BROWSER = '/usr/bin/chromium'
/** Nothing here may ask the outside world, nor use what a machine without a screen lacks. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const PHONE_VIEW: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
}
export const DESKTOP_VIEW: BrowserContextOptions = { viewport: { width: 1280, height: 900 } }

/** A browser that is surely there: `CHROME_PATH`, else the system's, else the one npm brought. */
export async function launchChromium(): Promise<Browser> {
  const own = process.env['CHROME_PATH'] ?? (existsSync(SYSTEM_BROWSER) ? SYSTEM_BROWSER : null)
  if (own !== null) return chromium.launch({ executablePath: own, args: ARGS })
  return launchPackaged()
}

/**
 * The npm package unpacks into the temporary folder and would take over whatever another version
 * left there; so it gets one of our own. It brings its libraries only where it believes to run on
 * a server without any, and its own arguments switch off web security: ours are used instead.
 */
async function launchPackaged(): Promise<Browser> {
  const folder = fileURLToPath(new URL('../../.tsbuild/chromium', import.meta.url))
  await mkdir(folder, { recursive: true })
  process.env['TMPDIR'] = folder
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs24.x'
  const { default: packaged } = await import('@sparticuz/chromium')
  const executablePath = await packaged.executablePath()
  await writeFile(path.join(folder, 'fonts', 'fonts.conf'), fontsConfig(folder))
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
  return chromium.launch({
    executablePath: path.resolve(executablePath),
    args: ['--headless=shell', ...ARGS],
    env,
  })
}

/** The package's own file looks for its fonts in /tmp, and a Chromium without any font gives up. */
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`
}
