import { expect, test } from '@jest/globals'
import { createLineLogger, type LogLevel, levelNamed } from '../../../../src/signals/log/logger.ts'

function setup(level: LogLevel, json: boolean) {
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
  return { printed, warned }
}

test('lines for people have time and level, and those below the level are left out', () => {
  expect(setup('warn', false)).toEqual({
    printed: [],
    warned: ['1970-01-01T00:00:00.000Z WARN  a line of warn', '1970-01-01T00:00:00.000Z ERROR a line of error'],
  })
  expect(setup('debug', false).printed).toHaveLength(2)
  expect(setup('error', false).warned).toHaveLength(1)
})

test('lines for machines have the fields behind time, level and message', () => {
  const { printed, warned } = setup('info', true)
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
