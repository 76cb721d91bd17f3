import type { Call, Json, ModelPrice } from '../types.ts'

/** Input tokens of a model whose context the price table does not state. A guess: what most models of today take. */
const DEFAULT_CONTEXT_TOKENS = 128_000
/** Values of a request that are looked at; one with more is taken to refer to files. */
const MAX_NODES = 50_000
/** Members whose value names input that is stored elsewhere, in the spelling of `plain`. */
const REFERENCES: ReadonlySet<string> = new Set([
  ...['fileid', 'fileurl', 'fileuri', 's3location', 'cachedcontent', 'vectorstoreids'],
])

/** Input of a call that is not in its body. */
export interface InputElsewhere {
  /** The response that a call continues. */
  readonly previousResponseId?: string
  /** There is more, of a size that nothing in the request tells: files, conversations, stored prompts, cached content. */
  readonly unknown: boolean
}

const NONE: InputElsewhere = { unknown: false }

/** What a call refers to and does not send. */
export function inputElsewhereOf({ shape, json }: Call): InputElsewhere {
  if (!json) return NONE
  const { previous_response_id: previous, conversation, prompt } = json
  const isResponses = shape === 'openai-responses' || shape === 'openai-responses-compact'
  const isStored = isResponses && (conversation != null || (typeof prompt === 'object' && prompt !== null))
  return {
    previousResponseId: typeof previous === 'string' && previous !== '' ? previous : undefined,
    unknown: isStored || refersToFiles(json),
  }
}

/** The most input tokens that a model takes. */
export function contextOf(price: ModelPrice | undefined): number {
  for (const tokens of [price?.max_input_tokens, price?.max_tokens]) {
    if (typeof tokens === 'number' && tokens > 0) return tokens
  }
  return DEFAULT_CONTEXT_TOKENS
}

function refersToFiles(json: Json): boolean {
  const open: unknown[] = [json]
  for (let looked = 0; open.length > 0; looked++) {
    if (looked > MAX_NODES) return true
    const node = open.pop()
    if (Array.isArray(node)) {
      for (const value of node) if (typeof value === 'object' && value !== null) open.push(value)
      continue
    }
    const members = node as Json
    if (isLinkedDocument(members)) return true
    for (const key in members) {
      const value = members[key]
      if (typeof value === 'object' && value !== null) open.push(value)
      if (isReference(key, value)) return true
    }
  }
  return false
}

function isReference(key: string, value: unknown): boolean {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return false
  if (key.length < 6 || key.length > 16) return false
  return (
    REFERENCES.has(key.replaceAll('_', '').toLowerCase()) && (typeof value === 'string' || typeof value === 'object')
  )
}

/** Anthropic's documents by address. */
function isLinkedDocument({ type, source }: Json): boolean {
  return type === 'document' && (source as Json | null | undefined)?.type === 'url'
}
