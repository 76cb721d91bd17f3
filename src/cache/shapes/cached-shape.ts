import type { Json } from '../../types.ts'
import type { EntryForm } from '../stored/entry.ts'

/** How answers of one API shape are stored and given again. */
export interface CachedShape {
  /** LiteLLM's call types that cover it in `supported_call_types`. */
  readonly callTypes: readonly string[]
  readonly form: EntryForm
  /** Whether there is something in an answer: LiteLLM neither stores nor serves others. */
  hasOutput(answer: Json): boolean
  /** What is to be stored of a stream; `undefined` where it has not told all of its answer, or failed. */
  assemble?(stream: ToldStream): Json | undefined
  /** The stream that tells a stored answer, event by event. */
  replay?(answer: Json, asked: Json): readonly string[]
  /** The answer without what only its writer needs. The same object where nothing has to go. */
  shown?(answer: Json): Json
}

/** A stream that has ended, as its client has seen it. */
export interface ToldStream {
  /** Each event as it was sent. */
  readonly events: readonly string[]
  /** The JSON documents in them, in order. */
  readonly documents: readonly Json[]
  /** `data: [DONE]` was said. */
  readonly isDone: boolean
  /** Tokens of the call, for streams that do not say them. */
  readonly usage: Json | undefined
}

const BETWEEN_EVENTS = /(?<=\r\n\r\n|\n\n|\r\r)/

/** Takes a stream of server-sent events apart. `undefined` when it is none. */
export function toldStream(text: string, usage: Json | undefined): ToldStream | undefined {
  const events = text.split(BETWEEN_EVENTS).filter((event) => event.trim() !== '')
  const documents: Json[] = []
  let isDone = false
  for (const event of events) {
    const data = dataOf(event)
    if (data === undefined) continue
    if (data === '[DONE]') isDone = true
    else {
      const document = documentIn(data)
      if (!document) return undefined
      documents.push(document)
    }
  }
  return { events, documents, isDone, usage }
}

/** An event that has only data, as OpenAI's streams do. */
export function dataEvent(document: unknown): string {
  return `data: ${JSON.stringify(document)}\n\n`
}

/** An event with a name, as those of Anthropic and of the Responses API have. */
export function namedEvent(document: Json & { readonly type: string }): string {
  return `event: ${document.type}\n${dataEvent(document)}`
}

export const DONE_EVENT = 'data: [DONE]\n\n'

/** A text in the pieces in which LiteLLM streams a stored one: word by word, each with the space behind it. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/\s*\S+\s*|\s+/g) ?? []
}

function dataOf(event: string): string | undefined {
  const lines = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'))
  if (lines.length === 0) return undefined
  return lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')
}

function documentIn(data: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
