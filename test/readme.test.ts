import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import type * as z from 'zod'
import { optionsTable } from '../src/config/options-table.ts'
import { typeName } from '../src/config/schema-kinds.ts'
import { litellmShape } from '../src/config/settings/litellm.ts'
import { SETTINGS } from '../src/config/settings/read-settings.ts'
import { ERROR_TABLE } from '../src/error-table.ts'

/** `npm run docs` writes what this test compares. */
const UPDATE = process.env.UPDATE_README === '1'
let readme = readFileSync('README.md', 'utf8')

afterAll(() => {
  if (UPDATE) writeFileSync('README.md', readme)
})

function expectSection(name: string, text: string) {
  const begin = `<!-- BEGIN:${name} -->\n`
  const end = `<!-- END:${name} -->`
  const start = readme.indexOf(begin) + begin.length
  const stop = readme.indexOf(end)
  expect([readme.includes(begin), readme.includes(end)]).toEqual([true, true])
  if (UPDATE) readme = readme.slice(0, start) + text + readme.slice(stop)
  else expect(readme.slice(start, stop)).toBe(text)
}

/** The router's settings may stand in `litellm_settings` too, and are told once. */
const DOCUMENTED = { ...SETTINGS, litellm_settings: litellmShape }

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |\n`).join('')

const cell = (text: string) => text.replaceAll('|', '\\|')
const code = (text: string) => (text === '' ? '' : `\`${text}\``)

test('the options are those of the schema', () => {
  const rows = optionsTable().map((row) => [code(row.option), code(row.yaml), row.type, code(row.default), row.meaning])
  expectSection('OPTIONS', table(['Option', 'In config.yaml', 'Type', 'Default', 'Meaning'], rows))
})

test('the settings are those of the schema', () => {
  const rows = Object.entries(DOCUMENTED).flatMap(([section, shape]) =>
    Object.entries(shape).map(([name, schema]) => [
      code(`${section}.${name}`),
      typeName(schema as z.ZodType),
      (schema as z.ZodType).description ?? '',
    ]),
  )
  expectSection('SETTINGS', table(['Setting', 'Type', 'What it does'], rows))
})

test('the errors are those of the table', () => {
  const rows = Object.entries(ERROR_TABLE).map(([name, { status, type, fix }]) => [
    code(name),
    String(status),
    code(type),
    fix,
  ])
  expectSection('ERRORS', table(['Code', 'Status', '`type`', 'What to do'], rows))
})

describe('the snippets are the examples', () => {
  test.each(readdirSync('examples'))('%s', (file) => {
    expectSection(file, `\`\`\`ts\n${readFileSync(`examples/${file}`, 'utf8')}\`\`\`\n`)
  })
})

test('the quick start has at most 12 lines', () => {
  const lines = readFileSync('examples/quick-start.ts', 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(12)
})
