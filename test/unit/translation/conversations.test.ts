import Anthropic from '@anthropic-ai/sdk'
import { type Content, GoogleGenAI, type Part } from '@google/genai'
import { afterEach, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { generateApi } from '../../../src/translation/clients/generate/generate.ts'
import { messagesApi } from '../../../src/translation/clients/messages/messages.ts'
import { responsesApi } from '../../../src/translation/clients/responses/responses.ts'
import { openaiChatApi } from '../../../src/translation/providers/openai-chat/openai-chat.ts'
import type { ClientApi } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { streamed, testContext } from '../../support/translate.ts'

const TURNS = 20
const SCHEMA = { type: 'object' as const, properties: { n: { type: 'number' } } }

const realFetch = globalThis.fetch
afterEach(() => {
  globalThis.fetch = realFetch
})

/** Answers each turn with a thought, a text and two calls, until it has had enough. Refuses what vLLM refuses. */
class Model {
  readonly results: string[] = []

  answer(body: any): { message: Json; finish: string } {
    const calls = this.#check(body.messages)
    const turn = calls / 2
    if (turn === TURNS) return { message: { role: 'assistant', content: 'done' }, finish: 'stop' }
    const call = (at: number) => ({
      id: `call_${turn}_${at}`,
      type: 'function',
      function: { name: 'f', arguments: at === 0 ? `{"n":${turn}}` : '' },
    })
    const message = { role: 'assistant', content: `text ${turn}`, reasoning_content: `thought ${turn}` }
    return { message: { ...message, tool_calls: [call(0), call(1)] }, finish: 'tool_calls' }
  }

  /** Every call is there as it was made, and has its result right behind it. */
  #check(messages: readonly any[]): number {
    let open: string[] = []
    let calls = 0
    this.results.length = 0
    for (const message of messages) {
      expect(Object.keys(message).filter((name) => !MEMBERS.has(name))).toEqual([])
      if (message.role === 'tool') {
        expect(open.shift()).toBe(message.tool_call_id)
        this.results.push(JSON.stringify(message.content))
        continue
      }
      expect(open).toEqual([])
      if (message.role !== 'assistant') continue
      const turn = calls / 2
      expect(message).toMatchObject({ content: `text ${turn}`, reasoning_content: `thought ${turn}` })
      expect(message.tool_calls.map(({ function: called }: any) => JSON.parse(called.arguments))).toEqual([
        { n: turn },
        {},
      ])
      open = message.tool_calls.map(({ id }: Json) => id)
      expect(open).toEqual([`call_${turn}_0`, `call_${turn}_1`])
      calls += open.length
    }
    return calls
  }
}

const MEMBERS = new Set(['role', 'content', 'tool_calls', 'tool_call_id', 'reasoning_content'])
const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

/** The client's API on the model, behind a fetch. */
function fetchOf(client: ClientApi, model: Model): typeof fetch {
  return async (url, init) => {
    const asked: Json = JSON.parse(String(init?.body))
    const stream = asked.stream === true || String(url).includes('streamGenerateContent')
    const context = testContext({ framing: 'sse' })
    const chat = { ...client.request(asked, context), ...(stream ? { stream } : {}) }
    const { body } = openaiChatApi.request(chat, context)
    const { message, finish } = model.answer(JSON.parse(JSON.stringify(body)))
    const answer = { id: 'chatcmpl-1', created: 1, model: 'qwen', usage: USAGE }
    if (stream) {
      const documents = [...chunksOf(message, finish), { ...answer, choices: [] }]
      const type = { 'content-type': 'text/event-stream' }
      return new Response(streamed([client, openaiChatApi], documents, asked, context), { headers: type })
    }
    const whole = { ...answer, choices: [{ index: 0, message, finish_reason: finish }] }
    return Response.json(client.answer(openaiChatApi.answer(whole, chat, context), asked, context))
  }
}

/** The message letter by letter, its calls in pieces. */
function chunksOf({ content, reasoning_content: thought = '', tool_calls: calls = [] }: any, finish: string): Json[] {
  const chunk = (delta: Json, reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  return [
    ...[...thought].map((letter) => chunk({ reasoning_content: letter })),
    ...[...content].map((letter) => chunk({ content: letter })),
    ...calls.flatMap(({ function: called, ...call }: any, index: number) => [
      chunk({ tool_calls: [{ index, ...call, function: { name: called.name, arguments: '' } }] }),
      ...[...called.arguments].map((letter) => chunk({ tool_calls: [{ index, function: { arguments: letter } }] })),
    ]),
    chunk({}, finish),
  ]
}

/** Every other turn is streamed. */
const isStreamed = (turn: number) => turn % 2 === 1

test(`the SDK of Anthropic talks ${TURNS} turns with tools`, async () => {
  const model = new Model()
  const client = new Anthropic({ apiKey: 'k', fetch: fetchOf(messagesApi, model), maxRetries: 0 })
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'begin' }]
  const common = { model: 'm', max_tokens: 100, tools: [{ name: 'f', input_schema: SCHEMA }] }
  for (let turn = 0; ; turn++) {
    const answer = isStreamed(turn)
      ? await client.messages.stream({ ...common, messages }).finalMessage()
      : await client.messages.create({ ...common, messages })
    messages.push({ role: 'assistant', content: answer.content })
    expect(answer.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 })
    if (answer.stop_reason !== 'tool_use') break
    const uses = answer.content.filter((block) => block.type === 'tool_use')
    const results = uses.map(({ id, input }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: [{ type: 'text' as const, text: `result ${turn} ${JSON.stringify(input)}` }],
    }))
    messages.push({ role: 'user', content: results })
  }
  expectWhole(model, messages.at(-1)!.content)
})

test(`the SDK of OpenAI talks ${TURNS} turns with tools by Responses`, async () => {
  const model = new Model()
  const client = new OpenAI({ apiKey: 'k', fetch: fetchOf(responsesApi, model), maxRetries: 0 })
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'begin' }]
  const tools = [{ type: 'function' as const, name: 'f', parameters: SCHEMA, strict: false }]
  for (let turn = 0; ; turn++) {
    const asked = { model: 'm', input, tools, store: false }
    const answer: OpenAI.Responses.Response = isStreamed(turn)
      ? await client.responses.stream(asked).finalResponse()
      : await client.responses.create(asked)
    input.push(...(answer.output as OpenAI.Responses.ResponseInput))
    expect(answer.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 })
    const calls = answer.output.filter((item) => item.type === 'function_call')
    if (calls.length === 0) {
      expectWhole(model, answer.output_text)
      break
    }
    for (const { call_id, arguments: args } of calls)
      input.push({ type: 'function_call_output', call_id, output: `result ${turn} ${args}` })
  }
})

test(`the SDK of Google talks ${TURNS} turns with tools`, async () => {
  const model = new Model()
  // The SDK takes no fetch of its own.
  globalThis.fetch = fetchOf(generateApi, model)
  const client = new GoogleGenAI({ apiKey: 'k' })
  const contents: Content[] = [{ role: 'user', parts: [{ text: 'begin' }] }]
  const config = { tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: SCHEMA }] }] }
  for (let turn = 0; ; turn++) {
    const parts: Part[] = []
    const asked = { model: 'm', contents, config }
    const answers = isStreamed(turn)
      ? await client.models.generateContentStream(asked)
      : [await client.models.generateContent(asked)]
    let total: number | undefined
    for await (const { candidates, usageMetadata } of answers) {
      parts.push(...(candidates?.[0]?.content?.parts ?? []))
      total = usageMetadata?.totalTokenCount
    }
    expect(total).toBe(15)
    contents.push({ role: 'model', parts })
    const calls = parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []))
    if (calls.length === 0) {
      expectWhole(model, parts.map(({ text }) => text).join(''))
      break
    }
    const results = calls.map(({ id, name, args }) => ({
      functionResponse: { id, name, response: { output: `result ${turn} ${JSON.stringify(args)}` } },
    }))
    contents.push({ role: 'user', parts: results })
  }
})

/** The model has said its last word, and has had the result of each call. */
function expectWhole({ results }: Model, last: unknown): void {
  expect(JSON.stringify(last)).toContain('done')
  expect(results).toHaveLength(2 * TURNS)
  for (const [at, result] of results.entries()) expect(result).toContain(`result ${Math.floor(at / 2)} {`)
}
