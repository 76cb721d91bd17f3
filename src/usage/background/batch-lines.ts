import type { Json, OtherUsage, Usage } from '../../types.ts'
import { addUsage } from '../meter/add-usage.ts'
import { believable } from '../meter/believable.ts'
import { anthropicUsage } from '../shapes/anthropic-messages.ts'
import { count, object, text, type UsageReader, usageOf } from '../shapes/reader.ts'
import { guessedTokens } from '../tokens/tokenizer.ts'
import { LongLineReader } from './long-line.ts'
import { fetched } from './polled-batch.ts'

/** In the document of a line that was too long to be parsed: how long it was. */
const LONG = 'long_line_bytes'

/**
 * GET /messages/batches/{id}/results, a message a line. Each model's usage is among the `others`. What a message was an
 * answer to is not known here: where it does not say its usage, its own text is counted, and that it lacks its input.
 */
export const polledBatchResults: UsageReader = {
  ...fetched,
  shape: 'fetched-batch-results',
  hints: ['message'],
  framing: 'ndjson',
  read(document, sofar) {
    const message = object(object(document.result).message)
    const model = text(message.model)
    if (!model) return sofar
    const { others = [], ...usage } = anthropicUsage(object(message.usage))
    const { lacksInput, ...counted } = countedAnswer(usage, message, count(document[LONG]) || undefined)
    return [{ model, ...counted, ...(lacksInput && { withoutInput: 1 }) }, ...others].reduce(plusOfModel, sofar)
  },
  longFrame() {
    const line = new LongLineReader()
    return {
      push: (bytes) => line.push(bytes),
      end() {
        const { model, usage, bytes } = line.end()
        if (!model || !usage) throw new UnreadLines(1)
        return { result: { message: { model, usage } }, [LONG]: bytes }
      },
    }
  },
  idOf: () => undefined,
  modelOf: () => undefined,
}

/** Lines of a batch's results that are too long to be parsed, and do not say their usage where it was looked for. */
export class UnreadLines extends Error {
  override readonly name = 'UnreadLines'

  constructor(lines: number) {
    super(`${lines} of the results of a batch are too long to be read, and their output is not charged`)
  }
}

interface CountedAnswer extends Omit<OtherUsage, 'model'> {
  /** The input is not known. */
  readonly lacksInput: boolean
}

/** The usage of one answer in a batch, without figures that it cannot mean; output that it does not say is counted. */
export function countedAnswer(
  said: Usage,
  answer: Json,
  answerBytes = Buffer.byteLength(JSON.stringify(answer)),
): CountedAnswer {
  const usage = believable(said, { request: {}, asked: undefined, answerBytes })
  const lacksInput = usage.promptTokens + usage.cacheReadTokens === 0
  const output = usage.completionTokens === 0 ? guessedTokens(textBytesIn(answer, 0)) : 0
  const known = output > 0 ? { ...usage, completionTokens: output } : usage
  return { usage: known, lacksInput, ...(lacksInput || output > 0 ? { estimated: true as const } : {}) }
}

/** `sofar` with one more usage, among its `others` by model. */
export function plusOfModel(sofar: Usage = usageOf({ raw: null }), { model, usage, ...more }: OtherUsage): Usage {
  const others = sofar.others ?? []
  const known = others.find((other) => other.model === model)
  const rest = others.filter((other) => other !== known)
  const sum = known ? addUsage(known.usage, usage, Number.MAX_SAFE_INTEGER) : usage
  const estimated = known?.estimated ?? more.estimated
  const withoutInput = (known?.withoutInput ?? 0) + (more.withoutInput ?? 0)
  return {
    ...sofar,
    others: [
      ...rest,
      { model, usage: sum, ...(estimated && { estimated }), ...(withoutInput > 0 && { withoutInput }) },
    ],
  }
}

const MAX_DEPTH = 12
/** Members with what a model has written, in the answers that batches are made of. */
const WRITTEN = new Set(['content', 'text', 'refusal', 'arguments', 'thinking', 'reasoning_content'])

function textBytesIn(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textBytesIn(item, depth + 1), 0)
  return Object.entries(value).reduce((sum, [name, item]) => {
    if (typeof item === 'string') return sum + (WRITTEN.has(name) ? Buffer.byteLength(item) : 0)
    // What a tool is called with is written by the model, whatever its members are named.
    return sum + (name === 'input' ? Buffer.byteLength(JSON.stringify(item) ?? '') : textBytesIn(item, depth + 1))
  }, 0)
}
