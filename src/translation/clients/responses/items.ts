import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ThinkingBlock } from '../../chat.ts'
import { argumentsOf } from '../../tool-arguments.ts'

/*
 * Items of a response. A stream opens each before it is whole, so each is built from what is known so far.
 */

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** An item of reasoning. Signed blocks go to the client as content that it brings back, and that the gateway reads. */
export function reasoningItem(id: string, blocks: readonly ThinkingBlock[], status: ItemStatus): Json {
  const summary = blocks.flatMap((block) =>
    block.type === 'thinking' && block.thinking !== '' ? [{ type: 'summary_text', text: block.thinking }] : [],
  )
  // Signed or not: an item without its content would be taken for a reference to one that is stored.
  const encrypted = blocks.length > 0 ? { encrypted_content: JSON.stringify(blocks) } : {}
  return { id, type: 'reasoning', summary, ...encrypted, status }
}

export function messageItem(id: string, content: readonly Json[], status: ItemStatus): Json {
  return { id, type: 'message', status, role: 'assistant', content }
}

export function textPart(said: string, annotations: unknown = [], logprobs: unknown = []): Json {
  return {
    type: 'output_text',
    text: said,
    annotations: objects(annotations).map(annotationOf),
    logprobs: objects(logprobs),
  }
}

export function refusalPart(refusal: string): Json {
  return { type: 'refusal', refusal }
}

interface CallSoFar {
  readonly id: string
  readonly name: string
  /** JSON text. */
  readonly args: string
}

/** A call of a function, or of a custom tool, which gets its input as the text that it is. */
export function callItem({ id, name, args }: CallSoFar, custom: boolean, status: ItemStatus): Json {
  return custom
    ? { id: `ctc_${id}`, type: 'custom_tool_call', call_id: id, name, input: inputIn(args), status }
    : { id: `fc_${id}`, type: 'function_call', call_id: id, name, arguments: args, status }
}

function inputIn(args: string): string {
  const { input, raw_arguments: raw } = argumentsOf(args)
  return typeof input === 'string' ? input : (text(raw) ?? (args === '{}' ? '' : args))
}

/** Chat nests what Responses says flat. */
export function annotationOf({ type, ...found }: Json): Json {
  const inner = object(found[String(type)])
  return { type, ...found, ...inner, [String(type)]: undefined }
}
