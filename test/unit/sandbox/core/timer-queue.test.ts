import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { createTimerQueue } from '../../../../sandbox/timer-queue.ts'

test('timers come out by time, equal times in the order in which they were set', () => {
  assert(
    property(array(integer({ min: 0, max: 5 })), (times) => {
      const queue = createTimerQueue()
      const rang: number[] = []
      for (const [index, atMs] of times.entries()) queue.add(atMs, () => void rang.push(index))
      for (let due = queue.takeDue(9); due; due = queue.takeDue(9)) due.task()
      const expected = [...times.keys()].toSorted((left, right) => {
        return (times[left] ?? 0) - (times[right] ?? 0) || left - right
      })
      expect(rang).toEqual(expected)
    }),
  )
})

test('nothing is due before its time, and a cancelled timer is gone', () => {
  const queue = createTimerQueue()
  const cancel = queue.add(10, () => undefined)
  expect(queue.takeDue(9)).toBeUndefined()
  expect(queue.nextAtMs()).toBe(10)
  cancel()
  expect(queue.nextAtMs()).toBeNull()
  expect(queue.takeDue(10)).toBeUndefined()
})
