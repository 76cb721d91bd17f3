import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { LOCK_SEEDS, LOCKS } from '../../../src/database/advisory-locks.ts'

const SRC = path.resolve('src')

test('each advisory lock has a number of its own', () => {
  const numbers = [...Object.values(LOCKS), ...Object.values(LOCK_SEEDS)]
  expect(numbers.filter((number, n) => numbers.indexOf(number) !== n)).toEqual([])
  expect(numbers.filter((number) => !Number.isSafeInteger(number))).toEqual([])
})

test('advisory locks are taken by the numbers of the table alone', () => {
  const takers = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, source: readFileSync(path.join(SRC, file), 'utf8') }))
    .filter(({ source }) => /pg_\w*advisory_\w*lock/.test(source))
  expect(takers.length).toBeGreaterThan(0)
  const others = takers.filter(
    ({ source }) => !/\$\{LOCK(S|_SEEDS)\.\w+\}/.test(source) || /\b\d[\d_]{5,}\b/.test(source),
  )
  expect(others.map(({ file }) => file)).toEqual([])
})
