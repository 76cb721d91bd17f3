import { expect, test } from '@jest/globals'
import { offeredTools } from '../../../../src/usage/shapes/offered-tools.ts'

const named = (name: unknown) => ({ type: 'function', function: { name } })

test('the functions of OpenAI and of Anthropic are named, each once', () => {
  expect(offeredTools({ tools: [named('a'), { name: 'b', input_schema: {} }, named('a')] })).toEqual(['a', 'b'])
})

test.each([
  undefined,
  {},
  { tools: [] },
  { tools: 'a' },
  { tools: [null, 7, named(7), named(''), named('x'.repeat(257))] },
])('nothing is named where no function is: %j', (request) => {
  expect(offeredTools(request)).toBeUndefined()
})

test('of very many some are named', () => {
  const tools = Array.from({ length: 1000 }, (_, at) => named(`f${at}`))
  expect(offeredTools({ tools })).toHaveLength(64)
})
