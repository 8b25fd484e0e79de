import { renderSVG } from 'uqr'
import type { PageData } from '../../../server/pages/checkout/page-data.ts'
import type { PageState } from '../../../server/pages/checkout/state.ts'

/** Every state of the payer's page, with what the server wrote around it. */
export interface GalleryState {
  readonly name: string
  /** `code` without its function, which the gallery adds. */
  readonly state: SendableState
  readonly page?: Partial<PageData>
  readonly onHandheld?: boolean
  readonly offline?: true
}

type SendableState =
  | Exclude<PageState, { kind: 'code' }>
  | { readonly kind: 'code'; readonly remainingMs: number | null; readonly image?: string }

const LINK =
  'https://tea.example/pay/TEA-20260624-0017?t=Yx3-k9vQ2mB7sT0aLw8nRfUj5cHdEoPi6gKz1qV4_yS'

/** A provider's own picture of a code, as several deliver it. */
const PICTURE = `data:image/svg+xml,${encodeURIComponent(renderSVG(LINK, { border: 2 }))}`

export const GALLERY_PAGE: PageData = {
  view: 'pay',
  locale: 'en',
  order: {
    orderRef: 'TEA-20260624-0017',
    status: 'open',
    amount: '¥196.00',
    description: 'West Lake Longjing 西湖龙井 · 100 g',
    expiresAt: '2026-06-24T04:00:00.000Z',
    paidAt: null,
  },
  payerKnown: true,
  shopUrl: '/shop',
  scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb'],
  link: LINK,
  parts: { wechat: '', code: '', elsewhere: '' },
}

const elsewhere = (advice: Extract<PageState, { kind: 'elsewhere' }>['advice']) =>
  ({
    kind: 'elsewhere',
    advice,
    codeToo: advice !== 'nowhere' && !advice.startsWith('scan'),
  }) as const

export const GALLERY: readonly GalleryState[] = [
  { name: 'creating', state: { kind: 'working', what: 'creating' } },
  { name: 'confirming', state: { kind: 'working', what: 'confirming' } },
  { name: 'leaving', state: { kind: 'working', what: 'leaving' } },
  { name: 'ready', state: { kind: 'ready' } },
  { name: 'code', state: { kind: 'code', remainingMs: 245_000 }, onHandheld: false },
  { name: 'code-for-other-phone', state: { kind: 'code', remainingMs: 245_000 } },
  {
    name: 'code-picture',
    state: { kind: 'code', remainingMs: null, image: PICTURE },
    onHandheld: false,
  },
  { name: 'paid', state: { kind: 'paid', paidAt: '2026-06-24T02:05:00.000Z' } },
  { name: 'pending', state: { kind: 'pending' } },
  { name: 'dismissed', state: { kind: 'dismissed' } },
  { name: 'expired', state: { kind: 'expired', wasCode: false } },
  { name: 'code-expired', state: { kind: 'expired', wasCode: true } },
  { name: 'cancelled', state: { kind: 'cancelled' } },
  { name: 'failed', state: { kind: 'failed', reason: 'declined' } },
  { name: 'closed', state: { kind: 'closed', reason: 'expired' } },
  { name: 'offline', state: { kind: 'offline' }, offline: true },
  {
    name: 'problem',
    state: {
      kind: 'problem',
      message: 'problem.providerUnavailable',
      retryable: true,
      requestId: '01m8qtkywbmdjktse5aa1m2d1g',
    },
  },
  { name: 'missing', state: { kind: 'missing' }, page: { order: null, link: null } },
  { name: 'relay', state: elsewhere('relay') },
  { name: 'open-in-wechat', state: elsewhere('openInWeChat') },
  { name: 'open-in-browser', state: elsewhere('openInBrowser') },
  { name: 'scan-in-wechat', state: elsewhere('scanInWeChat'), onHandheld: false },
  { name: 'scan-with-phone', state: elsewhere('scanWithPhone'), onHandheld: false },
  { name: 'nowhere', state: elsewhere('nowhere') },
]

/** Throws where there is none of that name. */
export function stateCalled(name: string): GalleryState {
  const state = GALLERY.find((each) => each.name === name)
  if (!state) throw new Error(`the gallery has no state ${name}`)
  return state
}
