import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../../../server/platform/clock.ts'

const DAY_MS = 86_400_000

function fakeTimers() {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 1) })
  onTestFinished(() => {
    vi.useRealTimers()
  })
}

describe('the system clock', () => {
  test('tells the time of the machine', () => {
    fakeTimers()
    expect(systemClock.nowMs()).toBe(Date.UTC(2026, 4, 1))
  })

  test('runs a task once, after its delay and not before', () => {
    fakeTimers()
    const task = vi.fn()
    systemClock.setTimer(1_000, task)
    vi.advanceTimersByTime(999)
    expect(task).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(task).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(DAY_MS)
    expect(task).toHaveBeenCalledOnce()
  })

  test('keeps delays that are longer than the platform can count', () => {
    fakeTimers()
    const task = vi.fn()
    systemClock.setTimer(60 * DAY_MS, task)
    vi.advanceTimersByTime(59 * DAY_MS)
    expect(task).not.toHaveBeenCalled()
    vi.advanceTimersByTime(DAY_MS)
    expect(task).toHaveBeenCalledOnce()
  })

  test.each([0, 1_000, 60 * DAY_MS])('a cancelled task does not run (%i ms)', (delayMs) => {
    fakeTimers()
    const task = vi.fn()
    const cancel = systemClock.setTimer(delayMs, task)
    cancel()
    cancel()
    vi.advanceTimersByTime(61 * DAY_MS)
    expect(task).not.toHaveBeenCalled()
  })

  test('cancels in the middle of a long delay and after the task as well', () => {
    fakeTimers()
    const task = vi.fn()
    const cancel = systemClock.setTimer(60 * DAY_MS, task)
    vi.advanceTimersByTime(30 * DAY_MS)
    cancel()
    vi.advanceTimersByTime(60 * DAY_MS)
    expect(task).not.toHaveBeenCalled()
    const late = systemClock.setTimer(0, task)
    vi.advanceTimersByTime(1)
    expect(late).not.toThrow()
  })

  test('a delay in the past runs at once, not never', () => {
    fakeTimers()
    const task = vi.fn()
    systemClock.setTimer(-5, task)
    vi.advanceTimersByTime(1)
    expect(task).toHaveBeenCalledOnce()
  })
})
