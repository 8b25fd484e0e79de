import { textOption, type WxApi, WxFailure, wxFunction } from './api.ts'

const LIMIT_KB = 10_240

/** `wx.setStorage` and its family: one store per app, kept when the program is killed. */
export function createStorage(storage: Storage, appId: string): WxApi {
  const prefix = `wx-storage:${appId}:`
  const keys = () =>
    Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  const read = (key: string): { data: unknown } | null => {
    const kept = storage.getItem(prefix + key)
    if (kept === null) return null
    const parsed: unknown = JSON.parse(kept)
    return { data: isKept(parsed) ? parsed.data : undefined }
  }
  const write = (key: unknown, data: unknown) => {
    if (typeof key !== 'string' || key === '') throw new Error('the key must be a string')
    storage.setItem(prefix + key, JSON.stringify({ data }))
  }
  const clear = () => {
    for (const key of keys()) storage.removeItem(prefix + key)
  }
  const info = () => {
    const characters = keys().reduce(
      (sum, key) => sum + (storage.getItem(prefix + key) ?? '').length,
      0,
    )
    return { keys: keys(), currentSize: Math.ceil(characters / 1024), limitSize: LIMIT_KB }
  }
  return {
    getStorageSync: (key: string) => read(key)?.data ?? '',
    setStorageSync: write,
    removeStorageSync: (key: string) => storage.removeItem(prefix + key),
    clearStorageSync: clear,
    getStorageInfoSync: info,
    getStorage: wxFunction('getStorage', (options) => {
      const kept = read(textOption(options, 'key'))
      if (kept === null) throw new WxFailure('getStorage:fail data not found')
      return kept
    }),
    setStorage: wxFunction('setStorage', (options) => write(options['key'], options['data'])),
    removeStorage: wxFunction('removeStorage', (options) =>
      storage.removeItem(prefix + textOption(options, 'key')),
    ),
    clearStorage: wxFunction('clearStorage', clear),
    getStorageInfo: wxFunction('getStorageInfo', info),
  }
}

function isKept(value: unknown): value is { data: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value
}
