import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import type { ChatMessage } from '../../chat.ts'

/**
 * Messages of OpenAI's first form of tools, one `function_call` in an answer and its result under the role `function`, in
 * today's form. The messages themselves when there are none.
 */
export function withToolCalls(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  if (!messages.some(isOfFunctions)) return messages
  /** Ids of calls without a result, by the name of the function. */
  const open = new Map<string, string[]>()
  let calls = 0

  function called(message: ChatMessage): ChatMessage {
    const { function_call, ...rest } = message
    const { name, arguments: json } = object(function_call)
    const id = `call_function_${++calls}`
    open.set(String(name), [...(open.get(String(name)) ?? []), id])
    const call = { id, type: 'function' as const, function: { name: String(name), arguments: String(json ?? '') } }
    return { ...rest, tool_calls: [...(message.tool_calls ?? []), call] }
  }

  function answered(message: ChatMessage): ChatMessage {
    const id = open.get(message.name ?? '')?.shift() ?? `call_function_${++calls}`
    return { ...message, role: 'tool', tool_call_id: id }
  }

  return messages.map((message) => {
    if (isResult(message)) return answered(message)
    return message.function_call == null ? message : called(message)
  })
}

function isOfFunctions(message: ChatMessage): boolean {
  return message.function_call != null || isResult(message)
}

function isResult(message: Json | ChatMessage): boolean {
  return (message as Json).role === 'function'
}
