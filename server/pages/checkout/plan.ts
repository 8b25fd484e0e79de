/** What a page does where it was opened, given what the provider accounts can do. Pure. */
import type { Environment } from '../../../shared/environment.ts'
import type { Scene } from '../../../shared/payment-status.ts'

export type WebScene = Extract<Scene, 'officialAccount' | 'desktopQr' | 'mobileWeb'>

/** Where the payer goes on instead; each is a heading, a sentence and a step of the page. */
export type Advice =
  /** To the native cashier of the Mini Program around this page. */
  | 'relay'
  /** With the link, into a chat of WeChat on this phone. */
  | 'openInWeChat'
  /** With the link, or by WeChat's own menu, into the phone's browser. */
  | 'openInBrowser'
  /** The link as a code: WeChat on a phone opens this page, and pays there. */
  | 'scanInWeChat'
  /** The same for the camera of any phone. */
  | 'scanWithPhone'
  /** No account of this server can take this order anywhere. */
  | 'nowhere'

export type Plan =
  | { readonly kind: 'pay'; readonly scene: WebScene }
  | {
      readonly kind: 'elsewhere'
      readonly advice: Advice
      /** A code for a second phone works as well, where there is one. */
      readonly codeToo: boolean
    }

type Place = Environment['place']

/** The scene that each way ends in; without an account for it the way leads nowhere. */
const ENDS_IN: Readonly<Record<Exclude<Advice, 'nowhere'>, Scene>> = {
  relay: 'miniProgram',
  openInWeChat: 'officialAccount',
  openInBrowser: 'mobileWeb',
  scanInWeChat: 'officialAccount',
  scanWithPhone: 'mobileWeb',
}

type Way = keyof typeof ENDS_IN

/** The ways on from each place, the easiest first; none is tried where the place itself can pay. */
const WAYS: Readonly<Record<Place, readonly Way[]>> = {
  miniProgram: [],
  webView: ['relay', 'openInWeChat', 'openInBrowser'],
  officialAccount: ['openInBrowser'],
  weComPhone: ['openInWeChat', 'openInBrowser'],
  phone: ['openInWeChat'],
  desktopWeChat: ['scanInWeChat', 'scanWithPhone'],
  weComDesktop: ['scanInWeChat', 'scanWithPhone'],
  desktop: ['scanInWeChat', 'scanWithPhone'],
}

/**
 * The scene to pay in, or the way to where it can be paid. A way that takes the link needs one: an
 * address without its token opens nothing elsewhere.
 */
export function planFor(
  { place, scene }: Pick<Environment, 'place' | 'scene'>,
  able: { readonly scenes: readonly Scene[]; readonly hasLink: boolean },
): Plan {
  const can = (wanted: Scene) => able.scenes.includes(wanted)
  if (scene && scene !== 'miniProgram' && can(scene)) return { kind: 'pay', scene }
  const advice = WAYS[place].find((way) => can(ENDS_IN[way]) && (way === 'relay' || able.hasLink))
  if (advice) return { kind: 'elsewhere', advice, codeToo: can('desktopQr') }
  // A second phone can always scan what this screen shows.
  if (can('desktopQr')) return { kind: 'pay', scene: 'desktopQr' }
  return { kind: 'elsewhere', advice: 'nowhere', codeToo: false }
}

/** A code on a phone's own screen is for another phone, and the words must say so. */
export function isHandheldPlace(place: Place): boolean {
  return !/desktop/i.test(place)
}
