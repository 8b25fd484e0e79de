import type { OrderState } from '../order-view'

/** Every sentence of the shop, once per language; the compiler finds a missing one. */
export interface Texts {
  readonly shop: string
  readonly claim: string
  readonly checkout: string
  /** `{count}` is replaced. */
  readonly pieces: string
  readonly less: string
  readonly more: string
  readonly empty: PanelText
  readonly offline: PanelText
  readonly order: {
    readonly title: string
    readonly items: string
    readonly total: string
    readonly submit: string
    readonly submitting: string
    readonly basketEmpty: PanelText
    readonly refused: string
    readonly offline: string
  }
  readonly cashier: {
    readonly title: string
    readonly amount: string
    readonly number: string
    readonly promise: string
  }
  readonly receipt: {
    readonly title: string
    readonly paidAt: string
    readonly amount: string
    readonly items: string
    readonly refunded: string
    readonly thanks: string
    readonly checking: string
    readonly orders: string
    /** Where the order came from a page in a web-view. */
    readonly back: string
  }
  readonly orders: {
    readonly title: string
    readonly empty: PanelText
    readonly failed: PanelText
    readonly status: Readonly<Record<OrderState, string>>
    /** `{amount}` is replaced. */
    readonly refund: string
    readonly pay: string
    readonly check: string
    readonly stillOpen: string
    readonly view: string
    readonly confirm: string
    readonly confirmed: string
  }
  /** Under grey rows that take long to fill. */
  readonly slow: string
  readonly privacy: string
  readonly terms: string
  readonly termsText: readonly string[]
  readonly web: { readonly title: string; readonly missing: string }
  readonly notice: {
    readonly open: string
    readonly checking: string
    readonly paid: string
    readonly resume: string
    readonly view: string
  }
}

export interface PanelText {
  readonly title: string
  readonly text: string
  readonly action: string
}
