import { builtInTags } from '../program.ts'

/** Whom a style sheet may reach. */
export type StyleReach =
  | { readonly kind: 'app' }
  | { readonly kind: 'page'; readonly path: string }
  /** `scope` is the class prefix, null for a component that shares the page's classes. */
  | { readonly kind: 'component'; readonly scope: string | null; readonly host: string }

export interface ScopedSelector {
  readonly selector: string
  /** Parts that WeChat does not allow in a component: tags, ids and attributes. */
  readonly refused: readonly string[]
}

const BUILT_IN_TAGS: ReadonlySet<string> = new Set(builtInTags)
const IDENTIFIER = /^-?(?:[\w\u0080-\uffff-]|\\.)+/
/** Pseudo-classes whose argument is a list of selectors. */
const SELECTOR_ARGUMENT = /^:(?:not|is|where|has|matches|host)$/

/** Rewrites one complex selector for the phone: tags become wx-…, classes get the scope. */
export function scopeSelector(selector: string, reach: StyleReach): ScopedSelector {
  const rewritten = rewrite(selector, reach)
  if (reach.kind === 'app') return rewritten
  const fence = reach.kind === 'page' ? `[data-page="${reach.path}"]` : `[wx-host="${reach.host}"]`
  return { ...rewritten, selector: fenced(rewritten, reach, fence) }
}

/** `:where` keeps the weight as written, so a page still beats app.wxss by order alone. */
function fenced(rewritten: ScopedSelector, reach: StyleReach, fence: string): string {
  const { selector, refused } = rewritten
  if (reach.kind === 'page') {
    const page = /^wx-page(?![\w-])/.exec(selector)?.[0]
    if (page !== undefined) return `${page}:where(${fence})${selector.slice(page.length)}`
    return `:where(${fence}) ${selector}`
  }
  return refused.length > 0 && !selector.includes(fence) ? `:where(${fence}) ${selector}` : selector
}

function rewrite(selector: string, reach: StyleReach): ScopedSelector {
  const refused: string[] = []
  let out = ''
  let rest = selector.trim()
  const take = (length: number) => {
    const taken = rest.slice(0, length)
    rest = rest.slice(length)
    return taken
  }
  while (rest !== '') {
    const first = rest.charAt(0)
    const name = IDENTIFIER.exec('.#'.includes(first) ? rest.slice(1) : rest)?.[0] ?? ''
    if (first === '[') {
      refused.push(take(closing(rest, '[', ']')))
      out += refused.at(-1) ?? ''
    } else if (first === ':') {
      out += pseudo(take(pseudoLength(rest)), reach, refused)
    } else if (first === '.' && name !== '') {
      out += className(take(name.length + 1).slice(1), reach)
    } else if (first === '#' && name !== '') {
      refused.push(take(name.length + 1))
      out += idSelector(name)
    } else if (name !== '') {
      refused.push(take(name.length))
      out += tagName(name)
    } else {
      out += take(1)
    }
  }
  return { selector: out, refused: reach.kind === 'component' ? refused : [] }
}

function className(name: string, reach: StyleReach): string {
  const scope = reach.kind === 'component' ? reach.scope : null
  return scope === null ? `.${name}` : `.${scope}--${name}`
}

/** Ids reach the DOM with a prefix per component; `:is` gives the match the weight of an id. */
function idSelector(name: string): string {
  return `:is([id$="--${name}"], #wx-id-weight)`
}

function tagName(name: string): string {
  return name === 'page' || BUILT_IN_TAGS.has(name) ? `wx-${name}` : name
}

function pseudo(text: string, reach: StyleReach, refused: string[]): string {
  const open = text.indexOf('(')
  const name = open === -1 ? text : text.slice(0, open)
  const host = name === ':host' && reach.kind === 'component' ? `[wx-host="${reach.host}"]` : name
  if (open === -1) return host
  if (!SELECTOR_ARGUMENT.test(name)) return text
  const inner = splitList(text.slice(open + 1, -1)).map((part) => {
    const rewritten = rewrite(part, reach)
    refused.push(...rewritten.refused)
    return rewritten.selector
  })
  return name === ':host' ? `${host}:is(${inner.join(', ')})` : `${host}(${inner.join(', ')})`
}

function pseudoLength(rest: string): number {
  const name = /^::?[\w-]+/.exec(rest)?.[0].length ?? 1
  return rest.charAt(name) === '(' ? name + closing(rest.slice(name), '(', ')') : name
}

/** Length up to and including the bracket that closes the first one. */
function closing(text: string, open: string, close: string): number {
  let depth = 0
  let quote: string | null = null
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote !== null) quote = char === quote ? null : quote
    else if (char === '"' || char === "'") quote = char
    else if (char === open) depth++
    else if (char === close && --depth === 0) return at + 1
  }
  return text.length
}

function splitList(list: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < list.length; at++) {
    if (list.charAt(at) === '(') at += closing(list.slice(at), '(', ')') - 1
    else if (list.charAt(at) === ',') {
      parts.push(list.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, list.slice(start)]
}
