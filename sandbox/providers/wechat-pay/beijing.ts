const EIGHT_HOURS_MS = 8 * 60 * 60_000

/** `2018-06-08T10:34:56+08:00`, as all times on this wire. */
export function beijingTime(atMs: number): string {
  return `${inBeijing(atMs).toISOString().slice(0, 19)}+08:00`
}

/** `2018-06-08 10:34:56`, as in bills. */
export function beijingClock(atMs: number): string {
  return beijingTime(atMs).slice(0, 19).replace('T', ' ')
}

/** `2018-06-08`. */
export function beijingDay(atMs: number): string {
  return beijingTime(atMs).slice(0, 10)
}

/** The first instant of that day in Beijing; null for what is no day, such as 2026-02-30. */
export function startOfBeijingDay(day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null
  const startMs = Date.parse(`${day}T00:00:00+08:00`)
  return Number.isNaN(startMs) || beijingDay(startMs) !== day ? null : startMs
}

function inBeijing(atMs: number): Date {
  return new Date(atMs + EIGHT_HOURS_MS)
}
