import { cleanText } from './clean-text.ts'

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
