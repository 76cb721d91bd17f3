import type { Json } from '../../types.ts'
import { object, text } from '../shapes/reader.ts'
import { createDecoder } from '../streams/decoder.ts'
import type { FramingKind } from '../streams/framing.ts'
import { framingOf } from '../streams/framings.ts'

/** Beyond this an answer is not kept: what is not JSON cannot be cut, and a row has no room for it. */
const MAX_BYTES = 1024 * 1024

/**
 * The answer that the documents of a stream make up, as it would have been without streaming: chat chunks with their
 * deltas joined, Anthropic's events as a message, the response that OpenAI's closing event holds, Gemini's parts in one
 * candidate. Of other streams all documents, in a list.
 */
export function wholeAnswer(documents: readonly Json[]): unknown {
  const closing = documents.findLast(
    ({ type, response }) => response && /^response\.(?!created|in_)/.test(String(type)),
  )
  if (closing) return closing.response
  const first = documents[0]
  if (documents.some(({ type }) => type === 'message_start')) return message(documents)
  if (Array.isArray(first?.choices)) return completion(documents)
  if (documents.some(({ candidates }) => Array.isArray(candidates))) return generation(documents)
  return documents.length === 1 ? first : documents
}

type Draft = Record<string, unknown>

function completion(chunks: readonly Json[]): Json {
  const choices: Draft[] = []
  const whole: Draft = {}
  for (const { choices: parts, ...rest } of chunks) {
    for (const [name, value] of Object.entries(rest)) if (value != null) whole[name] = value
    for (const part of listOf(parts)) {
      const { delta, index, ...others } = part
      const at = typeof index === 'number' ? index : 0
      const choice = (choices.find((each) => each.index === at) ?? choices[choices.push({ index: at }) - 1]) as Draft
      for (const [name, value] of Object.entries(others)) if (value != null) choice[name] = joined(choice[name], value)
      if (delta) choice.message = joined(choice.message, delta)
    }
  }
  if (whole.object === 'chat.completion.chunk') whole.object = 'chat.completion'
  return { ...whole, choices }
}

/** Text is appended; lists by the index of their items; objects member by member. */
function joined(before: unknown, value: unknown, name = ''): unknown {
  if (before == null) return Array.isArray(value) ? joined([], value) : value
  if (value == null) return before
  if (typeof before === 'string' && typeof value === 'string') return ONCE.has(name) ? value : before + value
  if (Array.isArray(before) && Array.isArray(value)) return joinedLists(before, value)
  if (typeof before === 'object' && typeof value === 'object') {
    const whole: Draft = { ...before }
    for (const [key, member] of Object.entries(value)) whole[key] = joined(whole[key], member, key)
    return whole
  }
  return value
}

/** Some providers repeat it in every chunk. */
const ONCE: ReadonlySet<string> = new Set(['role', 'id', 'type', 'finish_reason'])

function joinedLists(before: readonly unknown[], values: readonly unknown[]): unknown[] {
  const whole = [...before]
  for (const value of values) {
    const { index } = object(value)
    const at = index === undefined ? -1 : whole.findIndex((item) => object(item).index === index)
    if (at < 0) whole.push(value)
    else whole[at] = joined(whole[at], value)
  }
  return whole
}

function message(events: readonly Json[]): Json {
  const content: Draft[] = []
  let whole: Draft = {}
  for (const event of events) {
    const delta = object(event.delta)
    const at = typeof event.index === 'number' ? event.index : 0
    if (event.type === 'message_start') whole = { ...object(event.message) }
    else if (event.type === 'content_block_start') content[at] = { ...object(event.content_block) }
    else if (event.type === 'content_block_delta') content[at] = withDelta(content[at] ?? {}, delta)
    else if (event.type === 'message_delta')
      whole = { ...whole, ...delta, usage: { ...object(whole.usage), ...object(event.usage) } }
  }
  return { ...whole, content: content.filter(Boolean) }
}

/** `text_delta` adds to `text`, `thinking_delta` to `thinking`, `input_json_delta` to `input`, as text. */
function withDelta(block: Draft, delta: Json): Draft {
  const [name, value] = Object.entries(delta).find(([key]) => key !== 'type') ?? []
  if (name === undefined) return block
  const target = name === 'partial_json' ? 'input' : name
  return { ...block, [target]: (text(block[target]) ?? '') + (text(value) ?? '') }
}

function generation(documents: readonly Json[]): Json {
  const parts = documents.flatMap(({ candidates }) => listOf(object(listOf(candidates)[0]?.content).parts))
  const last = documents.findLast(({ candidates }) => listOf(candidates).length > 0) ?? {}
  const [candidate = {}] = listOf(last.candidates)
  const merged: Draft[] = []
  for (const part of parts) {
    const before = merged.at(-1)
    const joins = typeof before?.text === 'string' && typeof part.text === 'string' && before.thought === part.thought
    if (joins) merged[merged.length - 1] = { ...before, text: `${before.text}${part.text}` }
    else merged.push(part)
  }
  return {
    ...documents.at(-1),
    candidates: [{ ...candidate, content: { ...object(candidate.content), parts: merged } }],
  }
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : []
}

interface KeptAnswerOptions {
  readonly contentType: string
  readonly contentEncoding?: string
  /** How a stream of the API shape is cut when its type does not tell. */
  readonly framing?: FramingKind
}

interface KeptAnswer {
  push(bytes: Buffer): void
  /** The answer as one document; `undefined` when it was none, or too large to be kept. */
  end(): Promise<unknown>
}

/** Keeps the bytes of one answer, for those who want to store it. */
export function createKeptAnswer({ contentType, contentEncoding, framing }: KeptAnswerOptions): KeptAnswer {
  const pieces: Buffer[] = []
  let size = 0
  const encoding = (contentEncoding ?? '').trim().toLowerCase()
  const plain = encoding === '' || encoding === 'identity'
  const decoder = plain ? undefined : createDecoder(encoding, keep)

  return {
    push: (bytes) => (decoder ? decoder.push(bytes) : keep(bytes)),
    async end() {
      await decoder?.end()
      return size > MAX_BYTES ? undefined : documentIn(Buffer.concat(pieces), contentType, framing)
    },
  }

  function keep(bytes: Buffer): void {
    size += bytes.length
    if (size <= MAX_BYTES) pieces.push(bytes)
    else pieces.length = 0
  }
}

function documentIn(bytes: Buffer, contentType: string, usual: FramingKind | undefined): unknown {
  const framing = framingOf(contentType, usual)
  if (!framing) return parse(bytes)
  const documents: Json[] = []
  const cutter = framing.cut(
    {
      frame(frame) {
        const payload = framing.payload(frame)
        const document = payload && parse(payload)
        if (document !== undefined) documents.push(object(document))
      },
      passOver: () => {},
    },
    MAX_BYTES,
  )
  cutter.push(bytes)
  cutter.end()
  return documents.length > 0 ? wholeAnswer(documents) : undefined
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
