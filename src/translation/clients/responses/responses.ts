import type { Json } from '../../../types.ts'
import { objects } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatChoice, ChatPart } from '../../chat.ts'
import { thinkingOf } from '../../thinking.ts'
import type { ClientApi, TranslationContext } from '../../translation.ts'
import { openaiError } from '../errors.ts'
import { callItem, type ItemStatus, messageItem, reasoningItem, refusalPart, textPart } from './items.ts'
import { inputItems, responsesRequest } from './request.ts'
import { responseId, responseObject, statusOf } from './response.ts'
import { ResponsesStream } from './stream.ts'
import { customNames } from './tools.ts'

/** OpenAI's Responses, on models of any provider. */
export const responsesApi: ClientApi = {
  shape: 'openai-responses',
  words: {
    max_tokens: 'max_output_tokens',
    reasoning_effort: 'reasoning',
    response_format: 'text',
    verbosity: 'text.verbosity',
    logprobs: 'top_logprobs',
  },
  request: responsesRequest,
  answer: responsesAnswer,
  stream: (asked, context) => new ResponsesStream(asked, context),
  error: openaiError,
}

function responsesAnswer(answer: ChatAnswer, asked: Json, context: TranslationContext): Json {
  const choice = answer.choices[0]
  const status = statusOf(choice?.finish_reason)
  const output = choice ? itemsOf(choice, asked, context, status) : []
  const { created, usage } = answer
  const id = responseId(answer.id, context)
  return responseObject({ id, created, status, output, finish: choice?.finish_reason, usage }, asked, context)
}

/** A turn that the log keeps, as items: what was asked, and what was answered in the pivot or in OpenAI's own Responses. */
export function itemsOfTurn(request: Json, response: Json): readonly Json[] {
  const choice = objects(response.choices)[0]
  const answered = choice
    ? itemsOf(choice as unknown as ChatChoice, request, { newId: () => '' }, 'completed')
    : objects(response.output)
  return [...inputItems(request.input ?? request.messages), ...answered]
}

/** Reasoning, text, calls: in this order, as in a stream. */
function itemsOf(
  choice: ChatChoice,
  asked: Json,
  { newId }: Pick<TranslationContext, 'newId'>,
  status: ItemStatus,
): readonly Json[] {
  const { message } = choice
  const custom = customNames(asked)
  const said = textOf(message.content)
  const parts = [
    ...(said !== '' ? [textPart(said, message.annotations, (choice.logprobs as Json | undefined)?.content)] : []),
    ...(message.refusal ? [refusalPart(message.refusal)] : []),
  ]
  return [
    ...thinkingOf(message).map((block) => reasoningItem(newId('rs_'), [block], 'completed')),
    ...(parts.length > 0 ? [messageItem(newId('msg_'), parts, status)] : []),
    ...(message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) =>
      callItem({ id, name, args: args === '' ? '{}' : args }, custom.has(name), status),
    ),
  ]
}

function textOf(content: string | readonly ChatPart[] | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}
