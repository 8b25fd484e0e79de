import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { StyleIsolation, Themes, WindowConfig } from '../program.ts'
import type { Problem } from './problems.ts'

/** A page or component with its four files found on disk. Paths are relative to the root. */
export interface Unit {
  readonly path: string
  readonly kind: 'page' | 'component'
  readonly template: string
  readonly script: string
  readonly styles: string | null
  readonly window: WindowConfig
  readonly usingComponents: Readonly<Record<string, string>>
  readonly componentGenerics: Readonly<Record<string, true | { readonly default?: string }>>
  readonly styleIsolation: StyleIsolation | null
}

export interface Project {
  readonly root: string
  /** Those of sub-packages come last. */
  readonly pages: readonly string[]
  readonly drawsTabBar: boolean
  readonly window: WindowConfig
  readonly themes: Themes | null
  readonly style: string | null
  readonly appScript: string
  readonly appStyles: string | null
  /** Components come before whatever uses them. */
  readonly units: readonly Unit[]
}

/** Where WeChat's npm build puts packages. */
export const NPM_FOLDER = 'miniprogram_npm'

const windowSchema = z.looseObject({
  navigationBarTitleText: z.string().optional(),
  navigationBarBackgroundColor: z.string().optional(),
  navigationBarTextStyle: z
    .string()
    .regex(/^(?:black|white|@\w+)$/)
    .optional(),
  navigationStyle: z.enum(['default', 'custom']).optional(),
  backgroundColor: z.string().optional(),
  enablePullDownRefresh: z.boolean().optional(),
})
const usingSchema = z.record(z.string(), z.string()).default({})

const packageSchema = z.looseObject({ root: z.string(), pages: z.array(z.string()) })

const appSchema = z.looseObject({
  pages: z.array(z.string()).min(1, 'app.json needs at least one page'),
  window: windowSchema.default({}),
  style: z.string().optional(),
  usingComponents: usingSchema,
  subPackages: z.array(packageSchema).default([]),
  subpackages: z.array(packageSchema).default([]),
  tabBar: z.looseObject({}).optional(),
  darkmode: z.boolean().default(false),
  themeLocation: z.string().optional(),
})

const themeSchema = z.record(z.string(), z.string())
const themesSchema = z.object({ light: themeSchema, dark: themeSchema })

const unitSchema = windowSchema.extend({
  component: z.boolean().optional(),
  usingComponents: usingSchema,
  styleIsolation: z.enum(['isolated', 'apply-shared', 'shared']).optional(),
  componentGenerics: z
    .record(z.string(), z.union([z.literal(true), z.looseObject({ default: z.string() })]))
    .default({}),
})
type UnitConfig = z.infer<typeof unitSchema>

/** Reads app.json and everything it leads to. Problems are collected, not thrown one by one. */
export async function readProject(root: string, problems: Problem[]): Promise<Project | null> {
  const app = await readJson({ root, file: 'app.json', schema: appSchema, problems })
  const appScript = await findScript(root, 'app')
  if (appScript === null) problems.push({ file: 'app.ts', message: 'there is no app.ts or app.js' })
  if (app === null || appScript === null) return null

  const reader = new UnitReader({ root, shared: app.usingComponents, problems })
  const inPackages = [...app.subPackages, ...app.subpackages].flatMap((part) =>
    part.pages.map((page) => path.posix.join(part.root, page)),
  )
  const pages = [...app.pages, ...inPackages]
  const themes = await readThemes({ root, app, problems })
  for (const page of pages) await reader.read(page, 'page', 'app.json')
  return {
    root,
    pages,
    drawsTabBar: app.tabBar !== undefined,
    window: windowOf(app.window),
    themes,
    style: app.style ?? null,
    appScript,
    appStyles: (await exists(path.join(root, 'app.wxss'))) ? 'app.wxss' : null,
    units: reader.units,
  }
}

/** Dark needs `darkmode`, and every name in it a value for both themes. */
async function readThemes(options: {
  root: string
  app: z.infer<typeof appSchema>
  problems: Problem[]
}): Promise<Themes | null> {
  const { root, app, problems } = options
  if (!app.darkmode) return null
  const file = app.themeLocation
  if (file === undefined) return { light: {}, dark: {} }
  const themes = await readJson({ root, file, schema: themesSchema, problems })
  const names = Object.values(app.window).filter((value) => String(value).startsWith('@'))
  for (const name of names.map((value) => String(value).slice(1))) {
    for (const theme of ['light', 'dark'] as const) {
      if (themes && themes[theme][name] === undefined) {
        problems.push({ file, message: `${theme} has no ${name}, which app.json asks for` })
      }
    }
  }
  return themes
}

class UnitReader {
  readonly units: Unit[] = []
  private readonly seen = new Set<string>()
  private readonly root: string
  private readonly shared: Readonly<Record<string, string>>
  private readonly problems: Problem[]

  constructor(options: {
    root: string
    shared: Readonly<Record<string, string>>
    problems: Problem[]
  }) {
    this.root = options.root
    this.shared = options.shared
    this.problems = options.problems
  }

  async read(unitPath: string, kind: Unit['kind'], neededBy: string): Promise<void> {
    if (this.seen.has(unitPath)) return
    this.seen.add(unitPath)
    const script = await findScript(this.root, unitPath)
    const template = `${unitPath}.wxml`
    const hasTemplate = await exists(path.join(this.root, template))
    if (script === null || !hasTemplate) {
      const lacking = script === null ? `${unitPath}.ts` : template
      this.problems.push({ file: neededBy, message: `the ${kind} ${lacking} does not exist` })
      return
    }
    const config = await this.readConfig(unitPath)
    if (kind === 'component' && config.component !== true) {
      const message = `needs "component": true, because ${neededBy} uses it as a component`
      this.problems.push({ file: `${unitPath}.json`, message })
    }
    const usingComponents = await this.resolveUsing(unitPath, config.usingComponents)
    for (const used of Object.values(usingComponents)) {
      await this.read(used.slice(1), 'component', `${unitPath}.json`)
    }
    const styles = `${unitPath}.wxss`
    this.units.push({
      path: unitPath,
      kind,
      template,
      script,
      styles: (await exists(path.join(this.root, styles))) ? styles : null,
      window: windowOf(config),
      usingComponents,
      componentGenerics: config.componentGenerics,
      styleIsolation: config.styleIsolation ?? null,
    })
  }

  private async readConfig(unitPath: string): Promise<UnitConfig> {
    const file = `${unitPath}.json`
    const none = unitSchema.parse({})
    if (!(await exists(path.join(this.root, file)))) return none
    const { root, problems } = this
    return (await readJson({ root, file, schema: unitSchema, problems })) ?? none
  }

  private async resolveUsing(unitPath: string, own: Readonly<Record<string, string>>) {
    const all: Record<string, string> = {}
    for (const [from, used] of [
      ['app', this.shared],
      [unitPath, own],
    ] as const) {
      for (const [tag, to] of Object.entries(used)) all[tag] = await this.resolve(from, to)
    }
    return all
  }

  /**
   * `/a/b` counts from the root; `package/a` is a component that an npm build has put in place;
   * everything else counts from the folder of the unit, as in WeChat.
   */
  private async resolve(from: string, to: string): Promise<string> {
    const inPackage = path.posix.join(NPM_FOLDER, to)
    const isName = !/^[./]/.test(to)
    if (isName && (await exists(path.join(this.root, `${inPackage}.json`)))) return `/${inPackage}`
    return absolute(from, to)
  }
}

function absolute(from: string, to: string): string {
  return to.startsWith('/') ? path.posix.normalize(to) : path.posix.join('/', from, '..', to)
}

function windowOf(config: z.infer<typeof windowSchema>): WindowConfig {
  const { navigationBarTitleText, navigationBarBackgroundColor } = config
  const { navigationBarTextStyle, navigationStyle, backgroundColor, enablePullDownRefresh } = config
  return {
    navigationBarTitleText,
    navigationBarBackgroundColor,
    navigationBarTextStyle,
    navigationStyle,
    backgroundColor,
    enablePullDownRefresh,
  }
}

async function readJson<T>(options: {
  root: string
  file: string
  schema: z.ZodType<T>
  problems: Problem[]
}): Promise<T | null> {
  const { root, file, schema, problems } = options
  try {
    const value: unknown = JSON.parse(await readFile(path.join(root, file), 'utf8'))
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      problems.push({ file, message: `${issue.path.join('.')}: ${issue.message}` })
    }
  } catch (error) {
    problems.push({ file, message: error instanceof Error ? error.message : String(error) })
  }
  return null
}

/** A `.ts` wins over a `.js` of the same name, as in WeChat's tool. */
async function findScript(root: string, unitPath: string): Promise<string | null> {
  for (const file of [`${unitPath}.ts`, `${unitPath}.js`]) {
    if (await exists(path.join(root, file))) return file
  }
  return null
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
