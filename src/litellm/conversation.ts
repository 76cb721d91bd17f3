import type { Json } from '../types.ts'

/** Members of a request that hold a conversation, in the order in which they are looked for, by API shape's own names. */
const CONVERSATIONS = ['messages', 'input', 'contents', 'prompt', 'message', 'query', 'texts'] as const
/** Members with what the model is told before it, and is shown as its first message. */
const INSTRUCTIONS = ['system', 'instructions', 'systemInstruction', 'system_instruction', 'preamble'] as const

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
