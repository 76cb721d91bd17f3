import { describe, expect, test } from '@jest/globals'
import { findPassThrough, PROVIDERS, UNSERVED_PROVIDERS } from '../../../../src/models/providers/providers.ts'
import { speaks } from '../../../../src/models/providers/spoken-shapes.ts'
import { builtinReaders } from '../../../../src/usage/shapes/readers.ts'

const SHAPES = new Set(builtinReaders.map(({ shape }) => shape))
const MODELS = ['a-model', 'claude-sonnet-4-5', 'gemini-2.5-pro', 'openai.gpt-oss-120b', 'anthropic.claude-x-v1:0']
const VARIABLE = /^[A-Z][A-Z0-9_]*$/

describe.each(Object.entries(PROVIDERS))('the record of %s', (name, provider) => {
  test('has the name under which it is found', () => {
    expect(provider.name).toBe(name)
    expect(UNSERVED_PROVIDERS.has(name)).toBe(false)
  })

  test('says where calls go, and with whose key', () => {
    const { baseUrl, baseUrlFrom, keyFrom, organizationFrom, apiVersionFrom = [], suffix } = provider
    const filled = baseUrl?.replace(/\{[A-Z_]+\}/, 'x')
    if (filled !== undefined) expect(new URL(filled).href.replace(/\/$/, '')).toBe(filled)
    const variables = [...baseUrlFrom, ...keyFrom, ...apiVersionFrom, ...(organizationFrom ? [organizationFrom] : [])]
    expect(variables.filter((variable) => !VARIABLE.test(variable))).toEqual([])
    expect(suffix).toMatch(/^$|^\/.*[^/]$/)
  })

  test('speaks shapes that have a reader', () => {
    const { native, openai } = provider.shapes
    const named = [...native, ...(openai === 'all' ? [] : openai)]
    expect(named.filter((shape) => !SHAPES.has(shape))).toEqual([])
    expect([...SHAPES].some((shape) => speaks(name, shape))).toBe(true)
  })

  test('says in which shape a chat is best asked for, and speaks it', () => {
    for (const model of MODELS) {
      const shape = provider.shapes.chat(model)
      expect(SHAPES).toContain(shape)
      expect(speaks(name, shape, model)).toBe(true)
    }
  })

  test('has a side of its own only where it has an API of its own', () => {
    if (provider.ownSide) expect(provider.shapes.native).not.toEqual([])
  })

  test('is found by the prefixes below which its own API is relayed', () => {
    for (const prefix of provider.passThrough?.prefixes ?? []) expect(findPassThrough(prefix)).toBe(provider)
    expect(provider.passThrough?.prefixes).not.toEqual([])
  })
})

test('what stands in the prototype of an object is no provider', () => {
  expect(findPassThrough('constructor')).toBeUndefined()
  expect(speaks('constructor', 'openai-chat')).toBe(true)
})
