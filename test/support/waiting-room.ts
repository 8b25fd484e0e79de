import type { HttpContext } from '../../server/http/context.ts'

/** Where requests stay until a test lets them go: work that does not end by itself. */
export interface WaitingRoom {
  stay(ctx: HttpContext): Promise<void>
  size(): number
  /** Resolves once so many are in it. */
  until(size: number): Promise<void>
  letGo(count: number): void
  /** Lets all go with a fault. */
  fail(): void
  /** Lets all go, and whoever comes later. */
  end(): void
}

export function createWaitingRoom(): WaitingRoom {
  const inside = new Set<(fault?: Error) => void>()
  const watchers = new Set<() => void>()
  let open = true
  const changed = () => {
    for (const watcher of watchers) watcher()
  }
  const leave = (fault?: Error) => {
    for (const go of inside) go(fault)
  }
  return {
    async stay(ctx) {
      if (open) {
        await new Promise<void>((resolve, reject) => {
          const go = (fault?: Error): void => {
            inside.delete(go)
            changed()
            if (fault) reject(fault)
            else resolve()
          }
          inside.add(go)
          changed()
        })
      }
      ctx.body = { stayed: true }
    },
    size: () => inside.size,
    until: (size) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (inside.size !== size) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
        watcher()
      }),
    letGo(count) {
      for (const go of [...inside].slice(0, count)) go()
    },
    fail: () => leave(new Error('the work failed')),
    end() {
      open = false
      leave()
    },
  }
}
