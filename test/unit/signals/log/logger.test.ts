import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createLineLogger, type LogLevel, levelNamed } from '../../../../src/signals/log/logger.ts'

async function setup(level: LogLevel, json: boolean) {
  const printed: string[] = []
  const warned: string[] = []
  const logger = createLineLogger({
    level,
    json,
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    now: () => new Date(0),
  })
  for (const at of ['debug', 'info', 'warn', 'error'] as const) logger[at]({ callId: 'c' }, `a line of ${at}`)
  await nextTurn()
  return { printed, warned }
}

test('lines for people have time and level, and those below the level are left out', async () => {
  expect(await setup('warn', false)).toEqual({
    printed: [],
    warned: ['1970-01-01T00:00:00.000Z WARN  a line of warn', '1970-01-01T00:00:00.000Z ERROR a line of error'],
  })
  // The lines of one turn are one write.
  const { printed } = await setup('debug', false)
  expect(printed.map((text) => text.split('\n').length)).toEqual([2])
  expect((await setup('error', false)).warned).toHaveLength(1)
})

test('lines for machines have the fields behind time, level and message', async () => {
  const { printed, warned } = await setup('info', true)
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    { time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'a line of info', callId: 'c' },
  ])
  expect(warned.map((line) => JSON.parse(line).level)).toEqual(['warning', 'error'])
})

test.each([
  ['DEBUG', 'debug'],
  ['Warning', 'warn'],
  [' info ', 'info'],
  ['CRITICAL', 'error'],
  ['loud', undefined],
  ['constructor', undefined],
])('%j names the level %s', (name, level) => {
  expect(levelNamed(name)).toBe(level)
})
