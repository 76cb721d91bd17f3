import type { Json, Usage } from '../../../types.ts'
import { converseUsage } from '../../../usage/shapes/bedrock-converse.ts'
import { count, object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatRequest, ChatToolCall, FinishReason, ThinkingBlock } from '../../chat.ts'
import { chatAnswer } from '../../common/answers.ts'
import { withReasoning } from '../../common/chat-usage.ts'
import { answerSchemaOf, JSON_TOOL } from '../../common/json-schema.ts'
import { defined } from '../../common/members.ts'
import { argumentsText } from '../../tool-arguments.ts'
import type { TranslationContext } from '../../translation.ts'
import { isJsonToolAsked, toolNamesOf } from './tools.ts'

const REASONS: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
}

export function finishReasonOf(stopReason: unknown): FinishReason {
  return REASONS[String(stopReason)] ?? 'stop'
}

/** A whole answer of Converse as OpenAI's. */
export function converseAnswer(body: Json, asked: ChatRequest, context: TranslationContext): ChatAnswer {
  const blocks = objects(object(object(body.output).message).content)
  const uses = blocks.flatMap(({ toolUse }) => (toolUse == null ? [] : [object(toolUse)]))
  const jsonUse = isJsonToolAsked(asked, context) ? uses.find(({ name }) => name === JSON_TOOL) : undefined
  const calls = callsIn(
    uses.filter((use) => !(jsonUse && use.name === JSON_TOOL)),
    asked,
  )
  const texts = blocks.flatMap((block) => textsIn(block))
  if (jsonUse) texts.push(argumentsText(unwrapped(object(jsonUse.input), answerSchemaOf(asked))))
  const thinking = blocks.flatMap(({ reasoningContent }) => thinkingIn(object(reasoningContent)))
  const reasoning = thinking.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('')
  const reason = finishReasonOf(body.stopReason)
  const message = {
    content: texts.length > 0 ? texts.join('') : null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(thinking.length > 0 ? { reasoning_content: reasoning, thinking_blocks: thinking } : {}),
    ...citationsIn(blocks),
  }
  return chatAnswer(
    {
      id: undefined,
      choices: [{ message, finishReason: jsonUse && calls.length === 0 && reason === 'tool_calls' ? 'stop' : reason }],
      usage: body.usage == null ? undefined : usageOf(body, reasoning.length),
    },
    context,
  )
}

export function usageOf(document: Json, thoughtCharacters: number): Usage {
  const usage = converseUsage(object(document.usage), document)
  const fields = object(object(document.additionalModelResponseFields).usage)
  const reasoningTokens = Math.min(count(object(fields.output_tokens_details).thinking_tokens), usage.completionTokens)
  return withReasoning({ ...usage, reasoningTokens }, thoughtCharacters)
}

function callsIn(uses: readonly Json[], asked: ChatRequest): readonly ChatToolCall[] {
  const names = toolNamesOf(asked)
  return uses.map(({ toolUseId, name, input }, index) => ({
    index,
    id: String(toolUseId),
    type: 'function',
    function: { name: names.back(String(name)), arguments: argumentsText(input) },
  }))
}

/** Text, alone or with what it quotes. */
function textsIn(block: Json): readonly string[] {
  const quoted = objects(object(block.citationsContent).content).map((part) => String(part.text ?? ''))
  return typeof block.text === 'string' ? [block.text, ...quoted] : quoted
}

export function thinkingIn({ reasoningText, redactedContent }: Json): readonly ThinkingBlock[] {
  if (typeof redactedContent === 'string') return [{ type: 'redacted_thinking', data: redactedContent }]
  if (reasoningText == null) return []
  const { text: thinking, signature } = object(reasoningText)
  return [{ type: 'thinking', thinking: String(thinking ?? ''), ...defined({ signature: text(signature) }) }]
}

/** Some models put the members of the answer below the name that the schema has for them. */
export function unwrapped(input: Json, schema: Json | undefined): Json {
  const names = Object.keys(input)
  const isWrapped = names.length === 1 && names[0] === 'properties' && !object(schema?.properties).properties
  return isWrapped ? object(input.properties) : input
}

/** A page of the web that is quoted. Quotations of documents have no counterpart there. */
export function annotationOf({ location, title }: Json): Json | undefined {
  const url = text(object(object(location).web).url)
  return url ? { type: 'url_citation', url_citation: defined({ url, title: text(title) }) } : undefined
}

function citationsIn(blocks: readonly Json[]): Json {
  const citations = blocks.flatMap(({ citationsContent }) => objects(object(citationsContent).citations))
  const annotations = citations.flatMap((citation) => annotationOf(citation) ?? [])
  return {
    ...(annotations.length > 0 ? { annotations } : {}),
    ...(citations.length > 0 ? { provider_specific_fields: { citations } } : {}),
  }
}
