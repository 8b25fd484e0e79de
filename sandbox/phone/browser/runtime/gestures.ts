import * as glassEasel from 'glass-easel'
import { elementOf, nodeOf } from './backend.ts'
import { fireGesture } from './events.ts'

const LONG_PRESS_MS = 350
const HOVER_STAY_MS = 70
/** A finger that travels further is scrolling. */
const TAP_SLOP_PX = 10
const TOUCHES = ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const

/**
 * Turns what the browser reports into WeChat's gestures: `tap` from a click (so that a mouse, a
 * finger and the keyboard all work), touches, `longpress`, and the hover class while pressed.
 */
export function installGestures(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    const target = nodeOf(event.target)
    if (target === null || isDisabled(event.target)) return
    const point = pointOf(event)
    fireGesture(
      target,
      'tap',
      { x: point.pageX, y: point.pageY },
      {
        touches: [point],
        changedTouches: [point],
      },
    )
  })
  for (const name of TOUCHES) {
    root.addEventListener(
      name,
      (event) => {
        const target = nodeOf(event.target)
        if (target !== null) fireGesture(target, name, {}, touchFields(event))
      },
      { passive: true },
    )
  }
  root.addEventListener('pointerdown', (event) => press(root, event))
  root.addEventListener('keydown', (event) => {
    const { target } = event
    const isButton = target instanceof HTMLElement && target.localName === 'wx-button'
    if (isButton && (event.key === 'Enter' || event.key === ' ')) target.click()
  })
}

function press(root: HTMLElement, down: PointerEvent): void {
  const target = nodeOf(down.target)
  if (target === null || isDisabled(down.target)) return
  const hovered = hoverOf(down.target)
  hovered?.node.toggleNodeClass(hovered.className, true)
  const timer = setTimeout(() => {
    fireGesture(target, 'longpress', { x: down.pageX, y: down.pageY })
  }, LONG_PRESS_MS)

  const release = () => {
    clearTimeout(timer)
    for (const name of ['pointerup', 'pointercancel'] as const) {
      root.removeEventListener(name, release)
    }
    root.removeEventListener('pointermove', travel)
    if (hovered === null) return
    setTimeout(() => hovered.node.toggleNodeClass(hovered.className, false), HOVER_STAY_MS)
  }
  const travel = (move: PointerEvent) => {
    const far = Math.hypot(move.pageX - down.pageX, move.pageY - down.pageY) > TAP_SLOP_PX
    if (far) release()
  }
  root.addEventListener('pointerup', release)
  root.addEventListener('pointercancel', release)
  root.addEventListener('pointermove', travel)
}

/** The nearest component with a hover class of its own; `none` means: not this one. */
function hoverOf(start: EventTarget | null) {
  for (let node = nodeOf(start); node !== null; node = parentOf(node)) {
    if (!(node instanceof glassEasel.Component)) continue
    const className: unknown = node.data['hoverClass']
    if (typeof className === 'string' && className !== '' && className !== 'none') {
      return { node, className }
    }
  }
  return null
}

function parentOf(node: glassEasel.Element): glassEasel.Element | null {
  const element: unknown = node.$$
  return element instanceof Node ? nodeOf(element.parentNode) : null
}

function isDisabled(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('wx-button[aria-disabled="true"]') !== null
}

function pointOf(at: { pageX: number; pageY: number; clientX: number; clientY: number }) {
  const { pageX, pageY, clientX, clientY } = at
  return { identifier: 0, pageX, pageY, clientX, clientY }
}

function touchFields(event: TouchEvent) {
  const points = (list: TouchList) =>
    Array.from(list, (touch) => ({ ...pointOf(touch), identifier: touch.identifier }))
  return { touches: points(event.touches), changedTouches: points(event.changedTouches) }
}

/** Presses a control on behalf of something else: a label does. */
export function pressOn(component: glassEasel.GeneralComponent): void {
  elementOf(component).click()
}
