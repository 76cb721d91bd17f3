import { expect, test } from '@jest/globals'
import type { ChatMessage } from '../../../src/translation/chat.ts'
import { withToolCalls } from '../../../src/translation/clients/chat/function-messages.ts'

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
