import { type Locale, translate } from '../../../shared/messages/translate.ts'
import { formatMoney } from '../../../shared/money.ts'
import { VERDICTS, type Verdict } from '../../../shared/payment-status.ts'
import type { Step } from './controller.ts'
import type { PageData } from './page-data.ts'
import type { PageState, Work } from './state.ts'
import { wordsFor } from './words.ts'

/** The words of one state and the steps that lead on from it; the first step is the likely one. */
export interface Panel {
  readonly heading: string
  readonly text: string
  /** A time or a number to tell the shop; empty for none. */
  readonly small: string
  readonly steps: readonly PanelStep[]
  /** Label of the way to the shop, where this state leads there. */
  readonly shopLabel: string
  /** Offers to go on in the Mini Program around this page. */
  readonly relay: boolean
}

type Shown = Exclude<PageState, { kind: 'code' }>

export function panelFor(state: Shown, page: PageData): Panel {
  return { ...NOTHING, ...partsOf(state, page) }
}

const NOTHING: Panel = { heading: '', text: '', small: '', steps: [], shopLabel: '', relay: false }

function partsOf(state: Shown, page: PageData): Partial<Panel> {
  const { locale } = page
  if (state.kind === 'working') return { text: workingText(state.what, locale) }
  if (state.kind === 'ready') {
    return { text: wordsFor(locale).readyText, steps: [payStep(page)] }
  }
  return isDecided(state) ? verdictParts(state, locale) : undecidedParts(state, page)
}

function isDecided(state: Shown): state is Extract<Shown, { kind: Verdict }> {
  return VERDICTS.some((verdict) => verdict === state.kind)
}

/** The server's four verdicts, each with the next step that fits it. */
function verdictParts(state: Extract<Shown, { kind: Verdict }>, locale: Locale): Partial<Panel> {
  const words = wordsFor(locale)
  const heading = translate(locale, `verdict.${state.kind}`)
  const shopLabel = translate(locale, 'button.backToShop')
  switch (state.kind) {
    case 'paid':
      return { heading, text: words.paidText, small: paidAtText(state.paidAt, locale), shopLabel }
    case 'pending':
      return { heading, text: words.pendingText, steps: [checkStep(locale)], shopLabel }
    case 'failed': {
      const again = { label: translate(locale, 'button.payAgain'), step: 'pay' } as const
      const text = reasonText(state.reason, locale) || words.failedText
      return { heading, text, steps: [again], shopLabel }
    }
    case 'closed': {
      const text = [reasonText(state.reason, locale), words.closedText].filter(Boolean).join(' ')
      return { heading, text, shopLabel: words.newOrder }
    }
  }
}

type Undecided = Exclude<Shown, { kind: Verdict | 'working' | 'ready' }>

/** Everything short of a verdict: nothing here says paid, and nothing here gives the order up. */
function undecidedParts(state: Undecided, page: PageData): Partial<Panel> {
  const { locale } = page
  const words = wordsFor(locale)
  const shopLabel = translate(locale, 'button.backToShop')
  switch (state.kind) {
    case 'dismissed':
      return {
        heading: words.dismissed,
        text: words.dismissedText,
        steps: [payStep(page), checkStep(locale)],
      }
    case 'expired': {
      const again = translate(locale, state.wasCode ? 'button.newCode' : 'button.payAgain')
      return {
        heading: state.wasCode ? words.codeExpired : words.expired,
        text: words.expiredText,
        steps: [{ label: again, step: 'pay' }, checkStep(locale)],
      }
    }
    case 'cancelled':
      return {
        heading: words.cancelled,
        text: words.cancelledText,
        steps: [{ label: translate(locale, 'button.payAgain'), step: 'pay' }, checkStep(locale)],
      }
    case 'offline':
      return { heading: words.offline, text: words.offlineText, steps: [checkStep(locale)] }
    case 'problem':
      return {
        heading: words.problem,
        text: translate(locale, state.message),
        small: requestIdText(state.requestId, locale),
        steps: state.retryable ? [{ label: words.tryAgain, step: 'pay' }] : [],
        shopLabel,
      }
    case 'missing':
      return {
        heading: words.missing,
        text: translate(locale, 'problem.orderNotFound'),
        shopLabel,
      }
    case 'elsewhere':
      return {
        heading: words.elsewhere,
        text: translate(locale, `environment.${state.advice}`),
        relay: state.advice === 'relay',
      }
  }
}

interface PanelStep {
  readonly label: string
  readonly step: Step
}

function payStep({ locale, order }: PageData): PanelStep {
  const amount = order && formatMoney(order.amount)
  const label = amount
    ? translate(locale, 'button.payAmount', { amount })
    : translate(locale, 'button.pay')
  return { label, step: 'pay' }
}

function checkStep(locale: Locale): PanelStep {
  return { label: translate(locale, 'button.checkAgain'), step: 'check' }
}

function workingText(what: Work, locale: Locale): string {
  if (what === 'leaving') return wordsFor(locale).leaving
  return translate(locale, `progress.${what}`)
}

function reasonText(reason: Extract<Shown, { kind: 'failed' }>['reason'], locale: Locale): string {
  return reason === null ? '' : translate(locale, `reason.${reason}`)
}

function paidAtText(paidAt: string | null, locale: Locale): string {
  if (paidAt === null) return ''
  const time = new Date(paidAt).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return `${wordsFor(locale).paidAt} ${time}`
}

function requestIdText(requestId: string | null, locale: Locale): string {
  return requestId === null ? '' : translate(locale, 'support.requestId', { requestId })
}
