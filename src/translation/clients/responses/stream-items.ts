import type { Json } from '../../../types.ts'
import type { ThinkingBlock } from '../../chat.ts'
import type { Block } from '../nested-blocks.ts'
import { annotationOf, callItem, type ItemStatus, messageItem, reasoningItem, refusalPart, textPart } from './items.ts'

/** One item of a streamed response. */
export interface StreamedItem {
  readonly block: Block
  /** A call of a custom tool: its input is told when it is whole. */
  readonly custom: boolean
  /** Of reasoning and messages. Calls have the id of the call. */
  readonly id: string
}

/** Where an item stands, as each of its events says it. */
function placeOf(part: StreamedItem): Json {
  return { item_id: itemOf(part, 'in_progress').id, output_index: part.block.index }
}

/** The item with what came so far. */
export function itemOf({ block, custom, id }: StreamedItem, status: ItemStatus): Json {
  const said = status === 'in_progress' ? '' : block.text
  if (block.kind === 'tool') return callItem({ id: block.id, name: block.name, args: said }, custom, status)
  if (block.kind === 'text') return messageItem(id, said === '' ? [] : [textPart(said, block.annotations)], status)
  if (block.kind === 'refusal') return messageItem(id, said === '' ? [] : [refusalPart(said)], status)
  return reasoningItem(id, status === 'in_progress' ? [] : [thoughtOf(block)], status)
}

function thoughtOf({ kind, text, signature }: Block): ThinkingBlock {
  if (kind === 'redacted') return { type: 'redacted_thinking', data: text }
  return { type: 'thinking', thinking: text, ...(signature !== undefined ? { signature } : {}) }
}

export function openFrames(part: StreamedItem): readonly Json[] {
  const { block } = part
  const added = {
    type: 'response.output_item.added',
    output_index: block.index,
    item: itemOf(part, 'in_progress'),
  }
  const opened = PARTS[block.kind]
  return opened ? [added, { type: opened.added, ...placeOf(part), ...opened.at, part: opened.part('') }] : [added]
}

export function deltaFrames(part: StreamedItem, delta: string): readonly Json[] {
  const { block, custom } = part
  if (block.kind === 'redacted' || custom) return []
  const { at = {}, more = {} } = PARTS[block.kind] ?? {}
  return [{ type: `${NAMES[block.kind]}.delta`, ...placeOf(part), ...at, delta, ...more }]
}

export function annotationFrame(part: StreamedItem, annotation: Json, at: number): Json {
  const place = { ...placeOf(part), ...CONTENT.at, annotation_index: at }
  return { type: 'response.output_text.annotation.added', ...place, annotation: annotationOf(annotation) }
}

export function closeFrames(part: StreamedItem, status: ItemStatus): readonly Json[] {
  const { block, custom } = part
  const item = itemOf(part, status)
  const done = { type: 'response.output_item.done', output_index: block.index, item }
  const place = placeOf(part)
  if (custom)
    return [
      { type: 'response.custom_tool_call_input.delta', ...place, delta: item.input },
      { type: 'response.custom_tool_call_input.done', ...place, input: item.input },
      done,
    ]
  if (block.kind === 'tool')
    return [{ type: `${NAMES.tool}.done`, ...place, name: block.name, arguments: block.text }, done]
  const opened = PARTS[block.kind]
  if (!opened) return [done]
  const whole = { [opened.member]: block.text, ...(opened.more ?? {}) }
  return [
    { type: `${NAMES[block.kind]}.done`, ...place, ...opened.at, ...whole },
    { type: opened.done, ...place, ...opened.at, part: opened.part(block.text, block.annotations) },
    done,
  ]
}

const NAMES: Readonly<Record<Block['kind'], string>> = {
  text: 'response.output_text',
  refusal: 'response.refusal',
  thinking: 'response.reasoning_summary_text',
  redacted: '',
  tool: 'response.function_call_arguments',
}

interface Part {
  readonly added: string
  readonly done: string
  readonly at: Json
  /** The member that says the whole. */
  readonly member: string
  readonly more?: Json
  readonly part: (said: string, annotations?: readonly Json[]) => Json
}

const CONTENT = { added: 'response.content_part.added', done: 'response.content_part.done', at: { content_index: 0 } }

/** The one part of each item that has parts. */
const PARTS: { readonly [Kind in Block['kind']]?: Part } = {
  text: { ...CONTENT, member: 'text', more: { logprobs: [] }, part: textPart },
  refusal: { ...CONTENT, member: 'refusal', part: refusalPart },
  thinking: {
    added: 'response.reasoning_summary_part.added',
    done: 'response.reasoning_summary_part.done',
    at: { summary_index: 0 },
    member: 'text',
    part: (text) => ({ type: 'summary_text', text }),
  },
}
