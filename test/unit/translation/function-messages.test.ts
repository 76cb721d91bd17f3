import { describe, expect, test } from '@jest/globals'
import type { ChatDelta, ChatMessage } from '../../../src/translation/chat.ts'
import { chatClient } from '../../../src/translation/clients/chat/chat-client.ts'
import { withToolCalls } from '../../../src/translation/clients/chat/function-messages.ts'
import { testContext } from '../../support/translation.ts'

const asked = (name: string, json: string) =>
  ({ role: 'assistant', content: null, function_call: { name, arguments: json } }) as const
const result = (name: string, content: string) => ({ role: 'function', name, content }) as unknown as ChatMessage
const call = (id: string, name: string, json: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: json } }],
})

test('calls of functions become calls of tools, and each result finds its call', () => {
  const messages = [
    asked('f', '{"a":1}'),
    asked('g', ''),
    result('g', 'G'),
    result('f', 'F'),
    asked('f', '{}'),
    result('f', '2'),
  ]
  expect(withToolCalls(messages)).toEqual([
    call('call_function_1', 'f', '{"a":1}'),
    call('call_function_2', 'g', ''),
    { role: 'tool', name: 'g', content: 'G', tool_call_id: 'call_function_2' },
    { role: 'tool', name: 'f', content: 'F', tool_call_id: 'call_function_1' },
    call('call_function_3', 'f', '{}'),
    { role: 'tool', name: 'f', content: '2', tool_call_id: 'call_function_3' },
  ])
})

test('a result without a call keeps the name of its function', () => {
  expect(withToolCalls([result('f', 'F')])).toEqual([
    { role: 'tool', name: 'f', content: 'F', tool_call_id: 'call_function_1' },
  ])
})

test('other messages stay what they are', () => {
  const messages: ChatMessage[] = [{ role: 'user', content: 'hi' }]
  expect(withToolCalls(messages)).toBe(messages)
})

describe('functions of the request', () => {
  const asked = {
    messages: [{ role: 'user', content: 'Hi' }],
    functions: [{ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }],
    function_call: { name: 'f' },
  }

  test('are tools, and the choice of one is the choice of a tool', () => {
    const { functions, function_call, ...request } = chatClient.request(asked, testContext())
    expect([functions, function_call]).toEqual([undefined, undefined])
    expect(request).toEqual({
      messages: asked.messages,
      tools: [{ type: 'function', function: asked.functions[0] }],
      tool_choice: { type: 'function', function: { name: 'f' } },
    })
    expect(chatClient.request({ ...asked, function_call: 'none' }, testContext()).tool_choice).toBe('none')
  })

  test('are called in the answer’s own form of them, whole and streamed', () => {
    const context = testContext()
    const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{"a":1}' } }
    const common = { id: 'a', created: 1, model: 'm' }
    const answer: any = chatClient.answer(
      {
        ...common,
        object: 'chat.completion',
        choices: [
          { index: 0, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
        ],
      },
      asked,
      context,
    )
    expect(answer.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: null, function_call: call.function },
        finish_reason: 'function_call',
      },
    ])
    const stream = chatClient.stream(asked, context)
    const piece = (delta: ChatDelta, finish_reason: 'tool_calls' | null = null) =>
      JSON.parse(
        stream
          .piece({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })
          .slice(6),
      ).choices[0]
    expect(piece({ tool_calls: [{ index: 0, ...call }] }).delta).toEqual({ function_call: call.function })
    expect(piece({}, 'tool_calls').finish_reason).toBe('function_call')
  })

  test('stay tools where the client speaks of tools', () => {
    const tools = [{ type: 'function', function: { name: 'g' } }]
    expect(chatClient.request({ ...asked, tools }, testContext()).tools).toEqual(tools)
  })
})
