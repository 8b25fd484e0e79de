import * as glassEasel from 'glass-easel'
import { type CodeSpace, MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import type { CompiledProgram, CompiledUnit } from '../../program.ts'
import { behind } from './backend.ts'

/** A program whose pages and components are known to glass-easel. */
export interface RegisteredProgram {
  readonly env: MiniProgramEnv
  readonly codeSpace: CodeSpace
}

/** Makes an empty space for the program; built-in components are installed before its own. */
export function createSpace(): RegisteredProgram {
  const env = new MiniProgramEnv()
  const codeSpace = env.createCodeSpace('program', true)
  codeSpace.getComponentSpace().updateComponentOptions({ writeIdToDOM: true })
  codeSpace.setOverallBehavior(readyAfterAttached(codeSpace))
  return { env, codeSpace }
}

/** glass-easel leaves `ready` to its host: it follows `attached`, once the view was made. */
function readyAfterAttached(codeSpace: CodeSpace): glassEasel.GeneralBehavior {
  return codeSpace
    .getComponentSpace()
    .define()
    .lifetime('attached', function attached(this: unknown) {
      const component = behind(this)
      if (!(component instanceof glassEasel.Component)) return
      setTimeout(() => component.triggerLifetime('ready', []))
    })
    .registerBehavior()
    .general()
}

/**
 * Runs the scripts of all pages and components, each with `Page` and `Component` bound to its path.
 * Throws Error naming the unit whose script fails, defines nothing, or lacks a bound method.
 */
export function registerUnits(program: CompiledProgram, codeSpace: CodeSpace): void {
  const { templates } = program
  if (!areTemplates(templates)) throw new TypeError('the program brings no templates')
  for (const unit of program.units) {
    codeSpace.addComponentStaticConfig(unit.path, {
      ...isolationOf(unit),
      usingComponents: { ...unit.usingComponents },
      componentGenerics: { ...unit.componentGenerics },
    })
    codeSpace.addStyleSheet(unit.path, undefined, unit.styleScope ?? undefined)
    const content = templates[unit.path]
    if (content === undefined) throw new Error(`${unit.path} has no template`)
    codeSpace.addCompiledTemplate(unit.path, {
      groupList: templates,
      content,
      fallbackListenerOnNativeNode: true,
    })
  }
  for (const unit of program.units) runUnit(unit, { program, codeSpace })
}

function runUnit(
  unit: CompiledUnit,
  { program, codeSpace }: { program: CompiledProgram; codeSpace: CodeSpace },
): void {
  try {
    codeSpace.globalComponentEnv(window, unit.path, () => program.scripts[unit.path]?.())
  } catch (error) {
    throw new Error(`${unit.path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  const space = codeSpace.getComponentSpace()
  const definition = space.getComponentByUrlWithoutDefault(`/${unit.path}`, '')
  if (definition === null) throw new Error(`${unit.path} never called Page() or Component()`)
  definition.prepare()
  const methods = definition.behavior.getMethods()
  for (const { method, event, file, line } of unit.handlers) {
    if (typeof methods[method] === 'function') continue
    throw new Error(`${file}:${line} binds "${event}" to ${method}, which ${unit.path} has not`)
  }
}

/** The adapter's own default for `component: true` is isolated, without it shared. */
function isolationOf(unit: CompiledUnit): { component: boolean; addGlobalClass: boolean } {
  const component = unit.kind === 'component' && unit.styleIsolation !== 'shared'
  return { component, addGlobalClass: unit.styleIsolation === 'apply-shared' }
}

function areTemplates(value: object): value is glassEasel.template.ProcGenGroupList {
  return Object.values(value).every((generator) => typeof generator === 'function')
}
