import { expect, test } from '@jest/globals'
import { batchInputReader } from '../../../../src/usage/background/batch-input.ts'

const line = (body: object, url = '/v1/chat/completions') =>
  JSON.stringify({ custom_id: '1', method: 'POST', url, body })
const said = (text: string) => [{ role: 'user', content: text }]

function read(text: string, slice = 1000) {
  const reader = batchInputReader()
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += slice) reader.push(bytes.subarray(at, at + slice))
  const { models, resources, ...all } = reader.end()
  return { ...all, models: Object.fromEntries(models), ...(resources.size > 0 && { resources: [...resources] }) }
}

const FILE = [
  line({ model: 'a', messages: said('x'.repeat(40)), max_tokens: 7 }),
  line({ model: 'a', messages: said('ä'), n: 3 }),
  '',
  line({ model: 'b', input: 'x'.repeat(400), max_output_tokens: 5 }, '/v1/responses'),
  line({ model: 'c', input: ['x'.repeat(8)] }, '/v1/embeddings'),
].join('\n')

test.each([1, 3, 1000])('what the requests of a batch ask for is known by model, in slices of %p bytes', (slice) => {
  expect(read(FILE, slice)).toEqual({
    ...{ requests: 4, input: 14 + 5 + 100 + 2, output: 7 + 5, unbound: 3, unread: 0 },
    models: {
      a: { requests: 2, input: 14 + 5, output: 7, unbound: 3 },
      b: { requests: 1, input: 100, output: 5, unbound: 0 },
      c: { requests: 1, input: 2, output: 0, unbound: 0 },
    },
  })
})

test.each(['{"body": ', 'null', '[]', '{"body": 5}', '{"body": {"model": 5}}'])(
  '%s names no model, and counts',
  (text) => {
    expect(read(text)).toMatchObject({ requests: 1, models: {} })
  },
)

test('what cannot be parsed counts by its length', () => {
  expect(read('x'.repeat(400))).toMatchObject({ requests: 1, input: 100 })
})

test('a request too long to be looked into is told, and what follows it is read', () => {
  const reader = batchInputReader()
  const mebibyte = Buffer.alloc(1 << 20, 'x')
  for (let i = 0; i < 9; i++) reader.push(mebibyte)
  reader.push(Buffer.from(`\n${line({ model: 'a', messages: said('hi') })}\n`))
  const { models, ...all } = reader.end()
  expect([[...models.keys()], all.requests, all.unread]).toEqual([['a'], 2, 1])
  expect(all.input).toBeGreaterThan(9 * (1 << 18))
})

test('the files that requests name are known, each once', () => {
  const file = (id: string) => [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }]
  const text = ['file-1', 'file-2', 'file-1'].map((id) => line({ input: file(id) }, '/v1/responses')).join('\n')
  expect(read(text, 3).resources).toEqual(['file-1', 'file-2'])
})

test('an empty file asks for nothing', () => {
  expect(read('\n\n')).toEqual({ requests: 0, input: 0, output: 0, unbound: 0, unread: 0, models: {} })
})
