import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { toldStream, wordsOf } from '../../../src/cache/shapes/cached-shape.ts'
import { CACHED_SHAPES } from '../../../src/cache/shapes/cached-shapes.ts'
import type { Json } from '../../../src/types.ts'

const shapeOf = (name: string) => CACHED_SHAPES[name]!
const assembled = (shape: string, stream: string, usage?: Json) => {
  const told = toldStream(stream, usage)
  return told && shapeOf(shape).assemble?.(told)
}
/** A stored answer, told as a stream and put together again. */
const retold = (shape: string, answer: Json, asked: Json = {}) =>
  assembled(shape, shapeOf(shape).replay!(answer, asked).join(''))

const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`
const END = `${chunk({}, { finish_reason: 'stop' })}data: [DONE]\n\n`

const text = fc.string({ unit: 'grapheme' })

test('a text is the same, in words', () => {
  fc.assert(fc.property(text, (said) => expect(wordsOf(said).join('')).toBe(said)))
  expect(wordsOf('Hello wörld, it is  me.')).toEqual(['Hello ', 'wörld, ', 'it ', 'is  ', 'me.'])
})

test('a chat that is told as a stream and put together again says the same', () => {
  const tool = fc.record({
    id: text,
    type: fc.constant('function'),
    function: fc.record({ name: text, arguments: text }),
  })
  const message = fc.record({
    content: text,
    reasoning_content: fc.option(text),
    tools: fc.array(tool, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 3 }), (messages) => {
      const choices = messages.map(({ content, reasoning_content, tools }, index) => ({
        index,
        finish_reason: tools.length > 0 ? 'tool_calls' : 'stop',
        message: { role: 'assistant', content, reasoning_content, tool_calls: tools.length > 0 ? tools : null },
      }))
      const answer = {
        id: 'c',
        model: 'm',
        choices,
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      }
      const again = retold('openai-chat', answer, { stream_options: { include_usage: true } })
      expect(again?.usage).toEqual(answer.usage)
      const said = (from: Json) =>
        (from.choices as (typeof choices)[number][]).map(
          ({ message: { content, reasoning_content, tool_calls }, ...rest }) => ({
            content: content || null,
            reasoning: reasoning_content || null,
            tools: tool_calls ?? null,
            finish: rest.finish_reason,
          }),
        )
      expect(said(again!)).toEqual(said(answer))
    }),
  )
})

test('tools come piece by piece, and content with them is null where there is none', () => {
  const stream = [
    chunk({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
    }),
    chunk({ tool_calls: [{ index: 1, id: 'b', function: { name: 'g', arguments: '{' } }] }),
    chunk({
      tool_calls: [
        { index: 0, function: { arguments: '{"x"' } },
        { index: 1, function: { arguments: '}' } },
      ],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
  ].join('')
  const { choices } = assembled('openai-chat', stream + END) as { choices: Json[] }
  expect(choices[0]!.message).toEqual({
    content: null,
    role: 'assistant',
    tool_calls: [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
    ],
    function_call: null,
  })
})

test('logprobs, refusals and annotations are kept', () => {
  const token = { token: 'a', logprob: -1 }
  const stream =
    chunk({ refusal: 'I ' }, { logprobs: { content: [token] } }) +
    chunk({ refusal: 'will not', annotations: [{ type: 'url_citation' }] }, { logprobs: { content: [token] } })
  const { choices } = assembled('openai-chat', stream + END) as { choices: Json[] }
  expect(choices[0]).toMatchObject({
    message: { refusal: 'I will not', annotations: [{ type: 'url_citation' }] },
    logprobs: { content: [token, token] },
  })
})

test.each([
  ['no end', chunk({ content: 'a' })],
  ['an error', `${chunk({ content: 'a' })}data: {"error":{"message":"no"}}\n\n${END}`],
  ['pieces of a kind that is not known', chunk({ content: 'a', audio: { data: 'x' } }) + END],
  ['what is no JSON', `data: {"id\n\n${END}`],
  ['nothing', ''],
])('a chat stream with %s is not stored', (_, stream) => {
  expect(assembled('openai-chat', stream)).toBeUndefined()
})

test('what a stream does not say of its tokens is what was counted', () => {
  const counted = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }
  expect(assembled('openai-chat', chunk({ content: 'a' }) + END, counted)?.usage).toEqual(counted)
})

test('a completion that is told as a stream and put together again says the same', () => {
  fc.assert(
    fc.property(text, (said) => {
      const answer = { id: 'c', model: 'm', choices: [{ index: 0, text: said, finish_reason: 'length' }] }
      const { choices } = retold('openai-completions', answer) as { choices: Json[] }
      expect(choices).toMatchObject([{ index: 0, finish_reason: 'length', message: { content: said } }])
      // That is LiteLLM's form of it, which is told in the same way.
      expect(retold('openai-completions', { choices })).toMatchObject({ choices })
    }),
  )
})

test('a response is told with its tools, its reasoning and its refusals, and stored again as it was', () => {
  const answer = {
    ...{ id: 'r', object: 'response', status: 'completed', usage: { input_tokens: 1 } },
    output: [
      { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 'so it is' }] },
      { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '{"a":1}' },
      {
        type: 'message',
        id: 'm',
        content: [
          { type: 'refusal', refusal: 'no way' },
          { type: 'output_text', text: 'a b' },
        ],
      },
      { type: 'web_search_call', id: 'ws', status: 'completed' },
    ],
  }
  const events = shapeOf('openai-responses').replay!(answer, {})
  expect(retold('openai-responses', answer)).toEqual(answer)
  const documents = events.map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Json)
  expect(documents.map(({ sequence_number }) => sequence_number)).toEqual(documents.map((_, index) => index))
  const deltas = documents.filter(({ type }) => String(type).endsWith('.delta')).map(({ type, delta }) => [type, delta])
  expect(deltas).toEqual([
    ['response.reasoning_summary_text.delta', 'so '],
    ['response.reasoning_summary_text.delta', 'it '],
    ['response.reasoning_summary_text.delta', 'is'],
    ['response.function_call_arguments.delta', '{"a":1}'],
    ['response.refusal.delta', 'no '],
    ['response.refusal.delta', 'way'],
    ['response.output_text.delta', 'a '],
    ['response.output_text.delta', 'b'],
  ])
})

test.each([
  ['openai-responses', { output: [], status: 'completed' }],
  ['openai-responses', { output: [{ type: 'message' }], status: 'in_progress' }],
  ['openai-responses', { output: [{ type: 'message' }], status: 'incomplete' }],
  ['openai-chat', { choices: [{ message: { role: 'assistant', content: '', tool_calls: [], annotations: [] } }] }],
  ['openai-completions', { choices: [{ text: '' }] }],
  ['anthropic-messages', { type: 'message', content: [] }],
  ['anthropic-messages', { litellm_cached_anthropic_sse_events: ['event: message_start\ndata: {}\n\n'] }],
  ['openai-embeddings', { data: [] }],
  ['rerank', {}],
  ['openai-transcriptions', {}],
] as const)('%s: nothing was answered by %j', (shape, answer) => {
  expect(shapeOf(shape).hasOutput(answer)).toBe(false)
})

const claudeEvent = (type: string, more: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`

test('a stream of Anthropic is stored event by event, whole or not at all', () => {
  const events = ['message_start', 'ping', 'content_block_start', 'message_stop'].map((type) => claudeEvent(type))
  const stored = assembled('anthropic-messages', events.join(''))
  expect(stored).toEqual({ litellm_cached_anthropic_sse_events: events })
  expect(shapeOf('anthropic-messages').hasOutput(stored!)).toBe(true)
  expect(shapeOf('anthropic-messages').replay!(stored!, {})).toEqual(events)
  expect(assembled('anthropic-messages', events.slice(0, 3).join(''))).toBeUndefined()
  expect(assembled('anthropic-messages', events.join('') + claudeEvent('error'))).toBeUndefined()
})

test('what LiteLLM keeps for itself in an entry is not served', () => {
  const shown = shapeOf('anthropic-messages').shown!({ id: 'm', _hidden_params: { model_id: 'x' } })
  expect(shown).toEqual({ id: 'm' })
})
