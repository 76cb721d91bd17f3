import type { Json } from '../../types.ts'
import { cleanText } from './clean.ts'

/** Members of a request that hold a conversation, in the order in which they are looked for, by API shape's own names. */
const CONVERSATIONS = ['messages', 'input', 'contents', 'prompt', 'message', 'query', 'texts'] as const

/** Members with what the model is told before it, and is shown as its first message. */
const INSTRUCTIONS = ['system', 'instructions', 'systemInstruction', 'system_instruction', 'preamble'] as const

export interface StoredPromptOptions {
  /** LiteLLM's `MAX_STRING_LENGTH_PROMPT_IN_DB`: characters that are left of one text. */
  readonly maxLength: number
}

const MAX_DEPTH = 32
/** Of one column. What is beyond it is left out, member by member. */
const MAX_SIZE = 256 * 1024
/** Of the characters that are left, this share is the beginning. */
const HEAD_SHARE = 0.35
const TAIL_SHARE = 0.65

/** What a client may put beside its prompt to reach a provider under its own account. */
const SECRET =
  /^secret_fields$|(^|_)(api_key|password|credentials|authorization|private_key|access_key(_id)?|secret\w*|(access|session|security|bearer|azure_ad)_token)$/i

/**
 * A request or an answer as it may be kept in a log row: texts cut in the middle, as LiteLLM does; without secrets, and
 * without what PostgreSQL refuses. Never throws.
 */
export function storedPrompt(value: unknown, { maxLength }: StoredPromptOptions): unknown {
  const room = { left: MAX_SIZE }
  return keep(value, 0)

  function keep(node: unknown, depth: number): unknown {
    room.left -= 8
    if (typeof node === 'string') return keepText(node)
    if (typeof node === 'number') return Number.isFinite(node) ? node : null
    if (typeof node === 'boolean') return node
    if (typeof node !== 'object' || node === null || depth >= MAX_DEPTH) return null
    return Array.isArray(node) ? keepArray(node, depth) : keepObject(node, depth)
  }

  function keepText(text: string): string {
    const cut = cutText(cleanText(text), maxLength)
    room.left -= cut.length
    return cut
  }

  function keepArray(items: readonly unknown[], depth: number): unknown[] {
    const kept: unknown[] = []
    for (const item of items) {
      if (room.left <= 0) break
      kept.push(keep(item, depth + 1))
    }
    return kept
  }

  function keepObject(object: object, depth: number): object {
    // Without a prototype: a member named `__proto__` is one like any other.
    const kept: Record<string, unknown> = Object.create(null)
    for (const [name, member] of Object.entries(object)) {
      if (room.left <= 0) break
      if (member === undefined || (depth === 0 && SECRET.test(name))) continue
      kept[keepText(name)] = keep(member, depth + 1)
    }
    return kept
  }
}

/** LiteLLM's own words for what it leaves out. */
function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const head = Math.floor(maxLength * HEAD_SHARE)
  const tail = Math.floor(maxLength * TAIL_SHARE)
  const skipped = text.length - head - tail
  const end = tail > 0 ? text.slice(-tail) : ''
  return cleanText(`${text.slice(0, head)}... (litellm_truncated skipped ${skipped} chars) ...${end}`)
}

/**
 * What was said to the model, as the column `messages` holds it: a list of messages, whichever API they came by. Items
 * stand as the client sent them; a bare text is the user's. Empty when the request says nothing.
 */
export function conversationOf(request: Json): readonly unknown[] {
  const [instructions] = INSTRUCTIONS.map((name) => request[name]).filter((value) => value != null)
  const [said] = CONVERSATIONS.map((name) => request[name]).filter((value) => value != null)
  const before = Array.isArray(request.chat_history) ? request.chat_history : []
  return [...messagesOf('system', instructions), ...before, ...messagesOf('user', said)]
}

function messagesOf(role: string, said: unknown): readonly unknown[] {
  if (said === undefined || said === '') return []
  if (!Array.isArray(said)) return [{ role, content: said }]
  const isMessages = said.every(
    (item) => typeof item === 'object' && item !== null && !('text' in item && role === 'system'),
  )
  return isMessages ? said : [{ role, content: said }]
}
