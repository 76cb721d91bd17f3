import { createHash } from 'node:crypto'
import type { Json } from '../../../types.ts'
import { objects, text } from '../../../usage/shapes/reader.ts'
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

/** The response of a turn that the log keeps, under the id that it is asked for by. Ids of items are new. */
export function responseOfTurn(id: string, request: Json, response: Json): Json {
  const choice = objects(response.choices)[0] as unknown as ChatChoice | undefined
  if (!choice) return { ...response, id, object: 'response', background: false }
  const { created, usage } = response as unknown as ChatAnswer
  const finish = choice.finish_reason
  const status = statusOf(finish)
  const output = itemsOf(choice, request, { newId: idsFor(id) }, status)
  return responseObject({ id, created, status, output, finish, usage }, request, {
    modelGroup: text(request.model) ?? text(response.model) ?? '',
  })
}

/** What a response was asked with, as its provider would list it: oldest first. */
export function inputOfTurn(id: string, request: Json): readonly Json[] {
  const newId = idsFor(`${id} input`)
  return inputItems(request.input ?? request.messages).map((item) => {
    if (item.type !== undefined && item.type !== 'message') return { id: newId('item_'), ...item }
    const type = item.role === 'assistant' ? 'output_text' : 'input_text'
    const content = typeof item.content === 'string' ? [{ type, text: item.content }] : item.content
    return { id: newId('msg_'), status: 'completed', ...item, type: 'message', content }
  })
}

/** The same ids each time: clients continue a list behind one of them. */
function idsFor(name: string): (prefix: string) => string {
  let at = 0
  return (prefix) => prefix + createHash('sha256').update(`${name} ${at++}`).digest('hex').slice(0, 32)
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
