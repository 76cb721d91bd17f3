import type { ChatMessage } from '../chat.ts'

/** Neighbours of one side: what users, tools and operators said, or what the model said. */
export interface Turn {
  readonly isModel: boolean
  readonly messages: readonly ChatMessage[]
}

export interface Turns {
  /** The system messages that come first. Later ones stay in their turns: what a prompt cache knows must not change. */
  readonly system: readonly ChatMessage[]
  readonly turns: readonly Turn[]
}

/** A conversation for APIs in which users and the model take turns. */
export function turnsOf(messages: readonly ChatMessage[]): Turns {
  const first = messages.findIndex((message) => !isSystem(message))
  const [system, rest] = first < 0 ? [messages, []] : [messages.slice(0, first), messages.slice(first)]
  const turns: { readonly isModel: boolean; readonly messages: ChatMessage[] }[] = []
  for (const message of rest) {
    const isModel = message.role === 'assistant'
    const last = turns.at(-1)
    if (last?.isModel === isModel) last.messages.push(message)
    else turns.push({ isModel, messages: [message] })
  }
  return { system, turns }
}

export function isSystem({ role }: ChatMessage): boolean {
  return role === 'system' || role === 'developer'
}

/** Ids of calls are renamed together, so that results still find them. */
export function callIds(messages: readonly ChatMessage[]): readonly string[] {
  return messages.flatMap(({ tool_calls }) => (tool_calls ?? []).map(({ id }) => id))
}

export function hasCalls({ role, tool_calls }: ChatMessage): boolean {
  return role === 'tool' || (tool_calls?.length ?? 0) > 0
}

/** Stands before a later system message where the API has none, so that its words are not taken for the user's. */
export const LATE_SYSTEM_NOTE =
  'Operator note (not from the user): the operator of this application added what follows.'

/** For turns that would be empty, which APIs refuse. */
export const NO_TEXT = '(no text)'
