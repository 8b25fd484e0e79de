import type { PayParams } from '../../shared/contract/client-action.ts'

/** What the front end must do next; the HTTP layer turns `…AtMs` into ISO 8601. */
export type ClientAction =
  | { readonly kind: 'wechatPay'; readonly payParams: PayParams; readonly expiresAtMs: number }
  | {
      readonly kind: 'qrCode'
      readonly content: string | null
      readonly image: string | null
      readonly expiresAtMs: number
    }
  | {
      readonly kind: 'redirect'
      readonly url: string
      readonly expiresAtMs: number
      /** The address opens once: whoever needs it again needs a new payment. */
      readonly singleUse?: boolean
    }
  | {
      readonly kind: 'appPay'
      readonly params: Readonly<Record<string, string>>
      readonly expiresAtMs: number
    }
  | { readonly kind: 'wait'; readonly expiresAtMs: number }
