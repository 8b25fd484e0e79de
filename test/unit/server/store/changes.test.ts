import { describe, expect, test, vi } from 'vitest'
import { ChangeEmitter, ChangeLog } from '../../../../server/store/changes.ts'
import type { Change } from '../../../../server/store/store.ts'

const change: Change = { kind: 'payment', paymentId: 'pay_1', status: 'paid' }

describe('the changes of one transaction', () => {
  test('are told once each, as it became, with the earliest due time last', () => {
    const log = new ChangeLog()
    log.payment({ paymentId: 'pay_1', status: 'pending' })
    log.due(9)
    log.payment({ paymentId: 'pay_2', status: 'closed' })
    log.payment({ paymentId: 'pay_1', status: 'paid' })
    log.due(null)
    log.due(7)
    log.due(8)
    expect(log.list()).toEqual([
      { kind: 'payment', paymentId: 'pay_1', status: 'paid' },
      { kind: 'payment', paymentId: 'pay_2', status: 'closed' },
      { kind: 'due', atMs: 7 },
    ])
  })

  test('are none where nothing changed', () => {
    const log = new ChangeLog()
    log.due(null)
    expect(log.list()).toEqual([])
  })
})

describe('listeners', () => {
  test('each hear every change, after whoever told of it has gone on', async () => {
    const emitter = new ChangeEmitter()
    const heard: string[] = []
    emitter.subscribe(() => heard.push('first'))
    emitter.subscribe(() => heard.push('second'))
    emitter.emit([change])
    heard.push('teller')
    await Promise.resolve()
    expect(heard).toEqual(['teller', 'first', 'second'])
  })

  test('hear nothing after they left, not even what is on its way', async () => {
    const emitter = new ChangeEmitter()
    const listener = vi.fn()
    const leave = emitter.subscribe(listener)
    emitter.emit([change])
    leave()
    emitter.emit([change])
    await Promise.resolve()
    expect(listener).not.toHaveBeenCalled()
  })

  test('that subscribe twice are told twice, and leave one subscription at a time', async () => {
    const emitter = new ChangeEmitter()
    const listener = vi.fn()
    const leave = emitter.subscribe(listener)
    emitter.subscribe(listener)
    emitter.emit([change])
    await Promise.resolve()
    expect(listener).toHaveBeenCalledTimes(2)
    leave()
    leave()
    emitter.emit([change])
    await Promise.resolve()
    expect(listener).toHaveBeenCalledTimes(3)
  })
})
