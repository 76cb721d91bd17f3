import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { callUnderWay, inStep } from '../../../src/lib/turn-queue.ts'

let done: string[]
const note = (what: string) => () => void done.push(what)

beforeEach(() => {
  done = []
})

test('a call that is alone is served at once', () => {
  inStep('requests', note('a'))
  expect(done).toEqual(['a'])
})

describe('while another call is under way', () => {
  let over: () => void

  beforeEach(() => {
    over = callUnderWay()
  })

  afterEach(() => {
    over()
    over()
    inStep('requests', note('over'))
    expect(done.at(-1)).toBe('over')
  })

  test('answers go first, then requests, then what leaves, each in the order in which it came', async () => {
    for (const call of ['1', '2']) {
      inStep('departures', note(`departure ${call}`))
      inStep('requests', note(`request ${call}`))
      inStep('answers', note(`answer ${call}`))
    }
    expect(done).toEqual([])
    await setImmediate()
    const expected = ['answer 1', 'answer 2', 'request 1', 'request 2', 'departure 1', 'departure 2']
    expect(done).toEqual(expected)
  })

  test('what is promised in one step is kept before the next', async () => {
    inStep('departures', note('departure'))
    inStep('requests', () => void Promise.resolve().then(() => inStep('departures', note('departure of the request'))))
    await setImmediate()
    expect(done).toEqual(['departure', 'departure of the request'])
  })

  test.each(['requests', 'departures'] as const)(
    'what %s come to want of an earlier step is done in the next turn',
    async (step) => {
      inStep(step, () => inStep('answers', note('answer')))
      await setImmediate()
      expect(done).toEqual([])
      await setImmediate()
      expect(done).toEqual(['answer'])
    },
  )

  test('each call keeps its asynchronous context', async () => {
    const context = new AsyncLocalStorage<string>()
    for (const name of ['a', 'b'])
      context.run(name, () => inStep('answers', () => done.push(String(context.getStore()))))
    await setImmediate()
    expect(done).toEqual(['a', 'b'])
  })

  test('what one call throws is told, and keeps no other from its turn', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const fault = new Error('of one call')
    inStep('answers', () => {
      throw fault
    })
    inStep('answers', note('answer'))
    await setImmediate()
    expect(done).toEqual(['answer'])
    expect(warned).toHaveBeenCalledWith(fault)
    warned.mockRestore()
  })
})
