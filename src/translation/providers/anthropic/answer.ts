import type { Json } from '../../../types.ts'
import { anthropicUsage } from '../../../usage/shapes/anthropic-messages.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatRequest, ChatToolCall, FinishReason, ThinkingBlock } from '../../chat.ts'
import { chatAnswer } from '../../common/answers.ts'
import { withReasoning } from '../../common/chat-usage.ts'
import { JSON_TOOL } from '../../common/json-schema.ts'
import { defined, filled } from '../../common/members.ts'
import { argumentsText } from '../../tool-arguments.ts'
import type { TranslationContext } from '../../translation.ts'
import { isJsonToolAsked, toolNamesOf } from './tools.ts'

const REASONS: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  compaction: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

export function finishReasonOf(stopReason: unknown): FinishReason {
  return REASONS[String(stopReason)] ?? 'stop'
}

/** A whole message of Anthropic's as OpenAI's answer. */
export function messagesAnswer(body: Json, asked: ChatRequest, context: TranslationContext): ChatAnswer {
  const blocks = objects(body.content)
  const jsonCall = isJsonToolAsked(asked, context) ? blocks.find(isJsonCall) : undefined
  const calls = callsIn(blocks, asked).filter(({ function: { name } }) => !(jsonCall && name === JSON_TOOL))
  const texts = blocks.filter(({ type }) => type === 'text').map((block) => String(block.text ?? ''))
  if (jsonCall) texts.push(argumentsText(jsonCall.input))
  const thinking = thinkingIn(blocks)
  const reasoning = thinking.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('')
  const message = {
    content: texts.length > 0 ? texts.join('') : null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(thinking.length > 0 ? { reasoning_content: reasoning, thinking_blocks: thinking } : {}),
    ...citationsIn(blocks),
    ...fieldsOf(blocks),
  }
  const reason = finishReasonOf(body.stop_reason)
  const finishReason = jsonCall && reason === 'tool_calls' && calls.length === 0 ? 'stop' : reason
  const usage = withReasoning(anthropicUsage(object(body.usage)), reasoning.length)
  return chatAnswer({ id: text(body.id), choices: [{ message, finishReason }], usage }, context)
}

function isJsonCall({ type, name }: Json): boolean {
  return type === 'tool_use' && name === JSON_TOOL
}

function callsIn(blocks: readonly Json[], asked: ChatRequest): readonly ChatToolCall[] {
  const names = toolNamesOf(asked)
  return blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }, index) => ({
      index,
      id: String(id),
      type: 'function',
      function: { name: names.back(String(name)), arguments: argumentsText(input) },
    }))
}

function thinkingIn(blocks: readonly Json[]): readonly ThinkingBlock[] {
  return blocks.flatMap(({ type, thinking, signature, data }): readonly ThinkingBlock[] => {
    if (type === 'redacted_thinking') return [{ type, data: String(data ?? '') }]
    if (type !== 'thinking') return []
    return [{ type, thinking: String(thinking ?? ''), ...(text(signature) ? { signature: text(signature)! } : {}) }]
  })
}

/** What is quoted, in OpenAI's form, each at the place of its text within the whole. */
function citationsIn(blocks: readonly Json[]): Json {
  let at = 0
  const annotations = blocks.flatMap((block) => {
    if (block.type !== 'text') return []
    const start = at
    at += String(block.text ?? '').length
    return objects(block.citations).flatMap((citation) => annotationOf(citation, start, at) ?? [])
  })
  return annotations.length > 0 ? { annotations } : {}
}

/** An address that is quoted. Quotations of documents have no counterpart there. */
export function annotationOf(citation: Json, start: number, end: number): Json | undefined {
  const url = text(citation.url)
  if (url === undefined) return undefined
  const cited = defined({ url, title: text(citation.title), start_index: start, end_index: end })
  return { type: 'url_citation', url_citation: cited }
}

/** What OpenAI has no words for, under LiteLLM's names. */
function fieldsOf(blocks: readonly Json[]): Json {
  const results = blocks.filter(({ type }) => String(type).endsWith('_tool_result'))
  const isSearch = ({ type }: Json) => type === 'web_search_tool_result' || type === 'web_fetch_tool_result'
  const quoting = blocks.filter(({ citations }) => objects(citations).length > 0)
  const fields = filled({
    citations: some(
      quoting.map(({ citations, text: supported_text }) => supported(objects(citations), supported_text)),
    ),
    web_search_results: some(results.filter(isSearch)),
    tool_results: some(results.filter((result) => !isSearch(result) && result.type !== 'tool_search_tool_result')),
    server_tool_calls: some(blocks.filter(({ type }) => type === 'server_tool_use')),
    compaction_blocks: some(blocks.filter(({ type }) => type === 'compaction')),
  })
  return defined({ provider_specific_fields: fields })
}

function supported(citations: readonly Json[], supported_text: unknown): readonly Json[] {
  return citations.map((citation) => ({ ...citation, supported_text }))
}

function some<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined
}
