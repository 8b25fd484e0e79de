/** What WeChat gives a program, in the shapes that the client asks for. */
import type { ClientStorage, Clock, Visibility } from 'wechat-pay-client'
import type { WxPlatform } from './wx'

export function createStorage(wx: WxPlatform): ClientStorage {
  return {
    get(key) {
      const value = wx.getStorageSync(key)
      return typeof value === 'string' && value !== '' ? value : null
    },
    set: (key, value) => wx.setStorageSync(key, value),
    remove: (key) => wx.removeStorageSync(key),
  }
}

export const clock: Clock = {
  nowMs: () => Date.now(),
  setTimer(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}

/** WeChat interrupts requests five seconds after it hid a program, so none is begun meanwhile. */
export function createVisibility(wx: WxPlatform): Visibility {
  let visible = true
  const listeners = new Set<() => void>()
  const turn = (now: boolean) => {
    visible = now
    for (const listener of listeners) listener()
  }
  wx.onAppShow(() => turn(true))
  wx.onAppHide(() => turn(false))
  return {
    visible: () => visible,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * A key that no other request has. It need not be secret: the servers keep keys apart by payer and
 * by shop, and WeChat's random numbers come too late for a tap.
 */
export function newKey(): string {
  const word = () => Math.random().toString(36).slice(2, 12)
  return `${Date.now().toString(36)}-${word()}-${word()}`
}
