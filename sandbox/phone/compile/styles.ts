import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type AtRule, CssSyntaxError, type Declaration, parse, type Root } from 'postcss'
import type { Problem } from './problems.ts'
import type { Project, Unit } from './project.ts'
import { type StyleReach, scopeSelector } from './selectors.ts'

/** WeChat's screen is 750rpx wide, whatever the phone. */
const RPX_PER_WIDTH = 750
/** Media queries know no relative width; there a phone of 375pt is meant. */
const RPX_PER_PX = 2
const LENGTH = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)]*\))|(-?\d*\.?\d+)(rpx|vh)\b/gi
const SAFE_AREA = /\b(?:env|constant)\(\s*safe-area-inset-(top|right|bottom|left)[^)]*\)/g

export interface CompiledStyles {
  readonly css: string
  /** What WeChat's own tool only warns about. */
  readonly warnings: readonly Problem[]
}

/** All WXSS of a project in one sheet: app first, then components, then pages. */
export async function compileStyles(
  project: Project,
  problems: Problem[],
): Promise<CompiledStyles> {
  const warnings: Problem[] = []
  const sheets: { file: string; reach: StyleReach }[] = []
  if (project.appStyles !== null) sheets.push({ file: project.appStyles, reach: { kind: 'app' } })
  for (const unit of project.units) {
    if (unit.styles !== null) sheets.push({ file: unit.styles, reach: reachOf(unit) })
  }
  const parts: string[] = []
  for (const { file, reach } of sheets) {
    const rules = await readSheet({ root: project.root, file, problems, trail: [] })
    if (rules === null) continue
    parts.push(transformWxss({ rules, file, reach, warnings }))
  }
  return { css: parts.join('\n'), warnings }
}

function reachOf(unit: Unit): StyleReach {
  if (unit.kind === 'page') return { kind: 'page', path: unit.path }
  return { kind: 'component', scope: styleScopeOf(unit), host: hostName(unit.path) }
}

/** The class prefix of a component, null where its styles are shared with the page. */
export function styleScopeOf(unit: Unit): string | null {
  return unit.kind === 'page' || unit.styleIsolation === 'shared' ? null : hostName(unit.path)
}

/** A path as a CSS identifier; no two paths give the same one. */
function hostName(unitPath: string): string {
  return unitPath.replace(/[^a-zA-Z0-9-]/g, (char) =>
    char === '/' ? '_' : `_${char.codePointAt(0)?.toString(16)}_`,
  )
}

/** Rewrites rpx, vh, safe areas and selectors of one parsed sheet; answers the CSS. */
export function transformWxss(options: {
  rules: Root
  file: string
  reach: StyleReach
  warnings: Problem[]
}): string {
  const { rules, file, reach, warnings } = options
  rules.walkDecls((declaration) => {
    declaration.value = transformValue(declaration.value)
    warnOfLocalFile(declaration, file, warnings)
  })
  rules.walkAtRules('media', (rule) => {
    rule.params = rule.params.replace(LENGTH, (whole, quoted, number, unit) =>
      quoted === undefined && unit === 'rpx' ? `${Number(number) / RPX_PER_PX}px` : whole,
    )
  })
  rules.walkAtRules('media', (rule) => askPhoneForTheme(rule, file, warnings))
  rules.walkRules((rule) => {
    const parent = rule.parent
    if (parent?.type === 'atrule' && 'name' in parent && parent.name.endsWith('keyframes')) return
    rule.selectors = rule.selectors.map((written) => {
      const { selector, refused } = scopeSelector(written, reach)
      if (refused.length > 0) {
        const line = rule.source?.start?.line
        const message = `"${written}": tags, ids and attributes are not allowed in a component`
        warnings.push({ file, ...(line === undefined ? {} : { line }), message })
      }
      return selector
    })
  })
  return rules.toString()
}

/**
 * The theme is the phone's, not that of the browser around it, so the frame of the program carries
 * it as a variable. A query that asks for more besides is left alone and told.
 */
function askPhoneForTheme(rule: AtRule, file: string, warnings: Problem[]): void {
  if (!rule.params.includes('prefers-color-scheme')) return
  const theme = /^\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)$/.exec(rule.params)?.[1]
  if (theme !== undefined) {
    rule.name = 'container'
    rule.params = `style(--wechat-theme: ${theme})`
    return
  }
  const line = rule.source?.start?.line
  const message = `"${rule.params}": this phone knows prefers-color-scheme only by itself`
  warnings.push({ file, ...(line === undefined ? {} : { line }), message })
}

/** `750rpx` is the screen's width; `100vh` is the page below the navigation bar, as in WeChat. */
export function transformValue(value: string): string {
  return value
    .replace(LENGTH, (whole: string, quoted: string | undefined, number: string, unit: string) => {
      if (quoted !== undefined) return whole
      if (unit.toLowerCase() === 'vh') return `${number}cqh`
      return `${trim((Number(number) * 100) / RPX_PER_WIDTH)}vw`
    })
    .replace(SAFE_AREA, (_, side: string) => `var(--safe-area-${side}, 0px)`)
}

function trim(number: number): string {
  return String(Number(number.toFixed(5)))
}

function warnOfLocalFile(declaration: Declaration, file: string, warnings: Problem[]): void {
  const target = /url\(\s*["']?(?!data:|https?:|#)([^"')]+)/.exec(declaration.value)?.[1]
  if (target === undefined) return
  const line = declaration.source?.start?.line
  const message = `"${target}": WXSS loads no local files; use an <image>, https or base64`
  warnings.push({ file, ...(line === undefined ? {} : { line }), message })
}

/** Parses a sheet with its @imports in place. Null where it cannot be read. */
async function readSheet(options: {
  root: string
  file: string
  problems: Problem[]
  trail: readonly string[]
}): Promise<Root | null> {
  const { root, file, problems, trail } = options
  let rules: Root
  try {
    rules = parse(await readFile(path.join(root, file), 'utf8'), { from: file })
  } catch (error) {
    problems.push(sheetProblem(file, trail.at(-1) ?? file, error))
    return null
  }
  const imports: AtRule[] = []
  rules.walkAtRules('import', (rule) => {
    imports.push(rule)
  })
  for (const rule of imports) {
    const target = /^(?:url\()?\s*["']?([^"')]+)/.exec(rule.params)?.[1] ?? ''
    const from = target.startsWith('/') ? '/' : path.posix.join('/', file, '..')
    const imported = path.posix.join(from, target).slice(1)
    if (imported === file || trail.includes(imported)) {
      problems.push({ file, message: `@import of ${imported} goes in a circle` })
      rule.remove()
      continue
    }
    const inner = await readSheet({ root, file: imported, problems, trail: [...trail, file] })
    if (inner === null) rule.remove()
    else rule.replaceWith(inner.nodes)
  }
  return rules
}

function sheetProblem(file: string, neededBy: string, error: unknown): Problem {
  if (error instanceof CssSyntaxError) {
    const line = error.line === undefined ? {} : { line: error.line }
    return { file, ...line, message: error.reason }
  }
  return { file: neededBy, message: `${file} does not exist` }
}
