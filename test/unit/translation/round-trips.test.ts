import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ChatMessage, ChatPart, ChatRequest } from '../../../src/translation/chat.ts'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import { bedrockConverseApi } from '../../../src/translation/providers/bedrock-converse/bedrock-converse.ts'
import { geminiGenerateApi } from '../../../src/translation/providers/gemini/gemini.ts'
import type { Json } from '../../../src/types.ts'
import { testContext } from '../../support/translation.ts'

/*
 * What is said to a provider, read back from its own API by readers that know nothing of the writers. Nothing that was said
 * may be missing: no text, no id of a call, no byte of its arguments, no image.
 */

const RUNS = 10_000
const SEED = 20_261_130

/** All that is said in a conversation, in order. */
interface Spoken {
  readonly system: readonly string[]
  readonly said: readonly string[]
}

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((text) => `${text.trim()}.`)
const base64 = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const json = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
const textPart = words.map((text): ChatPart => ({ type: 'text', text }))
const imagePart = fc
  .tuple(fc.constantFrom('png', 'jpeg', 'webp', 'gif'), base64)
  .map(([kind, data]): ChatPart => ({ type: 'image_url', image_url: { url: `data:image/${kind};base64,${data}` } }))
const content = fc.oneof(words, fc.array(fc.oneof(textPart, imagePart), { minLength: 1, maxLength: 3 }))
const resultContent = fc.oneof(
  words,
  json.map((value) => JSON.stringify(value)),
  fc.tuple(textPart, imagePart),
)
const names = fc.constantFrom('get_weather', 'search', 'f')

interface CallOfTurn {
  readonly name: string
  readonly input: string
  readonly result: ChatMessage['content']
}
const call: fc.Arbitrary<CallOfTurn> = fc.record({
  name: names,
  input: fc.oneof(
    fc.constant(''),
    json.map((value) => JSON.stringify(value)),
  ),
  result: resultContent,
})
const turn = fc.record({ asked: content, said: fc.option(words), calls: fc.array(call, { maxLength: 3 }) })
const conversation = fc
  .record({
    system: fc.array(words, { maxLength: 2 }),
    turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
    last: content,
  })
  .map(({ system, turns, last }): ChatRequest => {
    let ids = 0
    const messages: ChatMessage[] = system.map((text) => ({ role: 'system', content: text }))
    for (const { asked, said, calls } of turns) {
      const made = calls.map((made) => ({ ...made, id: `call_${ids++}` }))
      messages.push({ role: 'user', content: asked })
      messages.push({
        role: 'assistant',
        content: said ?? (made.length === 0 ? 'yes' : null),
        ...(made.length > 0 && {
          tool_calls: made.map(({ id, name, input }) => ({
            id,
            type: 'function',
            function: { name, arguments: input },
          })),
        }),
      })
      for (const { id, result } of made) messages.push({ role: 'tool', tool_call_id: id, content: result! })
    }
    return { messages: [...messages, { role: 'user', content: last }] }
  })

function spokenIn({ messages }: ChatRequest): Spoken {
  const system = messages.filter(({ role }) => role === 'system').map((message) => String(message.content))
  const said = messages.flatMap((message) => {
    if (message.role === 'system') return []
    const parts = partsIn(message.content)
    if (message.role === 'tool') return [`result of ${message.tool_call_id}`, ...parts]
    const calls = (message.tool_calls ?? []).map(
      ({ id, function: { name, arguments: input } }) => `call ${id} ${name}(${input || '{}'})`,
    )
    return [...parts, ...calls]
  })
  return { system, said }
}

function partsIn(found: ChatMessage['content']): readonly string[] {
  if (typeof found === 'string') return [found]
  return (found ?? []).map((part) =>
    part.type === 'text' ? part.text : part.type === 'image_url' ? (part.image_url as { url: string }).url : '',
  )
}

/** Made once: that takes longer than all the rest. */
const conversations = fc.sample(conversation, { numRuns: RUNS, seed: SEED })

function holds(round: (chat: ChatRequest) => Spoken) {
  for (const chat of conversations) {
    const [read, said] = [round(chat), spokenIn(chat)]
    // `expect` takes as long as the translation.
    if (!isDeepStrictEqual(read, said)) expect(read).toEqual(said)
  }
}

/** What is sent, as it goes over the wire. */
const sent = (body: Json) => JSON.parse(JSON.stringify(body))
const list = (found: unknown) => found as readonly Json[]

test('nothing is lost on the way to Anthropic and back', () => {
  const said = (block: Json): readonly string[] => {
    const source = block.source as Json
    if (block.type === 'text') return [String(block.text)]
    if (block.type === 'image') return [`data:${source.media_type};base64,${source.data}`]
    if (block.type === 'tool_use') return [`call ${block.id} ${block.name}(${JSON.stringify(block.input)})`]
    const inner = typeof block.content === 'string' ? [block.content] : list(block.content).flatMap(said)
    return [`result of ${block.tool_use_id}`, ...inner]
  }
  holds((chat) => {
    const body = sent(anthropicMessagesApi.request(chat, testContext()).body)
    return {
      system: list(body.system ?? []).map(({ text }) => String(text)),
      said: list(body.messages).flatMap(({ content: blocks }) => list(blocks).flatMap(said)),
    }
  })
})

test('nothing is lost on the way to Bedrock and back', () => {
  const said = (block: Json): readonly string[] => {
    const [image, use, result] = [block.image, block.toolUse, block.toolResult] as (Json | undefined)[]
    if (image) return [`data:image/${image.format};base64,${(image.source as Json).bytes}`]
    if (use) return [`call ${use.toolUseId} ${use.name}(${JSON.stringify(use.input)})`]
    if (result) return [`result of ${result.toolUseId}`, ...list(result.content).flatMap(said)]
    return [String(block.text)]
  }
  holds((chat) => {
    const body = sent(bedrockConverseApi.request(chat, testContext()).body)
    return {
      system: list(body.system ?? []).map(({ text }) => String(text)),
      said: list(body.messages).flatMap(({ content: blocks }) => list(blocks).flatMap(said)),
    }
  })
})

test('nothing is lost on the way to Gemini 3 and back', () => {
  const data = ({ inlineData }: Json) => {
    const { mimeType, data: bytes } = inlineData as Json
    return `data:${mimeType};base64,${bytes}`
  }
  const said = (part: Json): readonly string[] => {
    const [call, result] = [part.functionCall, part.functionResponse] as (Json | undefined)[]
    if (call) return [`call ${call.id} ${call.name}(${JSON.stringify(call.args)})`]
    if (part.inlineData) return [data(part)]
    if (!result) return part.text === ' ' ? [] : [String(part.text)]
    const { content: text, ...rest } = result.response as Json
    const isText = typeof text === 'string' && Object.keys(rest).length === 0
    const inner = isText ? text : JSON.stringify(result.response)
    return [`result of ${result.id}`, inner, ...list(result.parts ?? []).map(data)]
  }
  holds((chat) => {
    const context = testContext({ provider: 'gemini', model: 'gemini-3.1-pro-preview' })
    const body = sent(geminiGenerateApi.request(chat, context).body)
    const system = list((body.systemInstruction as Json | undefined)?.parts ?? [])
    return {
      system: system.map(({ text }) => String(text)),
      said: list(body.contents).flatMap(({ parts }) => list(parts).flatMap(said)),
    }
  })
})
