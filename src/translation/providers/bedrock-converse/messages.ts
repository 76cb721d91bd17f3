import type { Json } from '../../../types.ts'
import type { ChatMessage } from '../../chat.ts'
import { partsOf } from '../../common/content.ts'
import { type Renaming, renamingOf } from '../../common/renaming.ts'
import { callIds, isSystem, LATE_SYSTEM_NOTE, NO_TEXT, type Turn, turnsOf } from '../../common/turns.ts'
import { argumentsOf } from '../../tool-arguments.ts'
import { type BlockRules, blocksOf, cachePoint, reasoningBlocks } from './blocks.ts'

export interface ConversationRules extends BlockRules {
  readonly tools: Renaming
}

export interface Conversation {
  readonly system: readonly Json[]
  readonly messages: readonly Json[]
}

const ID_RULE = { refused: /[^a-zA-Z0-9_.:-]/g, maxLength: 64 }
/** Bedrock refuses empty messages, and documents without a word about them. */
const PLACEHOLDER = { text: NO_TEXT }

/** OpenAI's messages as Bedrock's: sides take turns, results of tools stand before what the user says. */
export function conversationOf(chat: readonly ChatMessage[], rules: ConversationRules): Conversation {
  const { system, turns } = turnsOf(chat)
  const ids = renamingOf(callIds(chat), ID_RULE)
  const messages = turns.map((turn) => (turn.isModel ? modelTurn(turn, ids, rules) : userTurn(turn, ids, rules)))
  if (messages[0]?.role !== 'user') messages.unshift(sided('user', []))
  return { system: system.flatMap((message) => saidIn(message, rules)), messages: trimmed(messages) }
}

function sided(role: 'user' | 'assistant', content: readonly Json[]): { role: string; content: readonly Json[] } {
  const isBare = content.some(({ document }) => document) && !content.some(({ text }) => text)
  return { role, content: content.length === 0 || isBare ? [...content, PLACEHOLDER] : content }
}

function saidIn(message: ChatMessage, rules: BlockRules): readonly Json[] {
  return partsOf(message).flatMap((part) => blocksOf(part, rules))
}

function userTurn({ messages }: Turn, ids: Renaming, rules: ConversationRules) {
  const results = messages.filter(({ role }) => role === 'tool')
  const said = messages.filter(({ role }) => role !== 'tool')
  return sided('user', [
    ...results.flatMap((message) => resultBlocks(message, ids, rules)),
    ...said.flatMap((message) => {
      const blocks = saidIn(message, rules)
      return isSystem(message) && blocks.length > 0 ? [{ text: LATE_SYSTEM_NOTE }, ...blocks] : blocks
    }),
  ])
}

function resultBlocks(message: ChatMessage, ids: Renaming, rules: BlockRules): readonly Json[] {
  const found = saidIn({ ...message, cache_control: undefined }, { ...rules, takesCachePoints: false })
  const toolResult = {
    toolUseId: ids.to(message.tool_call_id ?? ''),
    content: found.length > 0 ? found : [PLACEHOLDER],
    ...(message.is_error === true ? { status: 'error' } : {}),
  }
  const marked = [message, ...partsOf(message)].map((part) => cachePoint(part, rules)).find((point) => point.length > 0)
  return [{ toolResult }, ...(marked ?? [])]
}

function modelTurn({ messages }: Turn, ids: Renaming, rules: ConversationRules) {
  const content = messages.flatMap((message) => [
    ...reasoningBlocks(message),
    ...saidIn(message, rules),
    ...(message.tool_calls ?? []).flatMap((call) => [
      {
        toolUse: {
          toolUseId: ids.to(call.id),
          name: rules.tools.to(call.function.name),
          input: argumentsOf(call.function.arguments),
        },
      },
      ...cachePoint(call, rules),
    ]),
  ])
  return sided('assistant', content)
}

/** Claude refuses white space at the end of an answer that it is to go on with. */
function trimmed(messages: readonly { role: string; content: readonly Json[] }[]): readonly Json[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return messages
  const content = last.content.map((block) => (typeof block.text === 'string' ? { text: block.text.trimEnd() } : block))
  return [...messages.slice(0, -1), { ...last, content }]
}
