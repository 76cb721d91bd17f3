import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatMessage, ChatToolCall, ChatUsage, FinishReason, ThinkingBlock } from '../../chat.ts'
import { openaiReasoning, thinkingText } from '../../thinking.ts'
import type { TranslationContext } from '../../translation.ts'

/** A response as an answer of the pivot. */
export function openaiResponsesAnswer(body: Json, context: TranslationContext): ChatAnswer {
  const message = messageOf(objects(body.output))
  return {
    id: text(body.id) ?? context.newId('resp_'),
    object: 'chat.completion',
    created: Number(body.created_at ?? context.createdAt),
    model: text(body.model) ?? context.model,
    choices: [{ index: 0, message, finish_reason: finishOf(body, (message.tool_calls?.length ?? 0) > 0) }],
    ...(body.usage ? { usage: usageOf(object(body.usage)) } : {}),
    ...(text(body.service_tier) ? { service_tier: body.service_tier } : {}),
  }
}

function messageOf(output: readonly Json[]): ChatMessage {
  const parts = output.filter(({ type }) => type === 'message').flatMap(({ content }) => objects(content))
  const thoughts = output.filter(({ type }) => type === 'reasoning').flatMap(thoughtOf)
  const signed = thoughts.filter((block) => block.type === 'redacted_thinking' || block.signature)
  const calls = output.filter(({ type }) => type === 'function_call').map(callOf)
  const reasoning = thinkingText(thoughts)
  const refusal = parts.map((part) => text(part.refusal) ?? '').join('')
  return {
    role: 'assistant',
    content: parts.map((part) => (part.type === 'output_text' ? String(part.text) : '')).join(''),
    ...(refusal !== '' ? { refusal } : {}),
    ...(reasoning !== '' ? { reasoning_content: reasoning } : {}),
    ...(signed.length > 0 ? { thinking_blocks: signed } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}

/** Reasoning of an item: its summary, or its text where the model is open, and what only OpenAI can read. */
export function thoughtOf(item: Json): readonly ThinkingBlock[] {
  const summary = (objects(item.summary).length > 0 ? objects(item.summary) : objects(item.content))
    .map((part) => String(part.text ?? ''))
    .join('\n\n')
  const encrypted = text(item.encrypted_content)
  if (encrypted !== undefined) return [openaiReasoning(summary, encrypted)]
  return summary !== '' ? [{ type: 'thinking', thinking: summary }] : []
}

function callOf(item: Json, index: number): ChatToolCall {
  return {
    index,
    id: String(item.call_id),
    type: 'function',
    function: { name: String(item.name), arguments: String(item.arguments ?? '') },
  }
}

export function finishOf(response: Json, called: boolean): FinishReason {
  if (response.status !== 'incomplete') return called ? 'tool_calls' : 'stop'
  return object(response.incomplete_details).reason === 'content_filter' ? 'content_filter' : 'length'
}

/** The counts of a response under the names of chat. */
export function usageOf(usage: Json): ChatUsage {
  return {
    prompt_tokens: Number(usage.input_tokens ?? 0),
    completion_tokens: Number(usage.output_tokens ?? 0),
    total_tokens: Number(usage.total_tokens ?? 0),
    ...(usage.input_tokens_details ? { prompt_tokens_details: object(usage.input_tokens_details) } : {}),
    ...(usage.output_tokens_details ? { completion_tokens_details: object(usage.output_tokens_details) } : {}),
  }
}
