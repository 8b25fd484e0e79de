/** One run at a time: whoever starts it while it runs gets the same promise. Answers [start, running]. */
export function singleFlight<T>(
  run: () => Promise<T>,
): readonly [() => Promise<T>, () => Promise<T> | null] {
  let running: Promise<T> | null = null
  async function once(): Promise<T> {
    try {
      return await run()
    } finally {
      running = null
    }
  }
  // biome-ignore lint/suspicious/noAssignInExpressions: the shortest way to say it once.
  return [() => running || (running = once()), () => running]
}

/** For storage that may be full or forbidden: what throws there is only forgotten. */
export function quietly<T>(task: () => T): T | undefined {
  try {
    return task()
  } catch {
    return undefined
  }
}
