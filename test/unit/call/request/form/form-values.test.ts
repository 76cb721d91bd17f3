import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addField } from '../../../../../src/call/request/form/form-values.ts'

function read(...fields: readonly (readonly [string, string])[]) {
  const json: Record<string, unknown> = {}
  for (const [name, value] of fields) addField(json, name, value)
  return json
}

test('fields with a way in brackets are within each other, as in JSON', () => {
  expect(read(['metadata[tags][]', 'a'], ['metadata[tags][]', 'b'], ['metadata[a][b]', 'c'], ['tags[]', 'd'])).toEqual({
    metadata: { tags: ['a', 'b'], a: { b: 'c' } },
    tags: ['d'],
  })
})

test('JSON is opened where it is an object or a list, and text is text', () => {
  expect(read(['metadata', '{"a":1}'], ['tags', '["b"]'], ['extra_body', '5'], ['litellm_metadata', '{'])).toEqual({
    metadata: { a: 1 },
    tags: ['b'],
    extra_body: '5',
    litellm_metadata: '{',
  })
})

test('what the gateway does not read is kept as it is named', () => {
  expect(
    read(['timestamp_granularities[]', 'word'], ['timestamp_granularities[]', 'segment'], ['prompt', '{}']),
  ).toEqual({
    'timestamp_granularities[]': 'segment',
    prompt: '{}',
  })
})

test('no name reaches a prototype', () => {
  const json = read(['metadata[__proto__][polluted]', 'yes'], ['metadata[constructor][prototype][polluted]', 'yes'])
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(Object.keys(json.metadata as object)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(json.metadata)).toBe(Object.prototype)
})

test('no fields make it throw', () => {
  const name = fc.string().map((rest) => `metadata${rest}`)
  const way = fc
    .array(fc.constantFrom('[', ']', '[]', '[a]', 'metadata', 'tags'), { maxLength: 30 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(name, way), fc.oneof(fc.string(), fc.json()))), (fields) => {
      read(...fields)
    }),
  )
})
