import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { readProject } from '../../sandbox/phone/compile/project.ts'
import { compileStyles } from '../../sandbox/phone/compile/styles.ts'
import { compileTemplates } from '../../sandbox/phone/compile/templates.ts'
import { describeProblem, type Problem } from '../../sandbox/phone/compile.ts'

/** What WeChat takes in a main package. */
export const PACKAGE_LIMIT_BYTES = 2 * 1024 * 1024

/** Declarations, source maps and READMEs; project.config.json keeps them out of the upload. */
const LEFT_BEHIND = /\.d\.ts$|\.map$|\.md$/

export interface Checked {
  readonly pages: number
  readonly components: number
  /** Empty where the Mini Program is sound. */
  readonly problems: readonly string[]
}

/**
 * What DevTools would only show when the page is opened: every page and component has its files,
 * every used component exists and every component is used, WXML passes WeChat's own compiler without
 * so much as a warning, WXSS reads, and the sitemap names pages that exist.
 */
export async function checkMiniProgram(root: string): Promise<Checked> {
  const problems: Problem[] = []
  const project = await readProject(root, problems)
  if (project) {
    await compileTemplates(project, problems)
    const { warnings } = await compileStyles(project, problems)
    problems.push(...warnings)
    problems.push(...(await unusedComponents(root, new Set(project.units.map((one) => one.path)))))
    problems.push(...(await strayPagesInSitemap(root, project.pages)))
  }
  const units = project?.units ?? []
  return {
    pages: units.filter(({ kind }) => kind === 'page').length,
    components: units.filter(({ kind }) => kind === 'component').length,
    problems: problems.map(describeProblem),
  }
}

/** Bytes of everything that would be uploaded from a built folder. */
export async function packageBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !LEFT_BEHIND.test(entry.name))
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(path.join(parentPath, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function unusedComponents(root: string, used: ReadonlySet<string>): Promise<Problem[]> {
  const units = await Promise.all(['components', 'payment'].map((part) => unitsIn(root, part)))
  return units
    .flat()
    .filter((unit) => !used.has(unit))
    .map((unit) => ({ file: `${unit}.json`, message: 'no page uses this component' }))
}

/** `components/price/price` and the like: folders with a template of their own name. */
async function unitsIn(root: string, part: string): Promise<string[]> {
  const names = await readdir(path.join(root, part)).catch(() => [])
  const units = names.map((name) => `${part}/${name}/${name}`)
  const there = await Promise.all(
    units.map((unit) =>
      stat(path.join(root, `${unit}.wxml`)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return units.filter((_, index) => there[index])
}

const sitemapSchema = z.object({ rules: z.array(z.object({ page: z.string() })) })

async function strayPagesInSitemap(root: string, pages: readonly string[]): Promise<Problem[]> {
  const file = 'sitemap.json'
  const sitemap = sitemapSchema.safeParse(
    JSON.parse(await readFile(path.join(root, file), 'utf8').catch(() => 'null')),
  )
  if (!sitemap.success) return [{ file, message: 'needs "rules" with a "page" each' }]
  return sitemap.data.rules
    .filter(({ page }) => page !== '*' && !pages.includes(page))
    .map(({ page }) => ({ file, message: `${page} is no page of app.json` }))
}
