/** What the template compiler does not tell: which tags and which handler methods a WXML names. */
export interface WxmlScan {
  readonly tags: readonly { readonly name: string; readonly line: number }[]
  readonly handlers: readonly {
    readonly method: string
    readonly event: string
    readonly line: number
  }[]
}

const TAG = /^<([a-zA-Z][\w-]*)/
const ATTRIBUTE = /^([^\s=/>"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?/
/** With a colon it is always an event; without one it may be a property called `bindings`. */
const EVENT_WITH_COLON = /^(?:mut-bind|capture-bind|capture-catch|bind|catch):(.+)$/
const EVENT_WITHOUT_COLON = /^(?:bind|catch)([a-z]+)$/

/** Reads tags and attributes only; whether the WXML is well-formed is the compiler's business. */
export function scanWxml(source: string, isBuiltIn: (tag: string) => boolean): WxmlScan {
  const text = blank(source, /<!--[\s\S]*?-->|(?<=<wxs\b[^>]*[^/]>)[\s\S]*?(?=<\/wxs>)/g)
  const tags: { name: string; line: number }[] = []
  const handlers: { method: string; event: string; line: number }[] = []
  let line = 1
  let at = 0
  let tag: string | null = null

  const advance = (length: number) => {
    line += text.slice(at, at + length).split('\n').length - 1
    at += length
  }
  while (at < text.length) {
    const rest = text.slice(at)
    if (tag === null) {
      const open = TAG.exec(rest)?.[1]
      if (open !== undefined) tags.push({ name: open, line })
      tag = open ?? null
      advance(open === undefined ? lengthOfText(rest) : open.length + 1)
      continue
    }
    const attribute = ATTRIBUTE.exec(rest)
    if (attribute === null) {
      if (rest.startsWith('>')) tag = null
      advance(1)
      continue
    }
    const [whole, name = '', value = ''] = attribute
    const event = eventOf(name, isBuiltIn(tag))
    const method = value.replace(/^["']|["']$/g, '')
    if (event !== null && /^[\w$]+$/.test(method)) handlers.push({ method, event, line })
    advance(whole.length)
  }
  return { tags, handlers }
}

/** Skips an expression as a whole: `{{a < b}}` opens no tag. */
function lengthOfText(rest: string): number {
  if (!rest.startsWith('{{')) return 1
  const end = rest.indexOf('}}')
  return end === -1 ? rest.length : end + 2
}

function eventOf(attribute: string, builtIn: boolean): string | null {
  const withColon = EVENT_WITH_COLON.exec(attribute)?.[1]
  if (withColon !== undefined) return withColon
  return builtIn ? (EVENT_WITHOUT_COLON.exec(attribute)?.[1] ?? null) : null
}

/** Blanks the matches but keeps every line break, so that line numbers stay true. */
function blank(source: string, pattern: RegExp): string {
  return source.replace(pattern, (match) => match.replace(/[^\n]/g, ' '))
}
