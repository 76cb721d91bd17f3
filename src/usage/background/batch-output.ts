import type { Json, OtherUsage, Usage } from '../../types.ts'
import { openaiUsage } from '../shapes/openai-usage.ts'
import { object, text, usageOf } from '../shapes/reader.ts'
import { FRAMINGS } from '../streams/framings.ts'
import { batchInputReader } from './batch-input.ts'
import { countedAnswer, plusOfModel } from './batch-lines.ts'
import { type LongLine, LongLineReader } from './long-line.ts'

/** An answer whose input is not known. */
interface LackingAnswer {
  readonly model: string | undefined
  readonly usage: Usage
}

const MAX_LINE_BYTES = 8 << 20
const NDJSON = FRAMINGS.ndjson

/** The usage in the output file of a batch, an answer a line, by model. Holds one line at most. */
export class BatchOutput {
  #sum: Usage | undefined
  readonly #lacking = new Map<string, LackingAnswer>()
  readonly #long = new LongLineReader()
  #unread = 0
  readonly #cutter = NDJSON.cut(
    {
      frame: (line) => this.#take(line),
      passOver: (bytes) => this.#long.push(bytes),
      passedOver: () => this.#takeLong(this.#long.end()),
    },
    MAX_LINE_BYTES,
  )

  push(bytes: Buffer): void {
    this.#cutter.push(bytes)
  }

  /**
   * No more of the output. Whether there are answers that only the input file can complete, and how many were too long to
   * be read: of those without a usage at their end only the input is known.
   */
  end(): { readonly lacksInput: boolean; readonly unread: number } {
    this.#cutter.end()
    return { lacksInput: this.#lacking.size > 0, unread: this.#unread }
  }

  /** Reads the input file for what the answers do not say. Only after `end`. */
  inputReader(): ReturnType<typeof batchInputReader> {
    return batchInputReader((id, model, { input }) => {
      const answer = this.#lacking.get(id)
      if (!answer) return
      this.#lacking.delete(id)
      const named = answer.model ?? model
      if (named) this.#add({ model: named, usage: { ...answer.usage, promptTokens: input }, estimated: true })
    })
  }

  /** Each model's usage. `usual`: the model of answers that name none. */
  usages(usual: string): readonly OtherUsage[] {
    for (const { model = usual, usage } of this.#lacking.values()) this.#add({ model, usage, estimated: true })
    this.#lacking.clear()
    return this.#sum?.others ?? []
  }

  #add(answer: OtherUsage): void {
    this.#sum = plusOfModel(this.#sum, answer)
  }

  #take(line: Buffer): void {
    const document = parsed(line)
    const response = object(document.response)
    if (document.response == null || document.error != null || Number(response.status_code ?? 200) >= 300) return
    const body = object(response.body)
    this.#answer(text(document.custom_id), body)
  }

  #takeLong({ customId, model, usage, bytes, failed }: LongLine): void {
    if (failed) return
    if (!usage) this.#unread++
    this.#answer(customId, { model, usage }, bytes)
  }

  #answer(customId: string | undefined, body: Json, bytes?: number): void {
    const said = body.usage == null ? usageOf({ raw: null }) : openaiUsage(object(body.usage), body)
    const { lacksInput, usage, estimated } = countedAnswer(said, body, bytes)
    const model = text(body.model)
    if (lacksInput || !model) this.#lacking.set(customId ?? `#${this.#lacking.size}`, { model, usage })
    else this.#add({ model, usage, estimated })
  }
}

function parsed(line: Buffer) {
  try {
    return object(JSON.parse(line.toString('utf8')))
  } catch {
    return {}
  }
}
