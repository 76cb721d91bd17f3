import { expect, test } from '@jest/globals'
import { withTimeout } from '../../../src/lib/with-timeout.ts'

const NEVER = new Promise<never>(() => {})

test('work that ends in time is what counts, whichever way it ends', async () => {
  expect(await withTimeout(60_000, Promise.resolve(1), () => 2)).toBe(1)
  await expect(withTimeout(60_000, Promise.reject(new Error('no')), () => 2)).rejects.toThrow('no')
})

test('work that takes longer is given up for what `late` says, returned or thrown', async () => {
  expect(await withTimeout(1, NEVER, () => 'late')).toBe('late')
  await expect(
    withTimeout(1, NEVER, () => {
      throw new Error('late')
    }),
  ).rejects.toThrow('late')
})

test('a rejection that comes too late is nobody’s', async () => {
  const work = Promise.withResolvers<never>()
  await withTimeout(1, work.promise, () => {})
  work.reject(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
})
