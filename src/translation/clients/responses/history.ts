import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, ChatToolCall, ThinkingBlock } from '../../chat.ts'
import { openaiReasoning, thinkingText } from '../../thinking.ts'
import type { Losses } from '../../translation.ts'
import { contentOf, partsOf } from './content.ts'

/** Items of Responses as messages. Reasoning, text and calls of one turn become one message of the assistant. */
export function historyOf(items: readonly Json[], losses: Losses): readonly ChatMessage[] {
  const history = new History(losses)
  for (const item of items) history.add(item)
  return history.end()
}

class History {
  readonly #losses: Losses
  readonly #messages: ChatMessage[] = []
  readonly #known = new Set<unknown>()
  #turn: Turn = newTurn()

  constructor(losses: Losses) {
    this.#losses = losses
  }

  add(item: Json): void {
    const type = text(item.type) ?? (text(item.role) ? 'message' : 'undefined')
    const read = ITEMS[type]
    if (read) read(this, item)
    else this.#losses.add(type)
  }

  message(item: Json): void {
    if (item.role === 'assistant') this.#answer(item.content)
    else this.#say({ role: roleOf(item.role), content: contentOf(item.content, this.#losses) })
  }

  call(item: Json, args: string): void {
    this.#known.add(item.call_id)
    const id = String(item.call_id)
    this.#turn.calls.push({ id, type: 'function', function: { name: String(item.name), arguments: args } })
  }

  result(item: Json): void {
    if (!this.#known.has(item.call_id)) throw orphan(item)
    const content = typeof item.output === 'string' ? item.output : partsOf(objects(item.output), this.#losses)
    this.#say({ role: 'tool', tool_call_id: String(item.call_id), content })
  }

  think(blocks: readonly ThinkingBlock[]): void {
    if (this.#turn.parts.length > 0 && this.#turn.calls.length === 0) this.#flush()
    this.#turn.thoughts.push(...blocks)
  }

  end(): readonly ChatMessage[] {
    this.#flush()
    return this.#messages
  }

  #answer(content: unknown): void {
    // Text after a call belongs to the call's message: results have to follow it.
    if (this.#turn.parts.length > 0 && this.#turn.calls.length === 0) this.#flush()
    if (typeof content === 'string') this.#turn.parts.push({ type: 'text', text: content })
    for (const part of objects(content)) {
      if (part.type === 'refusal') this.#turn.refusal += String(part.refusal)
      else this.#turn.parts.push(...partsOf([part], this.#losses))
    }
  }

  #say(message: ChatMessage): void {
    this.#flush()
    this.#messages.push(message)
  }

  #flush(): void {
    const message = assistantOf(this.#turn)
    if (message) this.#messages.push(message)
    this.#turn = newTurn()
  }
}

interface Turn {
  readonly parts: ChatPart[]
  readonly calls: ChatToolCall[]
  readonly thoughts: ThinkingBlock[]
  refusal: string
}

function newTurn(): Turn {
  return { parts: [], calls: [], thoughts: [], refusal: '' }
}

function assistantOf({ parts, calls, thoughts, refusal }: Turn): ChatMessage | undefined {
  if (parts.length + calls.length + thoughts.length === 0 && refusal === '') return undefined
  const [first, ...others] = parts
  const reasoning = thinkingText(thoughts)
  const signed = thoughts.filter((thought) => thought.type === 'redacted_thinking' || thought.signature)
  return {
    role: 'assistant',
    ...(first ? { content: others.length === 0 && first.type === 'text' ? first.text : parts } : {}),
    ...(refusal !== '' ? { refusal } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(reasoning !== '' ? { reasoning_content: reasoning } : {}),
    ...(signed.length > 0 ? { thinking_blocks: signed } : {}),
  }
}

const ITEMS: Readonly<Record<string, (history: History, item: Json) => void>> = {
  message: (history, item) => history.message(item),
  function_call: (history, item) => history.call(item, String(item.arguments ?? '')),
  function_call_output: (history, item) => history.result(item),
  custom_tool_call: (history, item) => history.call(item, JSON.stringify({ input: item.input ?? '' })),
  custom_tool_call_output: (history, item) => history.result(item),
  reasoning: (history, item) => history.think(thoughtsOf(item)),
  item_reference: (_, { id }) => {
    const message = `\`input\` refers to the item "${id}", which this model cannot look up: send the item itself.`
    throw new LiteLLMError('bad_request', { param: 'input', message })
  },
}

/** What the gateway put into an item of reasoning: blocks as they were signed. All else is OpenAI's to read. */
function thoughtsOf(item: Json): readonly ThinkingBlock[] {
  const parts = objects(item.summary).length > 0 ? objects(item.summary) : objects(item.content)
  const summary = parts.map((part) => String(part.text ?? '')).join('\n\n')
  const encrypted = text(item.encrypted_content)
  if (encrypted === undefined) return summary === '' ? [] : [{ type: 'thinking', thinking: summary }]
  return blocksIn(encrypted) ?? [openaiReasoning(summary, encrypted)]
}

function blocksIn(encrypted: string): readonly ThinkingBlock[] | undefined {
  if (!encrypted.startsWith('[')) return undefined
  try {
    const blocks = objects(JSON.parse(encrypted)) as unknown as readonly ThinkingBlock[]
    return blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking')
  } catch {
    return undefined
  }
}

function roleOf(role: unknown): 'user' | 'system' | 'developer' {
  return role === 'system' || role === 'developer' ? role : 'user'
}

function orphan({ call_id: id }: Json): LiteLLMError {
  const message = `\`input\` has a result of the tool call "${id}", but not the call: send the call before its result.`
  return new LiteLLMError('bad_request', { param: 'input', message })
}
