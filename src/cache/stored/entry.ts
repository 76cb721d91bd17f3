import { pythonFloat } from '../../admission/facts/python-text.ts'
import type { Json } from '../../types.ts'
import { object } from '../../usage/shapes/reader.ts'

/** A stored answer as it was read. */
export interface StoredAnswer {
  readonly answer: Json
  /** Its JSON as it was stored, where it stands in the entry as text. */
  readonly text?: string
  /** Milliseconds since the epoch; `undefined`: its writer did not say. */
  readonly storedAt?: number
}

/** How an answer stands in its entry: as the text of its JSON, or as an object. */
export type EntryForm = 'text' | 'object'

/** Everything that Python's `json.dumps` writes as an escape, which JSON.stringify does not. */
const NOT_ASCII = /[\u007f-\uffff]/g

/**
 * The value that LiteLLM stores: `{"timestamp": <unix seconds>, "response": <answer>}` in ASCII. Most answers are the text of
 * their JSON, that is encoded twice.
 */
export function encodeEntry(json: string, form: EntryForm, storedAt: number): string {
  const response = form === 'text' ? JSON.stringify(json) : json
  return `{"timestamp": ${pythonFloat(storedAt / 1000)}, "response": ${response.replace(NOT_ASCII, escaped)}}`
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * What is in an entry, whoever wrote it. `undefined` where it cannot be read: Python literals, which the oldest writers
 * left, are among that.
 */
export function decodeEntry(value: string): StoredAnswer | undefined {
  const entry = objectIn(value)
  if (!entry) return undefined
  // Without a time the value is the answer itself.
  if (typeof entry.timestamp !== 'number') return { answer: entry, text: value }
  const { response } = entry
  const storedAt = entry.timestamp * 1000
  if (typeof response !== 'string') return isObject(response) ? { answer: response, storedAt } : undefined
  const answer = objectIn(response)
  return answer && { answer, text: response, storedAt }
}

function objectIn(json: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** LiteLLM's word for the form of the entry of one embedding; entries of other forms are not read. */
const EMBEDDING_FORM = 2

/** One embedding as it is stored. */
export interface StoredEmbedding {
  /** Numbers, or their bytes in base64. */
  readonly embedding: unknown
  readonly model: string | undefined
  /** What of the tokens of its call falls to it. `undefined`: not known. */
  readonly promptTokens: number | undefined
}

/** The entries of the embeddings of a call. The tokens are shared out so that their sum stays what was billed. */
export function encodeEmbeddings(answer: Json, storedAt: number): readonly string[] {
  const items = Array.isArray(answer.data) ? answer.data.map(object) : []
  const { prompt_tokens: total } = object(answer.usage)
  return items.map((item, index) => {
    const share = typeof total === 'number' ? shareOf(total, items.length, index) : null
    const members = [
      ['embedding', item.embedding],
      ['index', index],
      ['object', 'embedding'],
      ['model', answer.model ?? null],
      ['prompt_tokens', share],
      ['prompt_tokens_details', null],
      ['format_version', EMBEDDING_FORM],
    ] as const
    return encodeEntry(
      `{${members.map(([name, value]) => `"${name}": ${spaced(value)}`).join(', ')}}`,
      'object',
      storedAt,
    )
  })
}

/** JSON with Python's space behind the comma of a list. */
function spaced(value: unknown): string {
  return Array.isArray(value)
    ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    : JSON.stringify(value ?? null)
}

function shareOf(total: number, count: number, index: number): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0)
}

/** `undefined` for everything else. */
export function embeddingOf({ answer }: StoredAnswer): StoredEmbedding | undefined {
  const { embedding, model, prompt_tokens: tokens, format_version: form } = answer
  const isEmbedding = Array.isArray(embedding) || typeof embedding === 'string'
  if (form !== EMBEDDING_FORM || !isEmbedding) return undefined
  return {
    embedding,
    model: typeof model === 'string' ? model : undefined,
    promptTokens: typeof tokens === 'number' ? tokens : undefined,
  }
}
