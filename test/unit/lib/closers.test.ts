import { expect, test } from '@jest/globals'
import { createClosers } from '../../../src/lib/closers.ts'

test('what was opened last is closed first, and each is awaited', async () => {
  const closers = createClosers()
  const log: string[] = []
  for (const name of ['database', 'upstream', 'server']) {
    closers.add(async () => {
      log.push(`${name} closing`)
      await Promise.resolve()
      log.push(`${name} closed`)
    })
  }
  await closers.closeAll()
  expect(log).toEqual(['server', 'upstream', 'database'].flatMap((name) => [`${name} closing`, `${name} closed`]))
})

test('one that fails does not keep the others open', async () => {
  const closers = createClosers()
  let closed = false
  closers.add(() => {
    closed = true
  })
  closers.add(() => Promise.reject(new Error('stuck')))
  await expect(closers.closeAll()).rejects.toThrow('stuck')
  expect(closed).toBe(true)
})
