import type { Why } from '../pay/screen'

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
    readonly loading: string
    readonly pay: string
    readonly paying: string
    readonly checking: string
    readonly promise: string
  }
  readonly receipt: {
    readonly title: string
    readonly paidAt: string
    readonly amount: string
    readonly items: string
  }
  readonly notice: {
    readonly open: string
    readonly checking: string
    readonly paid: string
    readonly resume: string
    readonly view: string
  }
  /** What is behind a `problem` or `refused` screen, where the payer can use it. */
  readonly why: Readonly<Partial<Record<Why, string>>>
  readonly whyElse: string
  readonly screens: Readonly<Record<ScreenKind, ScreenText>>
}

export interface PanelText {
  readonly title: string
  readonly text: string
  readonly action: string
}

export interface ScreenText {
  readonly title: string
  readonly text: string
  /** The next step. */
  readonly main: string
  /** A second way on, or empty. */
  readonly other: string
}

/** The screens that end an attempt to pay, each with its own next step. */
export type ScreenKind =
  | 'paid'
  | 'pending'
  | 'dismissed'
  | 'failed'
  | 'closed'
  | 'offline'
  | 'problem'
  | 'refused'
  | 'missing'
