import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { messagesApi } from '../../../src/translation/clients/messages/messages.ts'
import { responsesApi } from '../../../src/translation/clients/responses/responses.ts'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import { openaiResponsesApi } from '../../../src/translation/providers/openai-responses/openai-responses.ts'
import type { Json } from '../../../src/types.ts'
import { testContext } from '../../support/translate.ts'

const RUNS = { numRuns: 10_000, seed: 16 }

/** Text that says something, in any script. */
const said = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== '')
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
// JSON has no -0.
const args = fc
  .dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 })
  .map((made) => JSON.parse(JSON.stringify(made)) as Json)
const image = fc.base64String({ minLength: 4, maxLength: 16 })

/** A turn: what the user says, what is thought and answered, calls and their results. */
interface Turn {
  readonly asked: readonly Piece[]
  readonly thought: string | undefined
  readonly answer: string | undefined
  readonly calls: readonly { readonly name: string; readonly args: Json; readonly result: readonly Piece[] }[]
}
type Piece = { readonly text: string } | { readonly image: string }

const piece: fc.Arbitrary<Piece> = fc.oneof(fc.record({ text: said }), fc.record({ image }))
const pieces = fc.array(piece, { minLength: 1, maxLength: 2 })
const turn: fc.Arbitrary<Turn> = fc
  .record({
    asked: pieces,
    thought: fc.option(said, { nil: undefined }),
    answer: fc.option(said, { nil: undefined }),
    calls: fc.array(fc.record({ name, args, result: pieces }), { maxLength: 3 }),
  })
  // An answer that is nothing but a thought is none.
  .filter(({ answer, calls }) => answer !== undefined || calls.length > 0)
/** Made once: that takes longer than all the rest. */
const conversations = fc.sample(fc.array(turn, { minLength: 1, maxLength: 3 }), RUNS)

/** `expect` takes longer than a translation. */
function expectSame(found: Told, said: Told): void {
  if (!isDeepStrictEqual(found, said)) expect(found).toEqual(said)
}

/** What must not be lost, in its order: each text, image, id and argument. */
interface Told {
  readonly texts: string[]
  readonly images: string[]
  readonly thoughts: string[]
  readonly calls: { readonly id: string; readonly name: string; readonly args: unknown }[]
  readonly results: string[]
}

const idOf = (at: number, call: number) => `call_${at}_${call}`

describe('10,000 random conversations', () => {
  test('come through Responses -> chat -> Responses whole', () => {
    for (const turns of conversations) {
      const context = testContext({ provider: 'openai', model: 'gpt-5' })
      const asked = { model: 'm', input: turns.flatMap(itemsOf) }
      const { body } = openaiResponsesApi.request(responsesApi.request(asked, context), context)
      expectSame(toldByItems(body.input as Json[]), toldByItems(asked.input))
    }
  })

  test('come through messages -> chat -> messages whole', () => {
    for (const turns of conversations) {
      const context = testContext({ provider: 'anthropic', model: 'claude-sonnet-4-5' })
      // Anthropic refuses white space at the end of an answer that it shall go on with: the user ends.
      const messages = [...turns.flatMap(messagesOf), { role: 'user', content: [{ type: 'text', text: 'go on' }] }]
      const asked = { model: 'm', max_tokens: 9, messages }
      const { body } = anthropicMessagesApi.request(messagesApi.request(asked, context), context)
      expectSame(toldByMessages(body.messages as Json[]), toldByMessages(asked.messages))
    }
  })
})

function itemsOf({ asked, thought, answer, calls }: Turn, at: number): Json[] {
  const part = (found: Piece) =>
    'text' in found
      ? { type: 'input_text', text: found.text }
      : { type: 'input_image', image_url: `data:image/png;base64,${found.image}` }
  return [
    { type: 'message', role: 'user', content: asked.map(part) },
    ...(thought !== undefined
      ? [{ type: 'reasoning', summary: [{ type: 'summary_text', text: thought }], encrypted_content: `g${at}` }]
      : []),
    ...(answer !== undefined
      ? [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: answer }] }]
      : []),
    ...calls.map((call, index) => ({
      type: 'function_call',
      call_id: idOf(at, index),
      name: call.name,
      arguments: JSON.stringify(call.args),
    })),
    ...calls.map((call, index) => ({
      type: 'function_call_output',
      call_id: idOf(at, index),
      output: call.result.map(part),
    })),
  ]
}

function messagesOf({ asked, thought, answer, calls }: Turn, at: number): Json[] {
  const block = (found: Piece) =>
    'text' in found
      ? { type: 'text', text: found.text }
      : { type: 'image', source: { type: 'base64', media_type: 'image/png', data: found.image } }
  const results = calls.map((call, index) => ({
    type: 'tool_result',
    tool_use_id: idOf(at, index),
    content: call.result.map(block),
  }))
  return [
    { role: 'user', content: asked.map(block) },
    {
      role: 'assistant',
      content: [
        ...(thought !== undefined ? [{ type: 'thinking', thinking: thought, signature: `s${at}` }] : []),
        ...(answer !== undefined ? [{ type: 'text', text: answer }] : []),
        ...calls.map((call, index) => ({ type: 'tool_use', id: idOf(at, index), name: call.name, input: call.args })),
      ],
    },
    ...(results.length > 0 ? [{ role: 'user', content: results }] : []),
  ]
}

const nothing = (): Told => ({ texts: [], images: [], thoughts: [], calls: [], results: [] })

/** The words of the gateway itself are no text of the client's. */
const isOwn = (text: unknown) => /^\[(The following images|Tool returned an image)/.test(String(text))

function toldByItems(items: readonly any[]): Told {
  const told = nothing()
  const listen = (parts: readonly any[], texts: string[]) => {
    for (const part of parts) {
      if (part.type === 'input_image') told.images.push(part.image_url)
      else if (!isOwn(part.text)) texts.push(part.text)
    }
  }
  for (const item of items) {
    if (item.type === 'message') listen(item.content, told.texts)
    else if (item.type === 'reasoning') told.thoughts.push(`${item.summary[0].text} ${item.encrypted_content}`)
    else if (item.type === 'function_call') told.calls.push({ id: item.call_id, name: item.name, args: item.arguments })
    else {
      const found: string[] = []
      if (typeof item.output === 'string') found.push(...item.output.split('\n').filter((line: string) => !isOwn(line)))
      else listen(item.output, found)
      told.results.push(`${item.call_id}: ${found.join('\n')}`)
    }
  }
  // Images of results stand behind them.
  told.images.sort()
  return told
}

function toldByMessages(messages: readonly any[]): Told {
  const told = nothing()
  const hear = (block: any, texts: string[]) => {
    if (block.type === 'text') texts.push(block.text)
    else if (block.type === 'image') told.images.push(block.source.data)
    else if (block.type === 'thinking') told.thoughts.push(`${block.thinking} ${block.signature}`)
    else if (block.type === 'tool_use') told.calls.push({ id: block.id, name: block.name, args: block.input })
    else {
      const found: string[] = []
      for (const inner of block.content) hear(inner, found)
      told.results.push(`${block.tool_use_id}: ${found.join('\n')}`)
    }
  }
  for (const { content } of messages) for (const block of content) hear(block, told.texts)
  return told
}
