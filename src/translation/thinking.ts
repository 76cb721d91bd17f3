import type { ChatMessage, ThinkingBlock } from './chat.ts'

/*
 * OpenAI gives reasoning as a summary and as content that only OpenAI can read. The pivot carries that content where
 * Anthropic's signature stands, behind a mark, so that clients of every API bring it back.
 */

const MARK = 'openai.reasoning:'

/** A block with OpenAI's encrypted content. Without a summary it is redacted: its text is nobody's to read. */
export function openaiReasoning(summary: string, encrypted: string): ThinkingBlock {
  return summary === ''
    ? { type: 'redacted_thinking', data: MARK + encrypted }
    : { type: 'thinking', thinking: summary, signature: MARK + encrypted }
}

/** The encrypted content, if the block came from OpenAI. */
export function openaiReasoningIn(block: ThinkingBlock): string | undefined {
  const signature = block.type === 'thinking' ? block.signature : block.data
  return signature?.startsWith(MARK) ? signature.slice(MARK.length) : undefined
}

/** The blocks that a provider other than OpenAI will know again: signed, and not OpenAI's. */
export function signedBlocks(blocks: readonly ThinkingBlock[] = []): readonly ThinkingBlock[] {
  return blocks.filter((block) => isSigned(block) && openaiReasoningIn(block) === undefined)
}

function isSigned(block: ThinkingBlock): boolean {
  return block.type === 'thinking' ? Boolean(block.signature) : block.data !== ''
}

type Thought = Pick<ChatMessage, 'thinking_blocks' | 'reasoning_content'>

/** What a message or a piece of one says of its reasoning: blocks as they are signed, or else its text alone. */
export function thinkingOf({ thinking_blocks: blocks, reasoning_content: text }: Thought): readonly ThinkingBlock[] {
  if (!blocks || blocks.length === 0) return text ? [{ type: 'thinking', thinking: text }] : []
  const isSaid = blocks.some((block) => block.type === 'thinking' && block.thinking !== '')
  return isSaid || !text ? blocks : [{ type: 'thinking', thinking: text }, ...blocks]
}

/** The text of reasoning, as `reasoning_content` says it. */
export function thinkingText(blocks: readonly ThinkingBlock[]): string {
  return blocks.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('')
}
