import type { Step } from './controller.ts'
import { h } from './dom.ts'
import { drawMark } from './marks.ts'
import type { Panel } from './panel.ts'
import type { PageState } from './state.ts'

export interface PanelActions {
  readonly onStep: (step: Step) => void
  readonly shopUrl: string | null
  readonly relay: { readonly label: string; readonly go: () => void } | null
}

/** One state as elements: sign, words, and the steps on, the likely one first. */
export function drawPanel(panel: Panel, kind: PageState['kind'], actions: PanelActions): Element[] {
  const { heading, text, small, shopLabel } = panel
  const { onStep, shopUrl, relay } = actions
  const steps = panel.steps.map(({ label, step }) => button(label, () => onStep(step)))
  if (panel.relay && relay) steps.push(button(relay.label, relay.go))
  if (shopLabel && shopUrl) steps.push(h('a', { href: shopUrl }, shopLabel))
  for (const [index, step] of steps.entries()) step.className = index === 0 ? 'main' : 'other'
  const parts = [
    signFor(kind),
    heading ? h('h1', { tabindex: '-1' }, heading) : null,
    text ? h('p', { class: 'text' }, text) : null,
    small ? h('p', { class: 'small' }, small) : null,
    ...steps,
  ]
  return parts.filter((part) => part !== null)
}

function signFor(kind: PageState['kind']): Element | null {
  if (kind === 'ready') return null
  if (kind === 'working') return h('div', { class: 'spinner', 'aria-hidden': 'true' })
  return drawMark(kind)
}

function button(label: string, onTap: () => void): HTMLElement {
  const element = h('button', { type: 'button' }, label)
  element.addEventListener('click', onTap)
  return element
}
