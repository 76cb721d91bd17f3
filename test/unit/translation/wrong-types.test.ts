import { describe, expect, test } from '@jest/globals'
import { isLiteLLMError } from '../../../src/errors.ts'
import type { ChatAnswer, ChatChunk } from '../../../src/translation/chat.ts'
import { chatClient } from '../../../src/translation/clients/chat/chat-client.ts'
import { generateApi } from '../../../src/translation/clients/generate/generate.ts'
import { messagesApi } from '../../../src/translation/clients/messages/messages.ts'
import { responsesApi } from '../../../src/translation/clients/responses/responses.ts'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import { bedrockConverseApi } from '../../../src/translation/providers/bedrock-converse/bedrock-converse.ts'
import { cohereChatApi } from '../../../src/translation/providers/cohere-chat/cohere-chat.ts'
import { geminiGenerateApi } from '../../../src/translation/providers/gemini/gemini.ts'
import { ollamaChatApi } from '../../../src/translation/providers/ollama-chat/ollama-chat.ts'
import { openaiChatApi } from '../../../src/translation/providers/openai-chat/openai-chat.ts'
import { openaiResponsesApi } from '../../../src/translation/providers/openai-responses/openai-responses.ts'
import type { ClientApi, ProviderApi } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { testContext } from '../../support/translation.ts'

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const IMAGE = 'data:image/png;base64,AAAA'

/** A request of each client with everything that its translation reads. */
const BODIES: readonly (readonly [client: ClientApi, body: Json])[] = [
  [
    chatClient,
    {
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Very.', cache_control: { type: 'ephemeral' } }] },
        {
          role: 'user',
          name: 'ada',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image_url', image_url: { url: IMAGE, detail: 'low' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Hm.',
          reasoning_content: 'So.',
          thinking_blocks: [{ type: 'thinking', thinking: 'So.', signature: 's' }],
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"city":"Rome"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'Sunny.' }] },
        { role: 'assistant', content: null, refusal: 'No.' },
        { role: 'user', content: 'On.' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: SCHEMA, strict: true } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: SCHEMA, strict: true } },
      stop: ['a'],
      max_tokens: 2_000,
      temperature: 1,
      top_p: 1,
      n: 1,
      seed: 1,
      user: 'u',
      reasoning_effort: 'low',
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      output_config: { effort: 'low' },
      service_tier: 'auto',
      modalities: ['text'],
      audio: { voice: 'v' },
      logit_bias: { 1: 1 },
      web_search_options: { search_context_size: 'low' },
      safety_settings: [{ category: 'c', threshold: 't' }],
      stream_options: { include_usage: true },
    },
  ],
  [
    messagesApi,
    {
      model: 'm',
      max_tokens: 2_000,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'document', title: 't', source: { type: 'text', media_type: 'text/plain', data: 'd' } },
            { type: 'search_result', title: 't', source: 's', content: [{ type: 'text', text: 'r' }] },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'So.', signature: 's' },
            { type: 'redacted_thinking', data: 'x' },
            { type: 'text', text: 'Hm.' },
            { type: 'tool_use', id: 'c1', name: 'f', input: { city: 'Rome' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', is_error: false, content: [{ type: 'text', text: 'Sunny.' }] },
          ],
        },
      ],
      tools: [{ type: 'custom', name: 'f', description: 'd', input_schema: SCHEMA, strict: true }],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      stop_sequences: ['a'],
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: SCHEMA } },
      metadata: { user_id: 'u' },
      service_tier: 'auto',
      temperature: 1,
    },
  ],
  [
    responsesApi,
    {
      model: 'm',
      instructions: 'Be brief.',
      input: [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look.' },
            { type: 'input_image', image_url: IMAGE, detail: 'auto' },
            { type: 'input_file', file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' },
          ],
        },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'So.' }], encrypted_content: 'e' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hm.' }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'Sunny.' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'i' },
        { type: 'custom_tool_call_output', call_id: 'c2', output: 'Done.' },
      ],
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: SCHEMA, strict: true },
        { type: 'custom', name: 'g', description: 'd', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
      ],
      tool_choice: { type: 'function', name: 'f' },
      reasoning: { effort: 'low' },
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'n', schema: SCHEMA, strict: true } },
      include: ['reasoning.encrypted_content'],
      max_output_tokens: 2_000,
      top_logprobs: 1,
      truncation: 'auto',
      metadata: { a: 'b' },
      store: false,
    },
  ],
  [
    generateApi,
    {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'Look.' },
            { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
            { file_data: { mime_type: 'application/pdf', file_uri: 'https://files/a.pdf' } },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'So.', thought: true, thoughtSignature: 's' },
            { functionCall: { id: 'c1', name: 'f', args: { city: 'Rome' } } },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'f', response: { output: 'Sunny.' } } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'f', description: 'd', parameters: SCHEMA }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: {
        temperature: 1,
        maxOutputTokens: 2_000,
        stopSequences: ['a'],
        responseMimeType: 'application/json',
        responseSchema: SCHEMA,
        responseModalities: ['TEXT'],
        thinkingConfig: { thinkingBudget: 1_024 },
      },
      safetySettings: [{ category: 'c', threshold: 't' }],
    },
  ],
]

const PROVIDERS: readonly ProviderApi[] = [
  anthropicMessagesApi,
  bedrockConverseApi,
  cohereChatApi,
  geminiGenerateApi,
  ollamaChatApi,
  openaiChatApi,
  openaiResponsesApi,
]

const ANSWER: ChatAnswer = {
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Hi.',
        tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      finish_reason: 'tool_calls',
    },
  ],
}
const CHUNK: ChatChunk = {
  ...ANSWER,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' }],
}

const WRONG: readonly unknown[] = [
  null,
  5,
  -1,
  '',
  'x',
  true,
  [],
  {},
  [null],
  [5],
  ['x'],
  [[]],
  [{}],
  { toString: 1 },
  { type: { a: 1 } },
]

const TAKE_NO_FILES = new Set([cohereChatApi, ollamaChatApi, openaiChatApi])

function withoutFiles(value: Json): Json {
  const isFile = (item: Json | null) => item?.file || item?.file_data || item?.type === 'input_file'
  return JSON.parse(JSON.stringify(value), (_, inner) =>
    Array.isArray(inner) ? inner.filter((item) => !isFile(item)) : inner,
  )
}

type Step = string | number
type Place = readonly Step[]

/** Every place of a value, the whole apart. */
function placesIn(value: unknown, above: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((name): readonly Place[] => {
    const step = Array.isArray(value) ? Number(name) : name
    const place = [...above, step]
    return [place, ...placesIn((value as Json)[name], place)]
  })
}

function replaced(value: unknown, [step, ...rest]: Place, by: unknown): unknown {
  if (step === undefined) return by
  const copy: Record<Step, unknown> = (Array.isArray(value) ? [...value] : { ...(value as Json) }) as never
  copy[step] = replaced(copy[step], rest, by)
  return copy
}

describe.each(BODIES.map(([client, body]) => [client.shape, client, body] as const))('%s', (_, client, whole) => {
  test.each(PROVIDERS.map((provider) => [provider.shape, provider] as const))('to %s', (_name, provider) => {
    const context = testContext()
    const body = TAKE_NO_FILES.has(provider) ? withoutFiles(whole) : whole
    expect(() => provider.request(client.request(body, context), context)).not.toThrow()
    const broken: string[] = []
    for (const place of placesIn(body)) {
      for (const wrong of WRONG) {
        const asked = replaced(body, place, wrong) as Json
        const fault = faultOf(() => {
          const chat = client.request(asked, context)
          const { body: sent } = provider.request(chat, context)
          // What no list of the client's own can have made.
          if (/\[object Object\]|"undefined"/.test(JSON.stringify(sent))) throw new Error('an object became a text')
          client.answer(ANSWER, asked, context)
          const stream = client.stream(asked, context)
          stream.piece(CHUNK)
          stream.end()
        })
        if (fault) broken.push(`${place.join('.')} = ${JSON.stringify(wrong)}: ${fault}`)
      }
    }
    expect(broken).toEqual([])
  })
})

/** What is no refusal that names a parameter. */
function faultOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (isLiteLLMError(error) && error.status === 400 && error.param !== null) return undefined
    return String(error)
  }
}

test.each([
  [
    messagesApi,
    { messages: [{ role: 'user', content: [{ type: 'tool_use', id: 'a', name: {} }] }] },
    'messages[0].content[0].name',
    'text',
  ],
  [messagesApi, { messages: [{ role: 'user' }] }, 'messages[0].content', 'text or a list'],
  [messagesApi, { messages: {} }, 'messages', 'a list'],
  [messagesApi, { messages: [], tools: [{ name: ['f'] }] }, 'tools[0].name', 'text'],
  [chatClient, { messages: [null] }, 'messages[0]', 'an object'],
  [
    chatClient,
    { messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] },
    'messages[0].tool_calls[0].function',
    'an object',
  ],
  [chatClient, { messages: [], stop: { a: 1 } }, 'stop', 'text or a list'],
  [responsesApi, { input: [{ type: 'function_call', call_id: 'a', name: 5 }] }, 'input[0].name', 'text'],
  [responsesApi, { input: 5 }, 'input', 'text or a list'],
  [
    generateApi,
    { contents: [{ parts: [{ functionCall: { args: {} } }] }] },
    'contents[0].parts[0].functionCall.name',
    'text',
  ],
  [generateApi, { contents: 'Hi', generation_config: { top_p: 'x' } }, 'generation_config.top_p', 'a number'],
])('a refusal names the member and the type it has to have', (client, body, param, wanted) => {
  const refusal = expect.objectContaining({ param, message: `\`${param}\` must be ${wanted}.` })
  expect(() => client.request(body as Json, testContext())).toThrow(refusal as unknown as Error)
})
