import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { escapeHtml, type Handler, jsonReply, redirectReply, type SandboxReply } from '../http.ts'
import { buildAssets } from './assets.ts'
import { compileMiniProgram, type Problem } from './compile.ts'
import type { PhoneAddresses, PhoneConfig } from './config.ts'

export type { PhoneAddresses, PhoneConfig } from './config.ts'

export interface PhoneOptions {
  /** The folder with app.json. */
  readonly miniprogramDir: string
  readonly appId: string
  /** What WeChat calls the program and the account; the program's title by default. */
  readonly miniProgramName?: string
  readonly officialAccountName?: string
  /** npm module → file; `wechat-pay-client` and its parts lead to the toolkit's own by default. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Asked on every start of the phone, because ports may be known late. */
  readonly addresses: () => PhoneAddresses
  /** Hears what WeChat's tool would warn about; nothing by default. */
  readonly onWarning?: (warning: Problem) => void
}

const CLIENT = {
  'wechat-pay-client/money': fileURLToPath(new URL('../../shared/money.ts', import.meta.url)),
  'wechat-pay-client': fileURLToPath(new URL('../../shared/mini-program.ts', import.meta.url)),
}

const FILE_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
}
const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const

/**
 * Builds the phone and compiles the Mini Program, then answers everything below `/phone/` but its
 * API. Throws MiniProgramCompileError when the program does not compile.
 */
export async function createPhoneHandler(options: PhoneOptions): Promise<Handler> {
  const { appId, miniprogramDir, addresses } = options
  const aliases = { ...CLIENT, ...options.aliases }
  const [assets, program] = await Promise.all([
    buildAssets(),
    compileMiniProgram({ root: miniprogramDir, appId, aliases }),
  ])
  for (const warning of program.warnings) options.onWarning?.(warning)
  const miniProgramName = options.miniProgramName ?? program.title
  const config = (): PhoneConfig => ({
    appId,
    miniProgramName,
    officialAccountName: options.officialAccountName ?? miniProgramName,
    ...addresses(),
  })
  const files: Readonly<Record<string, () => SandboxReply>> = {
    '': () => page(phonePage(miniProgramName), phonePolicy(addresses().browserOrigin)),
    'phone.js': () => text('js', assets.phoneJs),
    'phone.css': () => text('css', assets.phoneCss),
    'config.json': () => text('json', JSON.stringify(config())),
    'mini-program.html': () => page(PROGRAM_PAGE, programPolicy(addresses())),
    'runtime.js': () => text('js', assets.runtimeJs),
    'runtime.css': () => text('css', assets.runtimeCss),
    'program.js': () => text('js', `${program.js}\n//# sourceMappingURL=program.js.map`),
    'program.js.map': () => text('json', program.sourceMap),
    'program.css': () => text('css', program.css),
  }
  return async ({ method, path: target }) => {
    if (target === '/phone') return redirectReply('/phone/')
    const name = target.startsWith('/phone/') ? target.slice('/phone/'.length) : null
    const known = name !== null && Object.hasOwn(files, name) ? files[name] : undefined
    if (method !== 'GET' && method !== 'HEAD') {
      return jsonReply(405, { error: 'the phone is only read' }, { allow: 'GET, HEAD' })
    }
    if (known !== undefined) return known()
    const file = name?.startsWith('files/') ? name.slice('files/'.length) : null
    const found = file === null ? null : await programFile(miniprogramDir, file)
    return found ?? jsonReply(404, { error: `there is no ${target}` })
  }
}

/** A picture of the Mini Program; its sources and anything outside of it stay unseen. */
async function programFile(root: string, name: string): Promise<SandboxReply | null> {
  const type = FILE_TYPES[path.extname(name).toLowerCase()]
  const folder = path.resolve(root)
  const file = path.resolve(folder, decoded(name))
  if (type === undefined || !file.startsWith(folder + path.sep)) return null
  const body = await readFile(file).catch(() => null)
  if (body === null) return null
  // An SVG opened by itself is a document; it must not run scripts on our origin.
  const headers = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" }
  return { status: 200, headers: { ...common(type), ...headers }, body }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return ''
  }
}

function phonePage(title: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="phone.css">
<script type="module" src="phone.js"></script>
</head>
<body></body>
</html>
`
}

const PROGRAM_PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>Mini Program</title>
<link rel="stylesheet" href="runtime.css">
<link rel="stylesheet" href="program.css">
</head>
<body>
<script src="runtime.js"></script>
<script src="program.js"></script>
</body>
</html>
`

function phonePolicy(browserOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    `frame-src 'self' ${browserOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')
}

/** Templates set style attributes; pictures come from the shop, which has its own address. */
function programPolicy({ merchantOrigin, browserOrigin }: PhoneAddresses): string {
  const pictures = [
    'http://127.0.0.1:*',
    'http://localhost:*',
    ...(merchantOrigin ? [merchantOrigin] : []),
  ]
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob: ${pictures.join(' ')}`,
    "font-src 'self' data:",
    "connect-src 'none'",
    `frame-src ${browserOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')
}

function page(body: string, policy: string): SandboxReply {
  const headers = { ...common(TYPES.html), 'content-security-policy': policy }
  return { status: 200, headers, body }
}

function text(type: 'js' | 'css' | 'json', body: string): SandboxReply {
  return { status: 200, headers: common(TYPES[type]), body }
}

function common(type: string): Record<string, string> {
  return {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}
