import path from 'node:path'
import { MiniProgramCompileError, type Problem } from './compile/problems.ts'
import { type Project, readProject } from './compile/project.ts'
import { compileScripts } from './compile/scripts.ts'
import { compileStyles, styleScopeOf } from './compile/styles.ts'
import { compileTemplates } from './compile/templates.ts'
import type { BoundHandler, CompiledProgram } from './program.ts'

export { describeProblem, MiniProgramCompileError, type Problem } from './compile/problems.ts'

export interface CompiledMiniProgram {
  /** A classic script that sets `window.miniProgram`. */
  readonly js: string
  readonly sourceMap: string
  readonly css: string
  /** Title of the home page's or the app's navigation bar: what the phone calls the program. */
  readonly title: string
  readonly warnings: readonly Problem[]
}

const NO_TAB_BAR: Problem = {
  file: 'app.json',
  message: 'tabBar: this phone draws none, and wx.switchTab fails',
}

/**
 * Compiles the sources of a Mini Program (the folder with app.json) for the phone in the browser:
 * WXML with WeChat's template compiler, WXSS to CSS, scripts in one bundle.
 * Throws MiniProgramCompileError with every problem found; warnings come with the result.
 */
export async function compileMiniProgram(options: {
  readonly root: string
  readonly appId: string
  /** npm package name → file, for packages that WeChat's npm build would have put in place. */
  readonly aliases?: Readonly<Record<string, string>>
}): Promise<CompiledMiniProgram> {
  const problems: Problem[] = []
  const project = await readProject(path.resolve(options.root), problems)
  if (project === null) throw new MiniProgramCompileError(problems)

  const templates = await compileTemplates(project, problems)
  const styles = await compileStyles(project, problems)
  const scripts = await compileScripts({
    project,
    aliases: options.aliases ?? {},
    config: JSON.stringify(configOf(project, options.appId, templates.handlers)),
    templates: templates.expression,
    handlers: templates.handlers,
    problems,
  })
  if (scripts === null || problems.length > 0) throw new MiniProgramCompileError(problems)
  const warnings = [...(project.drawsTabBar ? [NO_TAB_BAR] : []), ...styles.warnings]
  return { ...scripts, css: styles.css, title: titleOf(project), warnings }
}

function configOf(
  project: Project,
  appId: string,
  handlers: ReadonlyMap<string, readonly BoundHandler[]>,
): Omit<CompiledProgram, 'templates' | 'scripts'> {
  const units = project.units.map((unit) => ({
    path: unit.path,
    kind: unit.kind,
    window: unit.window,
    usingComponents: unit.usingComponents,
    componentGenerics: unit.componentGenerics,
    styleIsolation: unit.styleIsolation,
    styleScope: styleScopeOf(unit),
    handlers: handlers.get(unit.path) ?? [],
  }))
  const { pages, window, themes, style } = project
  return { appId, pages, window, themes, style, units }
}

function titleOf(project: Project): string {
  const home = project.units.find((unit) => unit.path === project.pages[0])
  const { navigationBarTitleText: fromApp } = project.window
  return fromApp ?? home?.window.navigationBarTitleText ?? project.pages[0] ?? ''
}
