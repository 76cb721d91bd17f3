import { beforeEach, expect, jest, test } from '@jest/globals'
import { cleanups } from '../../support/cleanups.ts'
import { until } from '../../support/until.ts'

const given = process.env.EXPRESS_LITELLM_WITHOUT
beforeEach(() => void jest.resetModules())

/** The modules as a process without these devices has them. */
async function without(devices: string | undefined) {
  if (devices === undefined) delete process.env.EXPRESS_LITELLM_WITHOUT
  else process.env.EXPRESS_LITELLM_WITHOUT = devices
  cleanups.push(() => {
    if (given === undefined) delete process.env.EXPRESS_LITELLM_WITHOUT
    else process.env.EXPRESS_LITELLM_WITHOUT = given
  })
  const [memoize, turns] = await Promise.all([
    import('../../../src/lib/memoize.ts'),
    import('../../../src/lib/turn-queue.ts'),
  ])
  return { ...memoize, ...turns }
}

test.each([
  [undefined, 1],
  ['turns', 1],
  ['turns,memoize', 2],
])('without %s an answer about one object is worked out %d times', async (devices, times) => {
  const { memoizeByObject, byObject } = await without(devices)
  let worked = 0
  const answer = memoizeByObject((_: object) => ++worked)
  const state = byObject((_: object) => ({}))
  const object = {}
  answer(object)
  answer(object)
  expect(worked).toBe(times)
  expect(state(object)).toBe(state(object))
})

test.each([
  [undefined, false],
  ['memoize', false],
  ['turns', true],
])('without %s work in a turn is done at once: %s', async (devices, atOnce) => {
  const { callUnderWay, inStep } = await without(devices)
  const end = callUnderWay()
  let done = false
  inStep('departures', () => {
    done = true
  })
  expect(done).toBe(atOnce)
  await until(() => done)
  end()
})
