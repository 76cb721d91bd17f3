import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, ChatRequest, ChatToolCall } from '../../chat.ts'
import { imageAddress, partsOf, textOf, unsayable } from '../../common/content.ts'
import { answerSchemaOf } from '../../common/json-schema.ts'
import { defined, type Members, membersOf, stopsOf } from '../../common/members.ts'
import { chatErrorOf } from '../../common/provider-error.ts'
import { argumentsText } from '../../tool-arguments.ts'
import { mediaBehindTools } from '../../tool-media.ts'
import type { ProviderApi, TranslationContext } from '../../translation.ts'
import { cohereAnswer } from './answer.ts'
import { CohereStream } from './stream.ts'

/** Cohere's /v2/chat. */
export const cohereChatApi: ProviderApi = {
  shape: 'cohere-chat',
  request: (chat, context) => ({ path: '/chat', body: cohereRequest(chat, context) }),
  answer: (body, _asked, context) => cohereAnswer(body, context),
  stream: (_asked, context) => new CohereStream(context),
  error: chatErrorOf,
}

/** Cohere's own parameters, and those that it has under OpenAI's names. */
const SAME = [
  ...['temperature', 'seed', 'frequency_penalty', 'presence_penalty', 'logprobs', 'k', 'documents', 'priority'],
  ...['citation_options', 'safety_mode', 'strict_tools', 'raw_prompting'],
]

function cohereRequest(chat: ChatRequest, context: TranslationContext): Json {
  const members = membersOf(chat)
  const limit = members.take('max_completion_tokens') ?? members.take('max_tokens')
  members.take('max_tokens')
  const stops = stopsOf(members) ?? members.take('stop_sequences')
  const body = defined({
    model: context.model,
    messages: mediaBehindTools(chat.messages).map(messageOf),
    max_tokens: limit,
    p: shareOf(members.take('top_p') ?? members.take('p')),
    k: members.take('top_k'),
    stop_sequences: stops,
    ...members.pass(...SAME),
    ...toolsOf(members),
    response_format: formatOf(chat, members),
    thinking: thinkingOf(members, context),
    stream: chat.stream === true ? true : undefined,
  })
  members.reportLosses(context.losses)
  return body
}

function messageOf(message: ChatMessage): Json {
  const { role, tool_calls, tool_call_id, content, reasoning_content } = message
  const calls = tool_calls ?? []
  const isCalling = role === 'assistant' && calls.length > 0
  return defined({
    role: role === 'developer' ? 'system' : role,
    content: role === 'user' && Array.isArray(content) ? partsOf(message).map(partOf) : textIn(message, isCalling),
    tool_calls: isCalling ? calls.map(callOf) : undefined,
    // What Cohere thinks before it calls.
    tool_plan: isCalling ? text(reasoning_content) : undefined,
    tool_call_id,
  })
}

function callOf({ id, type, function: called }: ChatToolCall): Json {
  return { id, type, function: { ...called, arguments: argumentsText(called.arguments) } }
}

/** Cohere's `p` is a share of the most likely words that is neither none nor all. */
function shareOf(p: unknown): unknown {
  return typeof p === 'number' ? Math.min(Math.max(p, 0.01), 0.99) : p
}

function textIn(message: ChatMessage, mayBeEmpty: boolean): string | undefined {
  const found = textOf(message)
  return mayBeEmpty && found === '' ? undefined : found
}

function partOf(part: ChatPart): Json {
  if (part.type === 'text') return { type: 'text', text: part.text }
  if (part.type !== 'image_url') throw unsayable('files and audio', 'Send text or an image.')
  const { image_url } = part
  const detail = typeof image_url === 'string' ? undefined : image_url.detail
  return { type: 'image_url', image_url: defined({ url: imageAddress(part), detail }) }
}

/** A named tool is forced by giving no other. */
function toolsOf(members: Members): Json {
  const tools = objects(members.take('tools')).map(({ cache_control: _, ...tool }) => tool)
  const asked = members.take('tool_choice')
  if (tools.length === 0) return {}
  const name = text(object(object(asked).function).name)
  if (name !== undefined) {
    return { tools: tools.filter((tool) => object(tool.function).name === name), tool_choice: 'REQUIRED' }
  }
  const choice = asked === 'required' ? 'REQUIRED' : asked === 'none' ? 'NONE' : undefined
  return defined({ tools, tool_choice: choice })
}

function formatOf(chat: ChatRequest, members: Members): Json | undefined {
  const { type } = object(members.take('response_format'))
  const json_schema = answerSchemaOf(chat)
  return type === 'json_object' || json_schema ? defined({ type: 'json_object', json_schema }) : undefined
}

function thinkingOf(members: Members, { facts, losses }: TranslationContext): Json | undefined {
  const asked = members.take('reasoning_effort')
  const effort = typeof asked === 'object' ? object(asked).effort : asked
  const thinking = members.take('thinking')
  if (effort === undefined && typeof thinking !== 'object') return undefined
  const { type, budget_tokens, token_budget } = object(thinking)
  const isOff = effort === 'none' || (effort === undefined && type === 'disabled')
  if (!facts.supportsReasoning) {
    if (!isOff) losses.add(effort === undefined ? 'thinking' : 'reasoning_effort')
    return undefined
  }
  return isOff ? { type: 'disabled' } : defined({ type: 'enabled', token_budget: token_budget ?? budget_tokens })
}
