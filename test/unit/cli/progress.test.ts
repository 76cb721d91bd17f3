import { expect, test } from '@jest/globals'
import { createProgress, jsonLines, wantsJson } from '../../../src/cli/output.ts'

function setup({ terminal }: { terminal: boolean }) {
  const shown: string[] = []
  const lines: string[] = []
  let now = 0
  const progress = createProgress(
    { warn: (line) => void lines.push(line), ...(terminal && { status: (text: string) => void shown.push(text) }) },
    () => now,
  )
  return { progress, shown, lines, pass: (ms: number) => (now += ms) }
}

test('on a terminal each step stands in the place of the one before, and nothing stays', () => {
  const { progress, shown, lines } = setup({ terminal: true })
  progress.step(0, 2, 'first')
  progress.step(1, 2, 'second')
  progress.end()
  expect(shown).toEqual(['0 of 2: first', '1 of 2: second', ''])
  expect(lines).toEqual([])
})

test('elsewhere there is a plain line every five seconds', () => {
  const { progress, lines, pass } = setup({ terminal: false })
  for (let step = 0; step < 100; step++) {
    progress.step(step, 100, `step ${step}`)
    pass(100)
  }
  progress.end()
  expect(lines).toEqual(['50 of 100: step 50'])
})

test('lines as JSON say when, how grave and what, however many lines the text has', () => {
  const said: string[] = []
  const surroundings = {
    ...{ env: {}, cwd: '/', stopRequested: new Promise<void>(() => {}), status: () => {} },
    ...{ print: (line: string) => void said.push(line), warn: (line: string) => void said.push(line) },
  }
  const around = jsonLines(surroundings, () => new Date('2026-03-02T10:00:00Z'))
  around.print('ready at "here"\nand there')
  around.warn('away')
  expect(said.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-03-02T10:00:00.000Z', level: 'info', message: 'ready at "here"\nand there' },
    { time: '2026-03-02T10:00:00.000Z', level: 'warning', message: 'away' },
  ])
  expect(said.every((line) => !line.includes('\n'))).toBe(true)
  expect(around.status).toBeUndefined()
})

test.each([
  [{}, false],
  [{ LITELLM_LOG_FORMAT: 'JSON' }, true],
  [{ LITELLM_LOG_FORMAT: 'text' }, false],
  [{ JSON_LOGS: 'True' }, true],
  [{ JSON_LOGS: 'false' }, false],
])('the environment %j asks for JSON: %s', (env, wants) => {
  expect(wantsJson(env)).toBe(wants)
})
