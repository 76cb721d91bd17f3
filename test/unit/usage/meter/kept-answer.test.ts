import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { createKeptAnswer } from '../../../../src/usage/meter/whole-answer.ts'
import { chatEvents } from '../../../support/upstream.ts'

async function kept(body: string | Buffer, contentType = 'text/event-stream', contentEncoding = '', slice = 3) {
  const answer = createKeptAnswer({ contentType, contentEncoding })
  const bytes = Buffer.from(body)
  for (let at = 0; at < bytes.length; at += slice) answer.push(bytes.subarray(at, at + slice))
  return await answer.end()
}

const events = (...documents: object[]) => documents.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('')

test('a JSON answer is kept as it is, also when it was sent compressed', async () => {
  expect(await kept('{"a":[1]}', 'application/json')).toEqual({ a: [1] })
  expect(await kept(gzipSync('{"a":[1]}'), 'application/json', 'gzip')).toEqual({ a: [1] })
})

test.each([1, 3, 1_000])('a streamed chat is kept as the answer it makes up, in slices of %i bytes', async (slice) => {
  expect(await kept(chatEvents().join(''), 'text/event-stream', '', slice)).toMatchObject({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello é€𝄞' } }],
    usage: { total_tokens: 30 },
  })
})

test('calls of tools and several choices are joined by their index', async () => {
  const call = (index: number, part: object) => ({ tool_calls: [{ index, ...part }] })
  const answer = await kept(
    events(
      { choices: [{ index: 1, delta: { content: 'b' } }] },
      {
        choices: [
          { index: 0, delta: call(0, { id: 't', type: 'function', function: { name: 'f', arguments: '{"a"' } }) },
        ],
      },
      { choices: [{ index: 0, delta: call(0, { function: { arguments: ':1}' } }) }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    ),
  )
  expect(answer).toEqual({
    choices: [
      { index: 1, message: { content: 'b' } },
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        },
      },
    ],
  })
})

test('the events of Anthropic are kept as a message', async () => {
  const answer = await kept(
    events(
      { type: 'message_start', message: { id: 'msg', role: 'assistant', content: [], usage: { input_tokens: 3 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    ),
  )
  expect(answer).toEqual({
    id: 'msg',
    role: 'assistant',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 2 },
  })
})

test('of the Responses API the response of the closing event is kept', async () => {
  const stream = events(
    { type: 'response.created', response: { id: 'r', output: [] } },
    { type: 'response.output_text.delta', delta: 'x' },
    { type: 'response.completed', response: { id: 'r', output: [{ type: 'message' }] } },
  )
  expect(await kept(stream)).toEqual({ id: 'r', output: [{ type: 'message' }] })
})

test('the parts of Gemini are kept in one candidate', async () => {
  const part = (text: string, rest: object = {}) => ({
    candidates: [{ content: { role: 'model', parts: [{ text }] }, ...rest }],
  })
  const stream = events(part('Hel'), { ...part('lo', { finishReason: 'STOP' }), usageMetadata: { totalTokenCount: 5 } })
  expect(await kept(stream)).toEqual({
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP' }],
    usageMetadata: { totalTokenCount: 5 },
  })
})

test('what is no JSON, was cut off, or is too large is not kept', async () => {
  expect(await kept('<html>', 'text/html')).toBeUndefined()
  expect(await kept('{"a":', 'application/json')).toBeUndefined()
  expect(await kept(`"${'x'.repeat(2 << 20)}"`, 'application/json', '', 1 << 20)).toBeUndefined()
})
