/**
 * What the compiler (Node) hands to the phone (browser): one Mini Program, ready to be registered
 * and run. Imports nothing, because both sides read it.
 */
export interface CompiledProgram {
  readonly appId: string
  /** Page paths in the order of app.json; the first is the home page. */
  readonly pages: readonly string[]
  readonly window: WindowConfig
  /** Values of the `@names` in `window`, by theme; null where the program knows light alone. */
  readonly themes: Themes | null
  /** `style` of app.json: "v2" asks for WeChat's newer look of the built-in components. */
  readonly style: string | null
  /** Pages and components, each after the components it uses. */
  readonly units: readonly CompiledUnit[]
  /** Template generators of glass-easel's compiler, by path. */
  readonly templates: Readonly<Record<string, unknown>>
  /** Runs the script of a path; `app` is app.ts. A script that was run once is not run again. */
  readonly scripts: Readonly<Record<string, () => unknown>>
}

export interface CompiledUnit {
  readonly path: string
  readonly kind: 'page' | 'component'
  readonly window: WindowConfig
  /** Tag → absolute component path, those of app.json included. */
  readonly usingComponents: Readonly<Record<string, string>>
  readonly componentGenerics: Readonly<Record<string, true | { readonly default?: string }>>
  readonly styleIsolation: StyleIsolation | null
  /** Prefix of the component's class names, null where classes are shared with the page. */
  readonly styleScope: string | null
  readonly handlers: readonly BoundHandler[]
}

export type StyleIsolation = 'isolated' | 'apply-shared' | 'shared'

/** A method that the template binds to an event; the unit must have it. */
export interface BoundHandler {
  readonly method: string
  readonly event: string
  readonly file: string
  readonly line: number
}

/** theme.json: what a name such as `@paper` stands for. */
export type Themes = Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>>

/** The part of app.json `window` and of a page's JSON that the phone draws. */
export interface WindowConfig {
  readonly navigationBarTitleText?: string | undefined
  readonly navigationBarBackgroundColor?: string | undefined
  /** `black`, `white`, or a name of theme.json. */
  readonly navigationBarTextStyle?: string | undefined
  readonly navigationStyle?: 'default' | 'custom' | undefined
  readonly backgroundColor?: string | undefined
  readonly enablePullDownRefresh?: boolean | undefined
}

/** Tags that the phone brings along; everything else must be in usingComponents. */
export const builtInTags = [
  'view',
  'text',
  'button',
  'image',
  'scroll-view',
  'input',
  'textarea',
  'navigator',
  'icon',
  'label',
  'form',
  'radio',
  'radio-group',
  'checkbox',
  'checkbox-group',
  'switch',
  'swiper',
  'swiper-item',
  'web-view',
] as const
export type BuiltInTag = (typeof builtInTags)[number]
