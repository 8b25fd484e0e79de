import type { ClientStorage } from '../../../shared/client/types.ts'

export function memoryStorage(kept: Readonly<Record<string, string>> = {}): ClientStorage {
  const values = new Map(Object.entries(kept))
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  }
}
