import type { Json } from '../../types.ts'
import { objects } from '../../usage/shapes/reader.ts'
import type { ChatDelta, ChatToolCallDelta } from '../chat.ts'
import { thinkingOf } from '../thinking.ts'
import { isWhole } from '../tool-arguments.ts'

/** What an answer is made of, where an API wants its parts one after the other. */
export type BlockKind = 'thinking' | 'redacted' | 'text' | 'refusal' | 'tool'

export interface Block {
  readonly kind: BlockKind
  /** Counts the blocks of an answer from 0. */
  readonly index: number
  /** All that came so far: text, or arguments of a tool, or redacted data. */
  text: string
  /** Of text: what it quotes. */
  annotations?: Json[]
  /** Of thinking. */
  signature?: string
  /** Of a tool. */
  readonly id: string
  readonly name: string
}

export type BlockStep =
  | { readonly step: 'open'; readonly block: Block }
  | { readonly step: 'text' | 'signature'; readonly block: Block; readonly text: string }
  | { readonly step: 'annotation'; readonly block: Block; readonly annotation: Json; readonly at: number }
  | { readonly step: 'close'; readonly block: Block }

interface Item {
  readonly kind: BlockKind
  /** Tells calls of tools apart. */
  readonly key: string | number
  readonly text: string
  readonly signature?: string
  readonly id?: string
  readonly name?: string
}

/**
 * Puts the pieces of a streamed answer in blocks, strictly one after the other. Pieces pass at once. Only where a model
 * goes on with something else before the arguments of a call are whole, the rest waits for them: no API with nested blocks
 * can reopen one. A tool that got no argument closes with "{}".
 */
export class NestedBlocks {
  #open: Block | undefined
  #key: string | number = ''
  #count = 0
  #waiting: Item[] = []
  readonly #steps: BlockStep[] = []

  /** The steps that this piece becomes. */
  push(delta: ChatDelta): readonly BlockStep[] {
    this.#steps.length = 0
    for (const item of itemsOf(delta)) this.#take(item)
    if (delta.annotations) for (const annotation of objects(delta.annotations)) this.#annotate(annotation)
    return this.#steps
  }

  /** They come while their text is open, or right behind it. One whose text has ended has no place any more. */
  #annotate(annotation: Json): void {
    const block = this.#open
    if (block?.kind !== 'text') return
    block.annotations ??= []
    this.#steps.push({ step: 'annotation', block, annotation, at: block.annotations.length })
    block.annotations.push(annotation)
  }

  /** Closes what is open. */
  end(): readonly BlockStep[] {
    this.#steps.length = 0
    const waiting = this.#waiting
    this.#waiting = []
    // What waits for the same call belongs together, now that nobody can fill up the one before it.
    for (const key of new Set(waiting.map((item) => item.key)))
      for (const item of waiting.filter((other) => other.key === key)) this.#put(item)
    this.#close()
    return this.#steps
  }

  #take(item: Item): void {
    const open = this.#open
    const isOther = open !== undefined && !this.#continues(item)
    if (isOther && open.kind === 'tool' && !isWhole(open.text)) this.#waiting.push(item)
    else if (this.#waiting.length > 0) this.#goOn(item)
    else this.#put(item)
  }

  /** The open call may be whole now: then what waited for it follows. */
  #goOn(item: Item): void {
    this.#put(item)
    if (!isWhole(this.#open!.text)) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const next of waiting) this.#take(next)
  }

  #continues({ key, text }: Item): boolean {
    if (this.#key !== key) return false
    // What follows a signature is another thought.
    return this.#open?.signature === undefined || text === ''
  }

  #put(item: Item): void {
    if (!this.#open || !this.#continues(item)) this.#openFor(item)
    const block = this.#open!
    if (item.text !== '') {
      block.text += item.text
      this.#steps.push({ step: 'text', block, text: item.text })
    }
    if (item.signature) {
      block.signature = item.signature
      this.#steps.push({ step: 'signature', block, text: item.signature })
    }
  }

  #openFor({ kind, key, id = '', name = '' }: Item): void {
    this.#close()
    this.#open = { kind, index: this.#count++, text: '', id, name }
    this.#key = key
    this.#steps.push({ step: 'open', block: this.#open })
  }

  #close(): void {
    const block = this.#open
    if (!block) return
    this.#open = undefined
    if (block.kind === 'tool' && block.text === '') {
      block.text = '{}'
      this.#steps.push({ step: 'text', block, text: block.text })
    }
    this.#steps.push({ step: 'close', block })
  }
}

function itemsOf(delta: ChatDelta): Item[] {
  const items: Item[] = []
  if (delta.reasoning_content || delta.thinking_blocks)
    for (const block of thinkingOf(delta)) {
      if (block.type === 'redacted_thinking') items.push({ kind: 'redacted', key: block.data, text: block.data })
      else if (block.thinking !== '' || block.signature)
        items.push({ kind: 'thinking', key: 'thinking', text: block.thinking, signature: block.signature ?? undefined })
    }
  if (delta.content) items.push({ kind: 'text', key: 'text', text: delta.content })
  if (delta.refusal) items.push({ kind: 'refusal', key: 'refusal', text: delta.refusal })
  if (delta.tool_calls) for (const call of delta.tool_calls) items.push(toolItem(call))
  return items
}

function toolItem({ index, id, function: called }: ChatToolCallDelta): Item {
  return { kind: 'tool', key: index, text: called.arguments ?? '', id, name: called.name }
}
