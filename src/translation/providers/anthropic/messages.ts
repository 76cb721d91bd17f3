import type { Json } from '../../../types.ts'
import { object, objects } from '../../../usage/shapes/reader.ts'
import type { ChatMessage } from '../../chat.ts'
import { cacheMark, partsOf } from '../../common/content.ts'
import { type Renaming, renamingOf } from '../../common/renaming.ts'
import { callIds, isSystem, LATE_SYSTEM_NOTE, NO_TEXT, type Turn, turnsOf } from '../../common/turns.ts'
import { argumentsOf } from '../../tool-arguments.ts'
import { type BlockRules, blockOf, thinkingBlocksOf } from './blocks.ts'

export interface ConversationRules extends BlockRules {
  readonly tools: Renaming
  /** Whether the model takes system messages after the first turn. */
  readonly takesLateSystem: boolean
}

export interface Conversation {
  readonly system: readonly Json[]
  readonly messages: readonly Json[]
}

/** Anthropic refuses empty text and conversations that the model begins. */
const PLACEHOLDER = { type: 'text', text: NO_TEXT }

/**
 * OpenAI's messages as Anthropic's: the system messages that come first become `system`, neighbours of one side become one
 * message, results of tools stand before what the user says. Later system messages stay where they are, or every call
 * would change the beginning that the prompt cache knows.
 */
export function conversationOf(chat: readonly ChatMessage[], rules: ConversationRules): Conversation {
  const { system: leading, turns } = turnsOf(chat)
  const system = leading.flatMap((message) => blocksOf(message, rules))
  const ids = renamingOf(callIds(chat), ID_RULE)
  const messages = turns.flatMap((turn) => (turn.isModel ? modelTurn(turn, ids, rules) : userTurn(turn, ids, rules)))
  if (messages[0]?.role !== 'user') messages.unshift({ role: 'user', content: [PLACEHOLDER] })
  return { system, messages: trimmed(messages) }
}

const ID_RULE = { refused: /[^a-zA-Z0-9_-]/g, maxLength: 256 }

function userTurn({ messages }: Turn, ids: Renaming, rules: ConversationRules): readonly Json[] {
  const results = messages.filter(({ role }) => role === 'tool').map((message) => resultBlock(message, ids, rules))
  const said = messages.filter(({ role }) => role === 'user').flatMap((message) => blocksOf(message, rules))
  const notes = messages.filter(isSystem).flatMap((message) => blocksOf(message, rules))
  const content = [...results, ...said]
  if (notes.length === 0) return [user(content)]
  if (rules.takesLateSystem && content.length > 0) return [user(content), { role: 'system', content: notes }]
  return [user([...results, ...inOrder(messages, rules)])]
}

/** What users and operators said, each where it was said. */
function inOrder(messages: readonly ChatMessage[], rules: ConversationRules): readonly Json[] {
  return messages.flatMap((message) => {
    if (message.role === 'tool') return []
    const blocks = blocksOf(message, rules)
    return isSystem(message) && blocks.length > 0 ? [{ type: 'text', text: LATE_SYSTEM_NOTE }, ...blocks] : blocks
  })
}

function user(content: readonly Json[]): Json {
  return { role: 'user', content: content.length > 0 ? content : [PLACEHOLDER] }
}

function blocksOf(message: ChatMessage, rules: BlockRules): readonly Json[] {
  return partsOf(message).flatMap((part) => blockOf(part, rules))
}

function resultBlock(message: ChatMessage, ids: Renaming, rules: BlockRules): Json {
  const { content, tool_call_id = '', is_error } = message
  return {
    type: 'tool_result',
    tool_use_id: ids.to(tool_call_id),
    content: typeof content === 'string' ? content : blocksOf({ ...message, cache_control: undefined }, rules),
    ...(is_error === true ? { is_error } : {}),
    ...cacheMark(message),
  }
}

function modelTurn({ messages }: Turn, ids: Renaming, rules: ConversationRules): readonly Json[] {
  const content = messages.flatMap((message) => {
    const { compaction_blocks } = object(message.provider_specific_fields)
    const thinking = thinkingBlocksOf(message)
    return [...objects(compaction_blocks), ...thinking, ...blocksOf(message, rules), ...callBlocks(message, ids, rules)]
  })
  return [{ role: 'assistant', content: content.length > 0 ? content : [PLACEHOLDER] }]
}

function callBlocks({ tool_calls }: ChatMessage, ids: Renaming, { tools }: ConversationRules): readonly Json[] {
  return (tool_calls ?? []).map((call) => ({
    type: 'tool_use',
    id: ids.to(call.id),
    name: tools.to(call.function.name),
    input: argumentsOf(call.function.arguments),
    ...cacheMark(call),
  }))
}

/** Anthropic refuses white space at the end of an answer that it is to go on with. */
function trimmed(messages: readonly Json[]): readonly Json[] {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return messages
  const content = objects(last.content).map((block) =>
    block.type === 'text' ? { ...block, text: String(block.text).trimEnd() || PLACEHOLDER.text } : block,
  )
  return [...messages.slice(0, -1), { ...last, content }]
}
