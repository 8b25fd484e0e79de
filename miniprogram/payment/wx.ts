/** The members of `wx` that paying needs; the `wx` of either typings package fits. */
import type { WxPayment } from 'wechat-pay-client'

interface Failure {
  readonly errMsg: string
}

export interface WxPlatform extends WxPayment {
  request(option: {
    url: string
    method: 'GET' | 'POST'
    timeout: number
    header: Record<string, string>
    data?: Record<string, unknown>
    success: (answer: { statusCode: number; data: unknown; header: object }) => void
    fail: (failure: Failure) => void
  }): unknown
  login(option: {
    success: (answer: { code: string }) => void
    fail: (failure: Failure) => void
  }): unknown
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: string): void
  removeStorageSync(key: string): void
  onAppShow(listener: () => void): void
  onAppHide(listener: () => void): void
  getAccountInfoSync(): { miniProgram: { appId: string } }
  getSystemInfoSync(): { platform: string; language: string; SDKVersion: string }
  /** Missing in the oldest versions of WeChat. */
  canIUse?(schema: string): boolean
  getLaunchOptionsSync?(): { scene: number }
}
