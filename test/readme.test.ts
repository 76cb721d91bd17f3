import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type * as z from 'zod'
import { loadConfig } from '../src/config/load-config.ts'
import { optionsTable } from '../src/config/options-table.ts'
import { typeName } from '../src/config/schema-kinds.ts'
import { litellmShape } from '../src/config/settings/litellm.ts'
import { SETTINGS } from '../src/config/settings/read-settings.ts'
import { ERROR_TABLE } from '../src/error-table.ts'
import { ABSENT_ALERT_TYPES, ALERT_TYPES } from '../src/signals/alerts/alert-types.ts'
import { ABSENT_CALLBACKS, CALLBACKS } from '../src/signals/callbacks/callback-table.ts'
import { ABSENT_METRICS, describedMetrics } from '../src/signals/metrics/metric-table.ts'
import { ACCEPTED } from './coexistence/accepted.ts'

/** `npm run docs` writes what this test compares. */
const UPDATE = process.env.UPDATE_README === '1'
const pages = new Map(
  ['README.md', ...readdirSync('docs').map((file) => `docs/${file}`)]
    .filter((file) => file.endsWith('.md'))
    .map((file) => [file, readFileSync(file, 'utf8')]),
)

afterAll(() => {
  if (UPDATE) for (const [file, text] of pages) writeFileSync(file, text)
})

/** The section stands on one page, and says this. */
function expectSection(name: string, text: string) {
  const begin = `<!-- BEGIN:${name} -->\n`
  const holders = [...pages].filter(([, page]) => page.includes(begin))
  expect([name, holders.length]).toEqual([name, 1])
  const [file, page] = holders[0]!
  const start = page.indexOf(begin) + begin.length
  const stop = page.indexOf(`<!-- END:${name} -->`, start)
  expect([name, stop >= start]).toEqual([name, true])
  if (UPDATE) pages.set(file, page.slice(0, start) + text + page.slice(stop))
  else expect(page.slice(start, stop)).toBe(text)
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

test('the metrics are those of the table', () => {
  const rows = describedMetrics().map(({ name, kind, help, labels }) => [code(name), kind, labels.join(', '), help])
  expectSection('METRICS', table(['Metric', 'Type', 'Labels', 'What it says'], rows))
  const absent = Object.entries(ABSENT_METRICS).map(([name, reason]) => [code(name), reason])
  expectSection('ABSENT_METRICS', table(['Metric of LiteLLM', 'Why it is not there'], absent))
})

test('the callbacks are those of the table', () => {
  const rows = Object.entries(CALLBACKS).map(([name, { what, variables, needed }]) => [
    code(name),
    what,
    variables.map((variable, index) => (index < needed ? `**${variable}**` : variable)).join(', '),
  ])
  expectSection('CALLBACKS', table(['Callback', 'What it is told', 'Variables'], rows))
  expectSection('ABSENT_CALLBACKS', `${ABSENT_CALLBACKS.map(code).join(', ')}\n`)
})

test('the alerts are those of the table', () => {
  const rows = Object.entries(ALERT_TYPES).map(([name, { what, byDefault }]) => [
    code(name),
    byDefault ? 'yes' : '',
    what,
  ])
  expectSection('ALERTS', table(['Kind', 'By default', 'When it is told'], rows))
  const absent = Object.entries(ABSENT_ALERT_TYPES).map(([name, why]) => [code(name), why])
  expectSection('ABSENT_ALERTS', table(['Kind of LiteLLM', 'Why it is not there'], absent))
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

test('the differences in rows and answers are those that the comparison with a LiteLLM accepts', () => {
  const rows = ACCEPTED.flatMap(({ what, reason }) => (what === undefined ? [] : [[what, reason]]))
  expectSection('ACCEPTED', table(['What differs', 'Why'], rows))
})

const FILES = readdirSync('examples', { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []))

describe('the snippets are the examples', () => {
  test.each(FILES)('%s', (file) => {
    expectSection(file, `\`\`\`${file.split('.').at(-1)}\n${readFileSync(`examples/${file}`, 'utf8')}\`\`\`\n`)
  })
})

test('the quick start has at most 12 lines', () => {
  const lines = readFileSync('examples/quick-start.ts', 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(12)
})

test('the sample config.yaml is acted on whole', () => {
  const env = { OPENAI_API_KEY: 'sk-1', LITELLM_MASTER_KEY: 'sk-2', DATABASE_URL: 'postgres://localhost/litellm' }
  const { deployments, rejected, warnings, ignored } = loadConfig('examples/config.yaml', env, '.')
  expect(deployments.map(({ modelGroup }) => modelGroup)).toEqual(['gpt-4o-mini', 'local'])
  expect({ rejected, warnings, ignored }).toEqual({ rejected: [], warnings: [], ignored: [] })
})

test('the README is read in five minutes: at most 14 KB', () => {
  expect(Buffer.byteLength(pages.get('README.md')!)).toBeLessThanOrEqual(14 * 1024)
})

test.each([...pages.keys()])('the links of %s lead to files and headings that exist', (file) => {
  const links = [...pages.get(file)!.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link]) => link!)
  const broken = links.filter((link) => {
    const [target, anchor] = link.split('#') as [string, string?]
    const path = target === '' ? file : join(dirname(file), target)
    return !existsSync(path) || (anchor !== undefined && !anchorsOf(readFileSync(path, 'utf8')).includes(anchor))
  })
  expect(broken).toEqual([])
})

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
