type Listener = (...details: unknown[]) => void

/** The line between a page and the one that opened it (`getOpenerEventChannel`). */
export class EventChannel {
  private readonly listeners = new Map<string, Set<Listener>>()

  constructor(events: Readonly<Record<string, unknown>> = {}) {
    for (const [name, listener] of Object.entries(events)) {
      if (isListener(listener)) this.on(name, listener)
    }
  }

  on(name: string, listener: Listener): void {
    const existing = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, existing.add(listener))
  }

  once(name: string, listener: Listener): void {
    const wrapped: Listener = (...details) => {
      this.off(name, wrapped)
      listener(...details)
    }
    this.on(name, wrapped)
  }

  off(name: string, listener?: Listener): void {
    if (listener === undefined) this.listeners.delete(name)
    else this.listeners.get(name)?.delete(listener)
  }

  emit(name: string, ...details: unknown[]): void {
    for (const listener of Array.from(this.listeners.get(name) ?? [])) listener(...details)
  }
}

function isListener(value: unknown): value is Listener {
  return typeof value === 'function'
}
