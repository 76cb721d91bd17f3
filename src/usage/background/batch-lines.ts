import type { OtherUsage, Usage } from '../../types.ts'
import { addUsage } from '../meter/add-usage.ts'
import { anthropicUsage } from '../shapes/anthropic-messages.ts'
import { openaiUsage } from '../shapes/openai-usage.ts'
import { object, text, type UsageReader, usageOf } from '../shapes/reader.ts'
import { fetched } from './polled-batch.ts'

/** GET /messages/batches/{id}/results, a message a line. Each model's usage is among the `others`. */
export const polledBatchResults: UsageReader = {
  ...fetched,
  shape: 'fetched-batch-results',
  hints: ['usage'],
  framing: 'ndjson',
  read(document, sofar) {
    const message = object(object(document.result).message)
    const model = text(message.model)
    if (message.usage == null || !model) return sofar
    const { others = [], ...usage } = anthropicUsage(object(message.usage))
    return [{ model, usage }, ...others].reduce(plusOfModel, sofar)
  },
  idOf: () => undefined,
  modelOf: () => undefined,
}

/** The output file of a batch, an answer a line. Each model's usage is among the `others`. */
export const batchLines: UsageReader = {
  ...fetched,
  shape: 'batch-lines',
  hints: ['usage'],
  framing: 'ndjson',
  read(document, sofar) {
    const body = object(object(document.response).body)
    const model = text(body.model)
    if (body.usage == null || !model) return sofar
    return plusOfModel(sofar, { model, usage: openaiUsage(object(body.usage), body) })
  },
}

/** `sofar` with one more usage, among its `others` by model. */
export function plusOfModel(sofar: Usage = usageOf({ raw: null }), { model, usage }: OtherUsage): Usage {
  const others = sofar.others ?? []
  const known = others.find((other) => other.model === model)
  const rest = others.filter((other) => other !== known)
  return {
    ...sofar,
    others: [...rest, { model, usage: known ? addUsage(known.usage, usage, Number.MAX_SAFE_INTEGER) : usage }],
  }
}
