import { expect, test } from '@jest/globals'
import { AnswerModel, askedModel, textWithModel } from '../../../../src/call/answer/answer-model.ts'

const EVENTS = [
  ': ping\n\n',
  'data: {"id":"1","model":"gpt-4o-2024","choices":[{"delta":{"content":"\\"model\\":\\"gpt-4o-2024\\""}}]}\n\n',
  'data: {"id":"1","model": "gpt-4o-2024","choices":[]}\n\n',
  'data: {"id":"1","model":"gpt-4o-2024","choices":[],"usage":{"prompt_tokens":1}}\n\n',
  'data: [DONE]\n\n',
]

function renamed(pieces: readonly (string | Buffer)[], asked = 'mine'): string {
  const model = new AnswerModel(asked)
  const out = pieces.map((piece) => model.push(Buffer.from(piece)))
  return Buffer.concat([...out, model.end() ?? Buffer.alloc(0)]).toString()
}

test('a whole answer names the model as the client did', () => {
  const answer = '{"id":"1","model" : "gpt-4o-2024","choices":[]}'
  expect(JSON.parse(renamed([answer]))).toEqual({ id: '1', model: 'mine', choices: [] })
})

test.each([1, 3, 7, 1000])('so does each event of a stream that comes in pieces of %i bytes', (size) => {
  // Its first event comes in one piece.
  const first = EVENTS[0]! + EVENTS[1]!
  const rest = Buffer.from(EVENTS.slice(3).join(''))
  const pieces = Array.from({ length: Math.ceil(rest.length / size) }, (_, at) =>
    rest.subarray(at * size, (at + 1) * size),
  )
  const expected = (EVENTS[0]! + EVENTS[1]! + EVENTS.slice(3).join('')).replaceAll(
    '"model":"gpt-4o-2024"',
    '"model":"mine"',
  )
  expect(renamed([first, ...pieces])).toBe(expected)
})

test.each([
  ['{"id":"1","model" : "gpt-4o-2024","choices":[]}', 'mine'],
  ['{"model":"a","choices":[{"message":{"content":"\\"model\\":\\"a\\" é"}}],"model":"a"}', '$& "é"'],
  ['{"id":"1","model":null,"choices":[]}', 'mine'],
  ['{"id":"1"}', 'mine'],
  ['{"model":"mine"}', 'mine'],
])('a small answer %s is renamed as its bytes are', (answer, name) => {
  const bytes = Buffer.from(answer)
  expect(Buffer.from(textWithModel(bytes.toString('latin1'), name), 'latin1').toString()).toBe(renamed([answer], name))
})

test('what the model says is not changed', () => {
  expect(renamed(EVENTS)).toContain('{"content":"\\"model\\":\\"gpt-4o-2024\\""}')
})

test('nothing is changed where the names are the same, or none is given', () => {
  expect(renamed(EVENTS, 'gpt-4o-2024')).toBe(EVENTS.join(''))
  expect(renamed(['{"object":"list"', '}'])).toBe('{"object":"list"}')
})

test('a name of the client with quotes makes no other member', () => {
  expect(JSON.parse(renamed(['{"model":"a"}'], 'x","y":"z'))).toEqual({ model: 'x","y":"z' })
})

test.each([
  ['openai-chat', 0, 'mine'],
  ['openai-chat', 1, undefined],
  ['openai-images', 0, undefined],
])('the answer in %s after %i fallbacks is named %s', (shape, fallbacks, expected) => {
  const route = { group: 'g', retries: 0, fallbacks, failures: [] }
  expect(askedModel({ call: { shape, json: { model: 'mine' } }, route } as never)).toBe(expected)
})
