import { afterEach, beforeEach } from 'vitest'
import { type Heard, type Peer, type Reply, startPeer } from '../support/peer.ts'
import { type Connected, connect, refusal, signedReply } from './fixture.ts'

type Answer = (heard: Heard) => Reply | 'reset' | Promise<Reply | 'reset'>

/** A fresh scripted WeChat Pay, and an account connected to it, for every test of the file. */
export function scriptedWechat(fields: Record<string, unknown> = {}) {
  const answers = new Map<string, Answer>()
  const started: { peer?: Peer; connected?: Connected } = {}
  beforeEach(async () => {
    answers.clear()
    started.peer = await startPeer((heard) => {
      const route = `${heard.method} ${heard.path.split('?')[0] ?? ''}`
      return answers.get(route)?.(heard) ?? refusal(404, 'ORDER_NOT_EXIST', '268512771')
    })
    started.connected = connect(started.peer.url, fields)
  })
  afterEach(async () => {
    await started.connected?.close()
    await started.peer?.close()
  })
  const answer = (route: string, reply: Answer) => void answers.set(route, reply)
  return {
    peer: () => need(started.peer),
    provider: () => need(started.connected).provider,
    clock: () => need(started.connected).clock,
    answer,
    on: (route: string, status: number, content: unknown) =>
      answer(route, () => signedReply(status, content)),
  }
}

function need<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('only inside a test')
  return part
}
