import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatToolCall, FinishReason } from '../../chat.ts'

const FINISHES: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  function_call: 'tool_calls',
  model_length: 'length',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  error: 'stop',
}

/** The reason to stop, of OpenAI or of a copy. What is not known ended by itself. */
export function finishFrom(reason: unknown): FinishReason | null {
  if (reason === null || reason === undefined || reason === '') return null
  return FINISHES[String(reason)] ?? 'stop'
}

/** A message or a delta with the copies' own members said as the pivot says them. The same object, where nothing is. */
export function plainMessage(message: Json): Json {
  const isPlain =
    !Array.isArray(message.content) &&
    (message.reasoning == null || message.reasoning_content != null) &&
    message.function_call == null
  return isPlain ? message : translated(message)
}

function translated(message: Json): Json {
  const { reasoning, function_call: called, ...others } = message
  const parts = objects(message.content)
  // Mistral answers in parts.
  const fromParts = Array.isArray(message.content) ? { content: textIn(parts, 'text') } : {}
  const thought = text(message.reasoning_content) ?? text(reasoning) ?? text(textIn(parts, 'thinking'))
  return {
    ...others,
    ...fromParts,
    ...(thought !== undefined ? { reasoning_content: thought } : {}),
    ...(called ? { tool_calls: [{ index: 0, type: 'function', function: called }] } : {}),
  }
}

function textIn(parts: readonly Json[], type: string): string {
  return parts
    .filter((part) => part.type === type)
    .map((part) => (typeof part[type] === 'string' ? part[type] : textIn(objects(part[type]), 'text')))
    .join('')
}

/** Calls of a whole answer: counted from 0, with an id and with arguments as text, whatever the provider sent. */
export function callsFrom(calls: unknown, newId: (prefix: string) => string): readonly ChatToolCall[] {
  return objects(calls).map((call, index) => {
    const called = object(call.function)
    return {
      ...call,
      index,
      id: text(call.id) ?? newId('call_'),
      type: 'function',
      function: { name: String(called.name ?? ''), arguments: argumentText(called.arguments) },
    }
  })
}

export function argumentText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
