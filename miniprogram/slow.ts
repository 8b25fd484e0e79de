/** How long people look at grey rows before they want a word. */
const SLOW_MS = 4_000

/** The work itself; says so once where it takes long. */
export async function orSlow<Value>(work: Promise<Value>, onSlow: () => void): Promise<Value> {
  const timer = setTimeout(onSlow, SLOW_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}
