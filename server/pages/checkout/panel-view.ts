import type { Step } from './controller.ts'
import { button, h } from './dom.ts'
import { drawMark } from './marks.ts'
import type { Panel } from './panel.ts'
import type { PageState } from './state.ts'

export interface PanelActions {
  readonly onStep: (step: Step) => void
  readonly shopUrl: string | null
  /** The link of this order in the form that the panel asks for. */
  readonly link: Element | null
}

/** One state as elements: sign, words, and the steps on, the likely one first. */
export function drawPanel(panel: Panel, kind: PageState['kind'], actions: PanelActions): Element[] {
  const { heading, text, small, shopLabel } = panel
  const { onStep, shopUrl, link } = actions
  const steps = panel.steps.map(({ label, step }) => button(label, () => onStep(step)))
  if (shopLabel && shopUrl) steps.push(h('a', { href: shopUrl }, shopLabel))
  for (const [index, step] of steps.entries()) {
    step.className = index === 0 && panel.link === null ? 'main' : 'other'
  }
  const parts = [
    panel.link === 'scan' ? null : signFor(panel.sign ?? kind),
    heading ? h('h1', { tabindex: '-1' }, heading) : null,
    panel.link === 'scan' ? link : null,
    text ? h('p', { class: 'text' }, text) : null,
    small ? h('p', { class: 'small' }, small) : null,
    panel.link === 'copy' ? link : null,
    ...steps,
  ]
  return parts.filter((part) => part !== null)
}

function signFor(kind: PageState['kind']): Element | null {
  if (kind === 'ready') return null
  if (kind === 'working') return h('div', { class: 'spinner', 'aria-hidden': 'true' })
  return drawMark(kind)
}
