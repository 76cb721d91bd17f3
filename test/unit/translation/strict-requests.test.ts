import { describe, expect, test } from '@jest/globals'
import { isLiteLLMError } from '../../../src/errors.ts'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import { chatClient } from '../../../src/translation/clients/chat/chat-client.ts'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import { bedrockConverseApi } from '../../../src/translation/providers/bedrock-converse/bedrock-converse.ts'
import { cohereChatApi } from '../../../src/translation/providers/cohere-chat/cohere-chat.ts'
import { geminiGenerateApi } from '../../../src/translation/providers/gemini/gemini.ts'
import { openaiChatApi } from '../../../src/translation/providers/openai-chat/openai-chat.ts'
import { openaiResponsesApi } from '../../../src/translation/providers/openai-responses/openai-responses.ts'
import type { ProviderApi } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { type Body, Refused } from '../../support/strict/conversation.ts'
import { strictAnthropic } from '../../support/strict/strict-anthropic.ts'
import { strictBedrock } from '../../support/strict/strict-bedrock.ts'
import { strictCohere } from '../../support/strict/strict-cohere.ts'
import { strictGemini } from '../../support/strict/strict-gemini.ts'
import { strictOpenAIChat } from '../../support/strict/strict-openai-chat.ts'
import { strictResponses } from '../../support/strict/strict-responses.ts'
import { testContext } from '../../support/translation.ts'

/*
 * Requests that OpenAI takes, and that other providers refuse where they are not said in their way. Each strict fake
 * refuses what its provider documents to refuse.
 */

const PROVIDERS: readonly (readonly [ProviderApi, (body: Body) => unknown, provider: string, model: string])[] = [
  [anthropicMessagesApi, strictAnthropic, 'anthropic', 'claude-sonnet-4-5'],
  [bedrockConverseApi, strictBedrock, 'bedrock', 'anthropic.claude-sonnet-4-5-v1:0'],
  // The histories here are not of its own calls, which it has signed.
  [geminiGenerateApi, (body) => strictGemini(body, { signs: false }), 'gemini', 'gemini-2.5-flash'],
  [cohereChatApi, strictCohere, 'cohere', 'command-r'],
  [openaiChatApi, strictOpenAIChat, 'hosted_vllm', 'qwen'],
  [openaiResponsesApi, strictResponses, 'openai', 'gpt-5'],
]

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more })
const call = (id: string, name: string, json: string) => ({ id, type: 'function', function: { name, arguments: json } })
const result = (tool_call_id: string, content: unknown) => ({ role: 'tool', tool_call_id, content })
const tool = (name: string, parameters?: object) => ({
  type: 'function',
  function: { name, ...(parameters && { parameters }) },
})

const HI = [user('Hi')]
const F = tool('f', { type: 'object', properties: { a: { type: 'string' } } })
const CALLED = [user('Hi'), assistant(null, { tool_calls: [call('c1', 'f', '{}'), call('c2', 'f', '{"a":"x"}')] })]

const REQUESTS: Readonly<Record<string, Json>> = {
  'an empty message': { messages: [user('')] },
  'a blank message': { messages: [user(' \n')] },
  'blank parts': {
    messages: [
      user([
        { type: 'text', text: '' },
        { type: 'text', text: 'Hi' },
      ]),
    ],
  },
  'an empty list of parts': { messages: [user([])] },
  'a system message alone': { messages: [{ role: 'system', content: 'Say hi.' }] },
  'an empty system message': { messages: [{ role: 'system', content: '' }, ...HI] },
  'a late system message': { messages: [...HI, assistant('Ho'), { role: 'system', content: 'Be brief.' }] },
  'an assistant that begins': { messages: [assistant('Hello.'), ...HI] },
  'two users in a row': { messages: [...HI, ...HI] },
  'two assistants in a row': { messages: [...HI, assistant('a'), assistant('b'), ...HI] },
  'an empty answer': { messages: [...HI, assistant(''), ...HI] },
  'an answer that is to be gone on with': { messages: [...HI, assistant('The answer is ')] },
  'a refusal': { messages: [...HI, assistant(null, { refusal: 'No.' }), ...HI] },
  'results in another order': { messages: [...CALLED, result('c2', 'two'), result('c1', 'one')], tools: [F] },
  'an empty result': { messages: [...CALLED, result('c1', ''), result('c2', 'two')], tools: [F] },
  'results before what the user adds': {
    messages: [...CALLED, result('c1', '1'), result('c2', '2'), ...HI],
    tools: [F],
  },
  'a history of calls without tools': { messages: [...CALLED, result('c1', '1'), result('c2', '2')] },
  'arguments that are none': {
    messages: [
      ...HI,
      assistant('', { tool_calls: [call('c1', 'f', ''), call('c2', 'f', '[1]')] }),
      result('c1', '1'),
      result('c2', '2'),
    ],
    tools: [F],
  },
  'ids with other characters': {
    messages: [...HI, assistant(null, { tool_calls: [call('call:1/é', 'f', '{}')] }), result('call:1/é', '1')],
    tools: [F],
  },
  'names that begin otherwise': { messages: HI, tools: [tool('1-a', F.function.parameters), tool('-a')] },
  'a long name': { messages: HI, tools: [tool('n'.repeat(64)), tool('1st')] },
  'a tool without parameters': { messages: HI, tools: [tool('f')] },
  'parameters without a type': { messages: HI, tools: [tool('f', { properties: { a: { type: 'string' } } })] },
  'numbers to choose from': {
    messages: HI,
    tools: [tool('f', { type: 'object', properties: { a: { type: 'integer', enum: [1, 2] }, b: { enum: ['x'] } } })],
  },
  'null to choose from': {
    messages: HI,
    tools: [tool('f', { type: 'object', properties: { a: { type: ['string', 'null'], enum: ['x', null] } } })],
  },
  'required members that do not exist': {
    messages: HI,
    tools: [tool('f', { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'b'] })],
  },
  'a list of anything': {
    messages: HI,
    tools: [tool('f', { type: 'object', properties: { a: { type: 'array' }, b: {} }, additionalProperties: false })],
  },
  'a schema that refers to itself': {
    messages: HI,
    tools: [
      tool('f', {
        type: 'object',
        properties: { node: { $ref: '#/$defs/node' } },
        $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
      }),
    ],
  },
  'a tool that is to be called': {
    messages: HI,
    tools: [F],
    tool_choice: { type: 'function', function: { name: 'f' } },
  },
  'no tool that is to be called': { messages: HI, tools: [F], tool_choice: 'none' },
  'a choice without tools': { messages: HI, tool_choice: 'auto', parallel_tool_calls: true },
  'an empty list of tools': { messages: HI, tools: [], tool_choice: 'auto' },
  'a temperature of two': { messages: HI, temperature: 2 },
  'both kinds of sampling': { messages: HI, temperature: 0.5, top_p: 1 },
  'a top_p of nothing': { messages: HI, top_p: 0 },
  'blank stop sequences': { messages: HI, stop: ['', '\n', 'END'] },
  'one stop sequence': { messages: HI, stop: 'END' },
  'thought with sampling and a choice': {
    messages: HI,
    tools: [F],
    tool_choice: 'required',
    reasoning_effort: 'high',
    temperature: 0.2,
    max_tokens: 8_000,
  },
  'thought with little room': { messages: HI, reasoning_effort: 'high', max_tokens: 100 },
  'thought after calls': {
    messages: [...CALLED, result('c1', '1'), result('c2', '2')],
    tools: [F],
    reasoning_effort: 'low',
  },
  'an answer by a schema': {
    messages: HI,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: {} } } },
  },
  'an answer by a schema beside tools': {
    messages: HI,
    tools: [F],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'x', schema: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } } },
    },
  },
  'any JSON': { messages: HI, response_format: { type: 'json_object' } },
  'an image': {
    messages: [user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }])],
  },
  'an image as a result': {
    messages: [
      ...HI,
      assistant(null, { tool_calls: [call('c1', 'f', '{}')] }),
      result('c1', [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]),
    ],
    tools: [F],
  },
  'a document of text': {
    messages: [user([{ type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,SGk=' } }])],
  },
  'everything that only OpenAI has': {
    messages: HI,
    seed: 1,
    n: 1,
    logit_bias: {},
    user: 'u'.repeat(100),
    store: false,
    metadata: { a: 'b' },
    service_tier: 'auto',
    prompt_cache_key: 'k',
    safety_identifier: 's',
    stream_options: { include_usage: true },
    stream: true,
  },
}

describe.each(PROVIDERS.map((row) => [row[0].shape, ...row] as const))('%s', (shape, api, strict, provider, model) => {
  test.each(Object.entries(REQUESTS))('%s', (_, asked) => {
    const facts = { supportsReasoning: true, supportsPromptCaching: true, maxOutputTokens: 64_000 }
    const context = testContext({ provider, model, facts, askedShape: shape })
    let body: Json
    try {
      const chat: ChatRequest = chatClient.request(asked, context)
      body = JSON.parse(JSON.stringify(api.request(chat, context).body))
    } catch (error) {
      // What cannot be said at all is refused by its name, before the provider is asked.
      expect(isLiteLLMError(error) && error.param).toBeTruthy()
      return
    }
    const refusal = refusalOf(() => strict(body))
    expect(refusal && `${refusal}\n${JSON.stringify(body)}`).toBeUndefined()
  })
})

function refusalOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}
