import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatChunk, ChatMessage, ChatRequest, ChatTool, ChatToolChoice } from '../../chat.ts'

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

/** Whether a request speaks OpenAI's first form of tools, so that its answer has to. */
export function asksForFunctions({ functions, tools }: Json): boolean {
  return Array.isArray(functions) && functions.length > 0 && tools == null
}

/** `functions` and `function_call` as tools. */
export function withTools(request: ChatRequest): ChatRequest {
  if (!asksForFunctions(request)) return request
  const { functions, function_call: choice, ...rest } = request
  const tools = objects(functions).map((one) => ({ type: 'function', function: one }) as unknown as ChatTool)
  const name = text(object(choice).name)
  const tool_choice = name === undefined ? choice : { type: 'function', function: { name } }
  return {
    ...rest,
    tools,
    ...(tool_choice === undefined ? {} : { tool_choice: tool_choice as ChatToolChoice }),
  }
}

/** An answer whose call stands where clients of the first form look for it. It has no place for more: they stay as they are. */
export function withFunctionCalls(answer: ChatAnswer): Json {
  return {
    ...answer,
    choices: answer.choices.map((choice) => {
      const { tool_calls: calls, ...message } = choice.message
      if (!calls?.[0]) return choice
      const others = calls.length > 1 ? { tool_calls: calls } : {}
      const called = { ...message, function_call: calls[0].function, ...others }
      return { ...choice, message: called, finish_reason: finish(choice) }
    }),
  }
}

export function withFunctionCallDeltas(chunk: ChatChunk): Json {
  return {
    ...chunk,
    choices: chunk.choices.map((choice) => {
      const { tool_calls: calls = [], ...delta } = choice.delta
      const others = calls.filter(({ index }) => index > 0)
      const first = calls.find(({ index }) => index === 0)
      const called = {
        ...delta,
        ...(first ? { function_call: first.function } : {}),
        ...(others.length > 0 ? { tool_calls: others } : {}),
      }
      return { ...choice, delta: called, finish_reason: finish(choice) }
    }),
  }
}

function finish({ finish_reason: reason }: { readonly finish_reason: string | null }): string | null {
  return reason === 'tool_calls' ? 'function_call' : reason
}
