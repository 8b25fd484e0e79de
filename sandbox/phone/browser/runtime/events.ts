import * as glassEasel from 'glass-easel'
import { behind } from './backend.ts'

/** The event object that a Mini Program's handler gets: plain data, as if it came from the view. */
export interface WechatEvent {
  readonly type: string
  readonly timeStamp: number
  readonly target: EventNode
  readonly currentTarget: EventNode
  readonly mark: Readonly<Record<string, unknown>>
  readonly detail: unknown
  readonly [extra: string]: unknown
}

interface EventNode {
  readonly id: string
  readonly dataset: Readonly<Record<string, unknown>>
  readonly offsetLeft: number
  readonly offsetTop: number
}

type Handler = (this: unknown, event: WechatEvent) => unknown

declare global {
  interface Window {
    /** Called by compiled templates; the compiler writes this name. */
    callWechatHandler?: (
      self: unknown,
      event: glassEasel.ShadowedEvent<unknown>,
      handler: Handler,
    ) => unknown
  }
}

export function installEventWrapper(target: Window): void {
  target.callWechatHandler = (self, event, handler) => handler.call(self, wechatEvent(event))
}

function wechatEvent(event: glassEasel.ShadowedEvent<unknown>): WechatEvent {
  return {
    ...event.extraFields,
    type: event.type,
    timeStamp: event.timeStamp,
    target: eventNode(event.target),
    currentTarget: eventNode(event.currentTarget),
    mark: { ...event.mark },
    detail: event.detail,
  }
}

/** glass-easel names the method caller of a component, or the bare node. */
function eventNode(target: unknown): EventNode {
  const node = behind(target)
  const element: unknown = node?.$$
  const box = element instanceof HTMLElement ? element : null
  return {
    id: node?.id ?? '',
    dataset: { ...node?.dataset },
    offsetLeft: box?.offsetLeft ?? 0,
    offsetTop: box?.offsetTop ?? 0,
  }
}

/** Fires an event that bubbles through the tree, as touches do. */
export function fireGesture(
  target: glassEasel.Element,
  name: string,
  detail: unknown,
  extraFields: Record<string, unknown> = {},
): void {
  const options = { bubbles: true, composed: true, capturePhase: true, extraFields }
  glassEasel.Event.triggerEvent(target, name, detail, options)
}
