import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { generateApi } from '../../../src/translation/clients/generate/generate.ts'
import { messagesApi } from '../../../src/translation/clients/messages/messages.ts'
import { responsesApi } from '../../../src/translation/clients/responses/responses.ts'
import { openaiChatApi } from '../../../src/translation/providers/openai-chat/openai-chat.ts'
import { openaiResponsesApi } from '../../../src/translation/providers/openai-responses/openai-responses.ts'
import type { ClientApi, ModelFacts, ProviderApi } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { documentsOf, eventsOf, streamed, testContext } from '../../support/translate.ts'

interface Case {
  readonly name: string
  readonly client: string
  readonly model: string
  readonly request: Json
  readonly upstream: { readonly status: number; readonly body?: Json; readonly sse?: string }
  readonly wire?: { readonly path: string; readonly body: Json }
  readonly answer?: any
}

const CASES: readonly Case[] = JSON.parse(readFileSync('test/fixtures/translation/client-cases.json', 'utf8'))

const CLIENTS: Readonly<Record<string, ClientApi>> = {
  'anthropic-messages': messagesApi,
  'openai-responses': responsesApi,
  'gemini-generate': generateApi,
}
const PROVIDERS: Readonly<Record<string, ProviderApi>> = {
  '/v1/chat/completions': openaiChatApi,
  '/v1/responses': openaiResponsesApi,
}

/** What the price map says of the recorded models. */
const FACTS: Readonly<Record<string, ModelFacts>> = {
  'gpt-4o': { maxOutputTokens: 16384 },
  'gpt-5': { maxOutputTokens: 128000, supportsReasoning: true },
}

interface Difference {
  readonly cases: RegExp
  readonly why: string
  /** What LiteLLM's recording would be, were it ours. */
  readonly change: (recorded: any) => void
}

const WIRE: readonly Difference[] = [
  {
    cases: /^messages->/,
    why: 'LiteLLM loses disable_parallel_tool_use',
    change: (body) => {
      body.parallel_tool_calls = false
    },
  },
  {
    cases: /^messages->openai/,
    why: 'LiteLLM puts the text of an answer behind its calls; and lets OpenAI store what the client sends again anyway',
    change: (body) => {
      const { input } = body
      const call = input.findIndex(({ type }: Json) => type === 'function_call')
      input.splice(call, 2, input[call + 1], input[call])
      body.store = false
    },
  },
  {
    cases: /^http.generate->vllm.stream$/,
    why: 'LiteLLM does not ask for the usage',
    change: (body) => {
      body.stream_options = { include_usage: true }
    },
  },
  {
    cases: /^responses->vllm.chat$/,
    why: 'calls have an index in streams only',
    change: (body) => {
      for (const { tool_calls: calls } of body.messages) for (const call of calls ?? []) delete call.index
    },
  },
]

const ANSWERS: readonly Difference[] = [
  {
    cases: /^(messages|responses)/,
    why: 'the name that the client asked for, as LiteLLM answers over HTTP',
    change: (answer) => {
      answer.model = 'the-model'
    },
  },
  {
    cases: /^messages->openai/,
    why: "the provider's own id; and text where LiteLLM has null",
    change: (answer) => {
      answer.id = 'resp_1'
      for (const block of answer.content) if (block.signature === null) block.signature = ''
    },
  },
  {
    cases: /^http.generate/,
    why: 'ids of calls come back with their results',
    change: (answer) => {
      answer.candidates[0].content.parts[1].functionCall.id = 'call_1'
    },
  },
  {
    cases: /^responses->/,
    why: 'an id of its own; defaults as OpenAI says them',
    change: (answer) => {
      const [message] = answer.output
      message.id = expect.any(String)
      message.content[0].logprobs = []
      answer.parallel_tool_calls = true
      answer.text = { format: { type: 'text' } }
    },
  },
]

/** A pair of the same API is never translated. */
const used = CASES.filter(
  ({ client, wire }) => CLIENTS[client] && wire && PROVIDERS[wire.path] && PROVIDERS[wire.path]!.shape !== client,
)

function sidesOf(recorded: Case) {
  const [provider, ...model] = recorded.model.split('/')
  const name = model.join('/')
  const context = testContext({ provider, model: name, facts: FACTS[name] ?? {}, framing: 'sse' })
  const sides = [CLIENTS[recorded.client]!, PROVIDERS[recorded.wire!.path]!] as const
  return { sides, context, asked: recorded.request }
}

/** A response under the id that LiteLLM's library gives it: its proxy writes it into its own, as ours does. */
function withRowId(answer: Json): Json {
  const [, found] = /^resp_(.+)$/.exec(String(answer.id)) ?? []
  const row = /response_id:([^;]+);/.exec(Buffer.from(found ?? '', 'base64').toString())?.[1]
  return row === undefined ? answer : { ...answer, id: row }
}

describe.each(used.map((recorded) => [recorded.name, recorded] as const))('%s', (name, recorded) => {
  test('sends what LiteLLM sends', () => {
    const { sides, context, asked } = sidesOf(recorded)
    // Of Gemini's API the path says whether the answer is a stream.
    const stream = recorded.upstream.sse ? { stream: true } : {}
    const { body } = sides[1].request({ ...sides[0].request(asked, context), ...stream }, context)
    const expected = changed(recorded.wire!.body, name, WIRE)
    expect(readable(body)).toEqual(readable(expected))
  })

  if (recorded.answer && recorded.upstream.body)
    test('answers what LiteLLM answers', () => {
      const { sides, context, asked } = sidesOf(recorded)
      const chat = sides[0].request(asked, context)
      const answer = sides[0].answer(sides[1].answer(recorded.upstream.body!, chat, context), asked, context)
      const expected = changed(recorded.answer, name, ANSWERS)
      // A response repeats more of its request than LiteLLM's, an answer of Gemini's has its id and its model.
      if (recorded.client === 'anthropic-messages') expect(answer).toEqual(expected)
      else expect(withRowId(answer)).toMatchObject(expected)
    })

  if (recorded.client === 'anthropic-messages' && recorded.answer && recorded.upstream.sse)
    test('streams what LiteLLM streams', () => {
      const { sides, context, asked } = sidesOf(recorded)
      const sse = streamed(sides, documentsOf(recorded.upstream.sse!), asked, context)
      expect(eventsOf(sse).map(plainEvent)).toEqual(eventsOf(recorded.answer).map(plainEvent))
    })
})

function changed(recorded: Json, name: string, differences: readonly Difference[]): Json {
  const copy = structuredClone(recorded)
  for (const { cases, change } of differences) if (cases.test(name)) change(copy)
  return copy
}

/** JSON within strings is compared as what it says. */
function readable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner) => (key === 'arguments' ? JSON.parse(inner) : inner))
}

/** Without what differs on each run, and without LiteLLM's own name of an error. */
function plainEvent({ event, data }: { event?: string; data: any }) {
  const text = JSON.stringify(data)
    .replace(/msg_[\w-]+/, 'msg_1')
    .replace(/litellm\.[\w :]*Exception - /, '')
    .replace(',"stop_sequence":null}', '}')
    .replace(/"model":"[^"]*"/, '"model":"the-model"')
  return { event, data: JSON.parse(text) }
}
