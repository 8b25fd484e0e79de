/**
 * Who pays. An openid means something only together with the app that issued it, and the two kinds of
 * app never share one: the brands make handing one for the other a compile error.
 */

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type AppKind = 'miniProgram' | 'officialAccount'

export type AppId<Kind extends AppKind = AppKind> = Kind extends AppKind
  ? Branded<'appId'> & { readonly kind?: Kind }
  : never
export type Openid<Kind extends AppKind = AppKind> = Kind extends AppKind
  ? Branded<'openid'> & { readonly kind?: Kind }
  : never

/** A person inside one app. Made only by a login, or by the merchant's word on a new order. */
export interface Payer<Kind extends AppKind = AppKind> {
  readonly appId: AppId<Kind>
  readonly openid: Openid<Kind>
}

export type AnyPayer = Payer<'miniProgram'> | Payer<'officialAccount'>

/** The one place where plain strings become a payer: at the edge that learnt them from WeChat. */
export function payerFrom<Kind extends AppKind>(appId: string, openid: string): Payer<Kind> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- brands exist only in types
  return { appId: appId as AppId<Kind>, openid: openid as Openid<Kind> }
}

export function samePayer(
  left: { appId: string; openid: string } | null,
  right: { appId: string; openid: string } | null,
): boolean {
  return (
    left !== null && right !== null && left.appId === right.appId && left.openid === right.openid
  )
}
