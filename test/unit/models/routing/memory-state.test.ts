import { expect, test } from '@jest/globals'
import { createMemoryState } from '../../../../src/models/routing/memory-state.ts'
import { clock } from './make.ts'

function setup() {
  const time = clock()
  return { time, state: createMemoryState(time.now) }
}

test('a counter ends as long after it began as it was told, however often it is added to', () => {
  const { state, time } = setup()
  expect(state.add('k', 1, 1000)).toBe(1)
  time.advance(999)
  expect([state.add('k', 2, 1000), state.count('k')]).toEqual([3, 3])
  time.advance(1)
  expect([state.count('k'), state.add('k', 1, 1000)]).toEqual([0, 1])
})

test('samples keep the newest, and end as long after the latest one', () => {
  const { state, time } = setup()
  for (const sample of [1, 2, 3, 4]) state.push('k', sample, 3, 1000)
  time.advance(999)
  state.push('k', 5, 3, 1000)
  time.advance(999)
  expect(state.samples('k')).toEqual([3, 4, 5])
  time.advance(1)
  expect(state.samples('k')).toEqual([])
})

test('a mark can be set anew, and tells how long it still stands', () => {
  const { state, time } = setup()
  state.mark('k', 1000)
  time.advance(400)
  expect(state.markedMs('k')).toBe(600)
  state.mark('k', 1000)
  expect([state.markedMs('k'), state.markedMs('other')]).toEqual([1000, 0])
  time.advance(1000)
  expect(state.markedMs('k')).toBe(0)
})

test('what never ends stays', () => {
  const { state, time } = setup()
  state.add('k', 1, Number.POSITIVE_INFINITY)
  time.advance(1e12)
  expect(state.count('k')).toBe(1)
})

test('it is bounded: what ends first goes, what never ends stays', () => {
  const { state } = setup()
  state.add('busy', 1, Number.POSITIVE_INFINITY)
  for (let index = 0; index < 60_000; index++) state.add(`k${index}`, 1, 1000 + index)
  expect([state.count('busy'), state.count('k0'), state.count('k59999')]).toEqual([1, 0, 1])
})

test('what has changed since a look is known, each key once, as long as that are not too many', () => {
  const state = createMemoryState()
  const look = state.changes?.(-1)
  expect(look?.keys).toBeUndefined()
  state.add('a', 1, 1_000)
  state.push('b', 1, 1, 1_000)
  state.put('c', { endsInMs: 1_000 })
  state.remove('a')
  expect(state.changes?.(look?.until ?? 0).keys).toEqual(['a', 'b', 'c'])
  const later = state.changes?.(look?.until ?? 0).until ?? 0
  expect(state.changes?.(later).keys).toEqual([])
  for (let count = 0; count < 5_000; count++) state.add('a', 1, 1_000)
  expect(state.changes?.(later).keys).toBeUndefined()
})
