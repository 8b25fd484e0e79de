import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { TmplGroup } from 'glass-easel-template-compiler'
import { z } from 'zod'
import { type BoundHandler, builtInTags } from '../program.ts'
import type { Problem } from './problems.ts'
import type { Project, Unit } from './project.ts'
import { scanWxml, type WxmlScan } from './wxml-scan.ts'
import { checkWxs } from './wxs.ts'

export interface CompiledTemplates {
  /** A JavaScript expression: template generators by path. */
  readonly expression: string
  readonly handlers: ReadonlyMap<string, readonly BoundHandler[]>
}

/** Tags of WXML itself, which are no components. */
const LANGUAGE_TAGS = new Set(['block', 'template', 'import', 'include', 'slot', 'wxs'])
const BUILT_IN_TAGS: ReadonlySet<string> = new Set(builtInTags)

const diagnosticsSchema = z.array(
  z.object({
    level: z.string(),
    message: z.string(),
    startLine: z.number(),
    startColumn: z.number(),
    endLine: z.number(),
    endColumn: z.number(),
  }),
)

/** Lets every event handler see WeChat's event object; the runtime defines the function. */
const EVENT_WRAPPER =
  'Q.C=(self,event,listener)=>globalThis.callWechatHandler(self,event,listener);'

/** Compiles all WXML with WeChat's own compiler; whatever it reports above a note is a problem. */
export async function compileTemplates(
  project: Project,
  problems: Problem[],
): Promise<CompiledTemplates> {
  const group = new TmplGroup()
  try {
    const reader = new TemplateReader({ group, root: project.root, problems })
    const handlers = new Map<string, readonly BoundHandler[]>()
    for (const unit of project.units) {
      const files = await reader.read(unit.path, unit.template)
      for (const file of files) checkTags({ unit, file, scan: reader.scan(file), problems })
      handlers.set(
        unit.path,
        files.flatMap((file) =>
          reader.scan(file).handlers.map((handler) => ({ ...handler, file: `${file}.wxml` })),
        ),
      )
    }
    group.setExtraRuntimeScript(EVENT_WRAPPER)
    return { expression: group.getTmplGenObjectGroups(), handlers }
  } finally {
    group.free()
  }
}

class TemplateReader {
  private readonly scans = new Map<string, WxmlScan>()
  private readonly scripts = new Set<string>()
  private readonly group: TmplGroup
  private readonly root: string
  private readonly problems: Problem[]

  constructor(options: { group: TmplGroup; root: string; problems: Problem[] }) {
    this.group = options.group
    this.root = options.root
    this.problems = options.problems
  }

  scan(templatePath: string): WxmlScan {
    return this.scans.get(templatePath) ?? { tags: [], handlers: [] }
  }

  /** Adds a template and everything it imports; answers all their paths, itself first. */
  async read(templatePath: string, neededBy: string): Promise<string[]> {
    const family = new Set<string>()
    await this.add(templatePath, neededBy, family)
    return [...family]
  }

  private async add(templatePath: string, neededBy: string, family: Set<string>): Promise<void> {
    if (family.has(templatePath)) return
    family.add(templatePath)
    if (!this.scans.has(templatePath)) await this.compile(templatePath, neededBy)
    if (!this.scans.has(templatePath)) return
    for (const dependency of paths(this.group.getDirectDependencies(templatePath))) {
      await this.add(dependency, `${templatePath}.wxml`, family)
    }
  }

  private async compile(templatePath: string, neededBy: string): Promise<void> {
    const file = `${templatePath}.wxml`
    const source = await this.source(file, neededBy)
    if (source === null) return
    for (const found of diagnosticsSchema.parse(this.group.addTmpl(templatePath, source))) {
      if (found.level === 'Note') continue
      const place = { line: found.startLine + 1, column: found.startColumn + 1 }
      this.problems.push({ file, ...place, message: found.message + excerpt(source, found) })
    }
    this.scans.set(
      templatePath,
      scanWxml(source, (tag) => BUILT_IN_TAGS.has(tag)),
    )
    for (const name of paths(this.group.getInlineScriptModuleNames(templatePath))) {
      for (const { message } of await checkWxs(this.group.getInlineScript(templatePath, name))) {
        this.problems.push({ file, message: `<wxs module="${name}">: ${message}` })
      }
    }
    for (const script of paths(this.group.getScriptDependencies(templatePath))) {
      await this.addScript(script, file)
    }
  }

  private async addScript(scriptPath: string, neededBy: string): Promise<void> {
    if (this.scripts.has(scriptPath)) return
    this.scripts.add(scriptPath)
    const source = await this.source(`${scriptPath}.wxs`, neededBy)
    if (source === null) return
    const mistakes = await checkWxs(source)
    for (const mistake of mistakes) this.problems.push({ file: `${scriptPath}.wxs`, ...mistake })
    this.group.addScript(scriptPath, source)
    for (const [, required = ''] of source.matchAll(/\brequire\s*\(\s*['"](.+?)['"]\s*\)/g)) {
      const file = required.startsWith('/')
        ? required.slice(1)
        : path.posix.join(path.posix.dirname(scriptPath), required)
      await this.addScript(file.replace(/\.wxs$/, ''), `${scriptPath}.wxs`)
    }
  }

  private async source(file: string, neededBy: string): Promise<string | null> {
    return readFile(path.join(this.root, file), 'utf8').catch(() => {
      this.problems.push({ file: neededBy, message: `${file} does not exist` })
      return null
    })
  }
}

/** The words that the compiler means, where they stand on one line. */
function excerpt(source: string, found: z.infer<typeof diagnosticsSchema>[number]): string {
  if (found.startLine !== found.endLine) return ''
  const line = source.split('\n')[found.startLine] ?? ''
  const words = line.slice(found.startColumn, found.endColumn)
  return words === '' ? '' : `: ${words}`
}

function checkTags(options: {
  unit: Unit
  file: string
  scan: WxmlScan
  problems: Problem[]
}): void {
  const { unit, file, scan, problems } = options
  for (const { name, line } of scan.tags) {
    const known =
      BUILT_IN_TAGS.has(name) ||
      LANGUAGE_TAGS.has(name) ||
      Object.hasOwn(unit.usingComponents, name) ||
      Object.hasOwn(unit.componentGenerics, name)
    if (known) continue
    const message = `<${name}> is neither a component of this phone nor in usingComponents`
    problems.push({ file: `${file}.wxml`, line, message })
  }
}

function paths(list: readonly unknown[]): string[] {
  return list.filter((item) => typeof item === 'string')
}
