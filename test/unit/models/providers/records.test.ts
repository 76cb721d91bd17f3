import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { billingOf, findPassThrough, PROVIDERS, speaks } from '../../../../src/models/providers/providers.ts'
import { UNSERVED_PROVIDERS } from '../../../../src/models/providers/unserved-providers.ts'
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

  test('is shown to work by a small call of a shape that it speaks', () => {
    for (const model of MODELS) {
      const { upstreamPath, body, shape } = provider.probe(model)
      expect(upstreamPath).toMatch(/^\/[^ ]+$/)
      expect(JSON.stringify(body)).toMatch(/"(max_tokens|max_completion_tokens|maxTokens)":5\b/)
      if (shape !== undefined) expect(speaks(name, shape, model)).toBe(true)
    }
  })

  test('says how it bills, in words that the price map has', () => {
    const { family, alsoPricedAs, prefix, resells, statesCost } = provider.billing
    expect(alsoPricedAs.filter((other) => !PROVIDERS[other] && !UNSERVED_PROVIDERS.has(other))).toEqual([])
    if (prefix !== undefined) expect(name.startsWith(prefix)).toBe(true)
    expect([typeof family, typeof resells, typeof statesCost]).toEqual(['string', 'boolean', 'boolean'])
    expect(billingOf(name)).toBe(provider.billing)
  })

  test('says how LiteLLM words its errors', () => {
    const { family, exception, readByClient, wordedByClient } = provider.errors
    expect(['openai', 'azure', 'anthropic', 'gemini', 'plain']).toContain(family)
    expect(exception).not.toBe('')
    expect(readByClient.filter((shape) => wordedByClient.includes(shape))).toEqual([])
  })

  test('says how its chat differs from OpenAI’s', () => {
    const { isOpenai, isStrict, ignoresUser, ...others } = provider.dialect
    for (const answer of [isOpenai, isStrict, ignoresUser, ...Object.values(others)])
      expect(typeof answer).toBe('boolean')
    if (isOpenai) expect([isStrict, ignoresUser]).toEqual([false, false])
  })

  test('says what it does not take, and what becomes of a call that is cancelled', () => {
    const { refusedParams, ownMembers, billsAfterCancel, isGateway, storesChats, statesStreamUsage } = provider
    expect(refusedParams.filter((param) => !/^[a-z_]+$/.test(param))).toEqual([])
    expect(new Set(refusedParams).size).toBe(refusedParams.length)
    expect(ownMembers.every((member) => member !== '')).toBe(true)
    for (const answer of [billsAfterCancel, isGateway, storesChats, statesStreamUsage]) {
      expect(typeof answer).toBe('boolean')
    }
  })
})

test('a part of a provider bills as the whole', () => {
  expect(billingOf('bedrock_converse')).toBe(PROVIDERS.bedrock!.billing)
  expect(billingOf('vertex_ai-anthropic_models')).toBe(PROVIDERS.vertex_ai!.billing)
  expect(billingOf('nobody').family).toBe('plain')
})

test('nothing else in src tells providers apart by their names', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const asking = files.filter(
    (file) =>
      !file.startsWith('models/providers/') &&
      /[pP]rovider\)? ?[!=]== '(?!string')/.test(readFileSync(`src/${file}`, 'utf8')),
  )
  expect(asking).toEqual([])
})

test('what stands in the prototype of an object is no provider', () => {
  expect(findPassThrough('constructor')).toBeUndefined()
  expect(speaks('constructor', 'openai-chat')).toBe(true)
})
