import type { Json } from '../../types.ts'
import { text } from '../shapes/reader.ts'

/** Members that hold the id of a resource, or a list of them, in any body. */
const ANYWHERE = new Set([
  ...['file_id', 'file_ids', 'input_file_id', 'input_files', 'training_file', 'validation_file', 'dataset_id'],
  ...['previous_response_id', 'vector_store_id', 'vector_store_ids', 'container_id', 'cachedContent', 'cached_content'],
  ...['fileUri', 'file_uri'],
])
/** Names that clients of chat completions also give to things of their own: no chat API reads a resource from them. */
const NOT_IN_CHATS = new Set([
  ...['assistant_id', 'thread_id', 'batch_id', 'upload_id', 'response_id', 'conversation_id', 'video_id'],
  ...['conversation', 'container'],
])
const CHATS = new Set(['openai-chat', 'openai-completions'])

/** What clients and models say in their own words: names in there mean nothing to a provider. */
const OWN_WORDS = new Set([
  ...['metadata', 'litellm_metadata', 'parameters', 'input_schema', 'schema', 'args', 'arguments', 'labels'],
  ...['functionCall', 'function_call', 'functionResponse', 'function_response', 'toolUse', 'json'],
])
const TOOL_USE = /tool_use$/

/** Items of a response that its provider reads from what it has stored, where the content does not come with the id. */
const STORED_ITEMS: Readonly<Record<string, string>> = {
  reasoning: 'encrypted_content',
  compaction: 'encrypted_content',
  image_generation_call: 'result',
}
/** OpenAI's names of the items of a response, by their kind. */
const RESPONSE_ITEM = /^(?:encitem|msg|rs|fco?|ctc|ws|fs|ci|ig|cu|mcp|mcpl|mcpr|cmp|l?sh|apc)_/

/** The ids of all resources that a body names, as they stand in it. */
export function resourcesNamedIn(body: Json, shape: string): ReadonlySet<string> {
  const found = new Set<string>()
  walk(body, shape, (id) => void found.add(id))
  return found
}

/** Whether an id is one of a response's items, which belong to the response. */
export function isResponseItem(id: string): boolean {
  return RESPONSE_ITEM.test(id)
}

/** The members of `body` in which an id must be written in another way, as they are then. */
export function renamedMembers(
  body: Json,
  shape: string,
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, unknown> {
  const changed = new Map<string, unknown>()
  for (const [name, value] of Object.entries(body)) {
    let named = false
    walk({ [name]: value }, shape, (id) => {
      named ||= names.has(id)
    })
    if (named) changed.set(name, renamed(value, names))
  }
  return changed
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => renamed(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, renamed(member, names)]))
}

/** Without recursion: a body may be nested deeply. */
function walk(body: Json, shape: string, onId: (id: string) => void): void {
  const isChat = CHATS.has(shape)
  const left: object[] = [body]
  if (!isChat) for (const { id } of storedItemsIn(body.input)) for (const one of idsIn(id)) onId(one)
  for (let node = left.pop(); node; node = left.pop()) {
    if (Array.isArray(node)) {
      for (const item of node) if (typeof item === 'object' && item !== null) left.push(item)
      continue
    }
    const isToolUse = TOOL_USE.test(text((node as Json).type) ?? '')
    for (const name in node) {
      const value = (node as Json)[name]
      if (ANYWHERE.has(name) || (!isChat && NOT_IN_CHATS.has(name))) for (const id of idsIn(value)) onId(id)
      if (typeof value !== 'object' || value === null) continue
      if (!OWN_WORDS.has(name) && !(isToolUse && name === 'input')) left.push(value)
    }
  }
}

/** Items of an input that are only referred to. OpenAI takes one without a type for a reference. */
function storedItemsIn(input: unknown): readonly Json[] {
  if (!Array.isArray(input)) return []
  return input.filter((item: unknown): item is Json => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return false
    const { type, role } = item as Json
    if (type === 'item_reference') return true
    if (type === undefined || type === null) return role === undefined
    const content = STORED_ITEMS[String(type)]
    return content !== undefined && typeof (item as Json)[content] !== 'string'
  })
}

/** An id, a list of them, or an object that has one. */
function idsIn(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : [value]
  return items.flatMap((item) => {
    const id = typeof item === 'object' && item !== null ? (item as Json).id : item
    return typeof id === 'string' && id !== '' && !isElsewhere(id) ? [id] : []
  })
}

/** Google takes addresses of files too: those that it keeps itself end in their names. */
function isElsewhere(id: string): boolean {
  return id.includes('://') && !GOOGLE_FILE.test(id)
}

const GOOGLE_FILE = /^https:\/\/[^/]*\/(?:[^?#]*\/)?(files\/[\w-]+)$/
const GOOGLE_NAME = /(?:^|\/)((?:cachedContents|files|batches|batchPredictionJobs|tuningJobs|tunedModels)\/[\w-]+)$/

/** An id as owners are remembered: Google's without what stands before the collection. */
export function plainResourceId(id: string): string {
  return GOOGLE_NAME.exec(id)?.[1] ?? id
}
