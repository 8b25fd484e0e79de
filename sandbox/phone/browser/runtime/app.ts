import type { LaunchOptions } from './host.ts'

type AppHook = 'onLaunch' | 'onShow' | 'onHide'

/** The program's `App({…})` object and its hooks. */
export class ProgramApp {
  private instance: object | null = null

  /** What the global `App` does. Throws Error when it is called twice. */
  readonly define = (definition: unknown): void => {
    if (this.instance !== null) throw new Error('App() was called twice')
    this.instance = typeof definition === 'object' && definition !== null ? definition : {}
  }

  readonly get = (): object => {
    if (this.instance === null) throw new Error('getApp() was called before App()')
    return this.instance
  }

  get defined(): boolean {
    return this.instance !== null
  }

  call(hook: AppHook, options?: LaunchOptions): void {
    const listener: unknown = Reflect.get(this.get(), hook)
    if (typeof listener !== 'function') return
    try {
      Reflect.apply(listener, this.get(), options === undefined ? [] : [{ ...options }])
    } catch (error) {
      reportError(error)
    }
  }
}
