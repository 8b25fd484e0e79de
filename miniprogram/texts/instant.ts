/** `2026-11-22 09:30` by this device's own zone: receipts are read, not parsed. Empty for nonsense. */
export function formatInstant(iso: string | null): string {
  const time = new Date(iso ?? '')
  if (Number.isNaN(time.getTime())) return ''
  const two = (part: number) => String(part).padStart(2, '0')
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`
}
