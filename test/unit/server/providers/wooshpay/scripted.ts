import { afterEach, beforeEach } from 'vitest'
import type { Provider } from '../../../../../server/providers/provider.ts'
import type { ManualClock } from '../support/manual-clock.ts'
import { type Heard, type Peer, type Reply, startPeer } from '../support/peer.ts'
import { type Connected, connect } from './fixture.ts'

type Answer = (heard: Heard) => Reply | 'reset' | Promise<Reply>

export interface ScriptedWooshpay {
  readonly peer: () => Peer
  readonly provider: () => Provider
  readonly clock: () => ManualClock
  /** Answers `GET /refunds/…` below /v1, without the query; anything else gets 404. */
  readonly answer: (route: string, answer: Answer) => void
  readonly on: (route: string, status: number, body: unknown) => void
}

/** A fresh scripted WooshPay, and an account connected to it, for every test of the file. */
export function scriptedWooshpay(): ScriptedWooshpay {
  const answers = new Map<string, Answer>()
  const started: { peer?: Peer; connected?: Connected } = {}
  beforeEach(async () => {
    answers.clear()
    started.peer = await startPeer((heard) => {
      const route = `${heard.method} ${heard.path.split('?')[0] ?? ''}`
      const unknown = '{"error":{"type":"invalid_request_error","code":"resource_missing"}}'
      return answers.get(route)?.(heard) ?? { status: 404, body: unknown }
    })
    started.connected = connect(started.peer.url)
  })
  afterEach(async () => {
    await started.connected?.close()
    await started.peer?.close()
  })
  const answer = (route: string, reply: Answer) => {
    answers.set(route.replace(' /', ' /v1/'), reply)
  }
  return {
    peer: () => need(started.peer),
    provider: () => need(started.connected).provider,
    clock: () => need(started.connected).clock,
    answer,
    on(route, status, body) {
      const reply = { status, body: JSON.stringify(body) }
      answer(route, () => reply)
    },
  }
}

function need<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('only inside a test')
  return part
}
