import { VERDICTS, type Verdict } from '../../../shared/payment-status.ts'
import type { Step } from './controller.ts'
import type { PageData } from './page-data.ts'
import type { Advice } from './plan.ts'
import type { PageState, Work } from './state.ts'
import type { Texts } from './words.ts'

/** The words of one state and the steps that lead on from it; the first step is the likely one. */
export interface Panel {
  readonly heading: string
  readonly text: string
  /** A time or a number to tell the shop; empty for none. */
  readonly small: string
  readonly steps: readonly PanelStep[]
  /** Label of the way to the shop, where this state leads there. */
  readonly shopLabel: string
  /** The link of this order: to be copied, or drawn for the camera of another device. */
  readonly link: 'copy' | 'scan' | null
  /** Whose sign stands above the heading, where it is not the state's own. */
  readonly sign?: PageState['kind']
}

type Shown = Exclude<PageState, { kind: 'code' }>

export function panelFor(state: Shown, page: PageData, texts: Texts): Panel {
  return { ...NOTHING, ...partsOf(state, page, texts) }
}

const NOTHING: Panel = { heading: '', text: '', small: '', steps: [], shopLabel: '', link: null }

function partsOf(state: Shown, page: PageData, texts: Texts): Partial<Panel> {
  if (state.kind === 'working') return { text: workingText(state.what, texts) }
  if (state.kind === 'ready') {
    return { text: texts.words.readyText, steps: [payStep(page, texts)] }
  }
  return isDecided(state) ? verdictParts(state, texts) : undecidedParts(state, page, texts)
}

function isDecided(state: Shown): state is Extract<Shown, { kind: Verdict }> {
  return VERDICTS.some((verdict) => verdict === state.kind)
}

/** The server's four verdicts, each with the next step that fits it. */
function verdictParts(state: Extract<Shown, { kind: Verdict }>, texts: Texts): Partial<Panel> {
  const { words, say } = texts
  const heading = say(`verdict.${state.kind}`)
  const shopLabel = say('button.backToShop')
  switch (state.kind) {
    case 'paid':
      return { heading, text: words.paidText, small: paidAtText(state.paidAt, texts), shopLabel }
    case 'pending':
      return { heading, text: words.pendingText, steps: [checkStep(texts)], shopLabel }
    case 'failed': {
      const again = { label: say('button.payAgain'), step: 'pay' } as const
      const text = reasonText(state.reason, texts) || words.failedText
      return { heading, text, steps: [again], shopLabel }
    }
    case 'closed': {
      const text = [reasonText(state.reason, texts), words.closedText].filter(Boolean).join(' ')
      return { heading, text, shopLabel: words.newOrder }
    }
  }
}

type Undecided = Exclude<Shown, { kind: Verdict | 'working' | 'ready' }>

/** Everything short of a verdict: nothing here says paid, and nothing here gives the order up. */
function undecidedParts(state: Undecided, page: PageData, texts: Texts): Partial<Panel> {
  const { words, say } = texts
  const shopLabel = say('button.backToShop')
  switch (state.kind) {
    case 'dismissed':
      return {
        heading: words.dismissed,
        text: words.dismissedText,
        steps: [payStep(page, texts), checkStep(texts)],
      }
    case 'expired': {
      const again = say(state.wasCode ? 'button.newCode' : 'button.payAgain')
      return {
        heading: state.wasCode ? words.codeExpired : words.expired,
        text: words.expiredText,
        steps: [{ label: again, step: 'pay' }, checkStep(texts)],
      }
    }
    case 'cancelled':
      return {
        heading: words.cancelled,
        text: words.cancelledText,
        steps: [{ label: say('button.payAgain'), step: 'pay' }, checkStep(texts)],
      }
    case 'offline':
      return { heading: words.offline, text: words.offlineText, steps: [checkStep(texts)] }
    case 'problem':
      return {
        heading: words.problem,
        text: say(state.message),
        small: requestIdText(state.requestId, texts),
        steps: state.retryable ? [{ label: words.tryAgain, step: 'pay' }] : [],
        shopLabel,
      }
    case 'missing':
      return {
        heading: words.missing,
        text: say('problem.orderNotFound'),
        shopLabel,
      }
    case 'elsewhere':
      return elsewhereParts(state, texts)
  }
}

/** Where this page cannot take the money: what works instead, and the step there. */
function elsewhereParts(
  { advice, codeToo }: Extract<Shown, { kind: 'elsewhere' }>,
  { words, say }: Texts,
): Partial<Panel> {
  const [heading, text] = words.ways[advice]
  const relay: readonly PanelStep[] =
    advice === 'relay' ? [{ label: words.openMiniProgram, step: 'relay' }] : []
  const code: readonly PanelStep[] = codeToo ? [{ label: words.showCode, step: 'showCode' }] : []
  const shopLabel = advice === 'nowhere' ? say('button.backToShop') : ''
  const sign = advice === 'nowhere' ? 'closed' : 'elsewhere'
  return { heading, text, steps: [...relay, ...code], shopLabel, link: LINK_FOR[advice], sign }
}

const LINK_FOR: Readonly<Record<Advice, Panel['link']>> = {
  relay: null,
  openInWeChat: 'copy',
  openInBrowser: 'copy',
  scanInWeChat: 'scan',
  scanWithPhone: 'scan',
  nowhere: null,
}

interface PanelStep {
  readonly label: string
  readonly step: Step
}

function payStep({ order }: PageData, { say }: Texts): PanelStep {
  const label = say('button.payAmount', { amount: order?.amount ?? '' })
  return { label, step: 'pay' }
}

function checkStep({ say }: Texts): PanelStep {
  return { label: say('button.checkAgain'), step: 'check' }
}

function workingText(what: Work, { words, say }: Texts): string {
  if (what === 'leaving') return words.leaving
  return say(`progress.${what}`)
}

function reasonText(reason: Extract<Shown, { kind: 'failed' }>['reason'], { say }: Texts): string {
  return reason === null ? '' : say(`reason.${reason}`)
}

function paidAtText(paidAt: string | null, { locale, words }: Texts): string {
  if (paidAt === null) return ''
  const time = new Date(paidAt).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return `${words.paidAt} ${time}`
}

function requestIdText(requestId: string | null, { say }: Texts): string {
  return requestId === null ? '' : say('support.requestId', { requestId })
}
