import type { Json } from '../../../types.ts'
import { cohereChat } from '../../../usage/shapes/cohere.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatToolCall, FinishReason } from '../../chat.ts'
import { chatAnswer } from '../../common/answers.ts'
import { defined } from '../../common/members.ts'
import { argumentsText } from '../../tool-arguments.ts'
import type { TranslationContext } from '../../translation.ts'

const REASONS: Readonly<Record<string, FinishReason>> = {
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
}

export function finishReasonOf(reason: unknown): FinishReason {
  return REASONS[String(reason)] ?? 'stop'
}

/** A whole answer of Cohere's. Tokens that the model saw count, not those that are billed. */
export function cohereAnswer(body: Json, context: TranslationContext): ChatAnswer {
  const { content, tool_calls, tool_plan, citations } = object(body.message)
  const parts = objects(content)
  const joined = (name: string) => parts.flatMap((part) => text(part[name]) ?? []).join('')
  const reasoning = [joined('thinking'), text(tool_plan) ?? ''].filter(Boolean).join('\n')
  const calls = objects(tool_calls).map(callOf)
  const annotations = annotationsOf(objects(citations))
  const message = {
    content: text(joined('text')) ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(annotations.length > 0 ? { annotations } : {}),
  }
  const choices = [{ message, finishReason: finishReasonOf(body.finish_reason) }]
  return chatAnswer({ id: text(body.id), choices, usage: cohereChat.read(body, undefined) }, context)
}

function callOf({ id, function: called }: Json, index: number): ChatToolCall {
  const { name, arguments: found } = object(called)
  return { index, id: String(id), type: 'function', function: { name: String(name), arguments: argumentsText(found) } }
}

/** One annotation for each source. */
export function annotationsOf(citations: readonly Json[]): readonly Json[] {
  return citations.flatMap(({ start, end, sources }) =>
    objects(sources).map(({ id, url, document }) => ({
      type: 'url_citation',
      url_citation: defined({
        url: text(url) ?? text(object(document).url) ?? `source:${id}`,
        title: text(object(document).title),
        start_index: start,
        end_index: end,
      }),
    })),
  )
}
