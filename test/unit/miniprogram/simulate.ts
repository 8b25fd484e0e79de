import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { builtinEnvironments } from 'vitest/runtime'
import { writeClientModules } from '../../../scripts/miniprogram/client-package.ts'
import { emitPlainJs } from '../../../scripts/miniprogram/emit.ts'

// It is CommonJS that looks for the globals of a browser as soon as it is loaded.
const require = createRequire(import.meta.url)
const root = path.join(import.meta.dirname, '../../..')

/** WeChat's own compiler where it runs; its stand-in elsewhere. */
const COMPILER = process.arch === 'x64' ? 'official' : 'simulate'

/** As far as the tests use miniprogram-simulate; its own declarations need a global namespace. */
interface Simulate {
  load(
    file: string,
    tag: string,
    options: { compiler: 'official' | 'simulate'; rootPath: string },
  ): string
  load(definition: object): string
  render(id: string, properties?: object): Component
}

export interface Component {
  readonly dom: Element
  readonly data: Record<string, unknown>
  readonly instance: Record<string, (argument?: unknown) => unknown>
  querySelector(selector: string): Component | undefined
  querySelectorAll(selector: string): Component[]
  dispatchEvent(name: string, options?: object): void
  addEventListener(name: string, listener: (event: { detail: unknown }) => void): void
  attach(parent: Element): void
  detach(): void
}

export interface BuiltMiniProgram {
  /** A page or a component, shown in the document. */
  show(file: string, properties?: object): Component
  close(): Promise<void>
}

/** The Mini Program as plain JavaScript in a folder of its own, run by WeChat's test framework. */
export async function buildForSimulation(): Promise<BuiltMiniProgram> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tea-shop-'))
  const dist = path.join(folder, 'client')
  const out = path.join(folder, 'miniprogram')
  await mkdir(dist)
  await writeClientModules(root, dist)
  await writeFile(path.join(dist, 'package.json'), '{ "main": "index.js", "type": "commonjs" }')
  await emitPlainJs({ root: path.join(root, 'miniprogram'), dist, out })
  // The framework lets Node find packages, and Node looks for them here.
  await symlink(path.join(out, 'miniprogram_npm'), path.join(out, 'node_modules'))
  // Only now: esbuild refuses to run among the globals of a browser, and the framework needs them.
  await builtinEnvironments.jsdom.setup(globalThis, {})
  const simulate: Simulate = require('miniprogram-simulate')
  return {
    show(file, properties) {
      const tag = path.basename(file)
      const id = simulate.load(path.join(out, file), tag, { compiler: COMPILER, rootPath: out })
      const component = simulate.render(id, properties)
      component.attach(document.body)
      return component
    },
    close: () => rm(folder, { recursive: true }),
  }
}

/** What a person reads there, in one line. */
export function textOf(component: Component | undefined): string {
  return (component?.dom.textContent ?? '').replace(/\s+/g, ' ').trim()
}

/** A button of the outcome that a page shows: the framework looks into no component by itself. */
export function outcomeAction(page: Component, which: 'main' | 'other'): Component | undefined {
  return page.querySelector('.outcome')?.querySelector('.panel')?.querySelector(`.action-${which}`)
}

/** Lets everything run that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export async function tap(component: Component | undefined): Promise<void> {
  if (!component) throw new Error('there is nothing to tap')
  component.dispatchEvent('tap')
  await settled()
}

/** A page as WeChat opens it: `onLoad` with the query, `onShow`, and whatever these begin. */
export async function openPage(
  built: BuiltMiniProgram,
  name: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Component> {
  const page = built.show(`pages/${name}/${name}`)
  page.instance['onLoad']?.(query)
  page.instance['onShow']?.()
  await settled()
  return page
}
