import type { OtherUsage } from '../types.ts'
import { addUsage } from './add-usage.ts'
import { anthropicUsage } from './anthropic-messages.ts'
import { fetched } from './fetched.ts'
import { object, text, type UsageReader, usageOf } from './reader.ts'

/** GET /messages/batches/{id}/results, a message a line. Each model's usage is among the `others`. */
export const fetchedBatchResults: UsageReader = {
  ...fetched,
  shape: 'fetched-batch-results',
  hints: ['usage'],
  framing: 'ndjson',
  read(document, sofar) {
    const message = object(object(document.result).message)
    const model = text(message.model)
    if (message.usage == null || !model) return sofar
    const { others, ...usage } = anthropicUsage(object(message.usage))
    return [{ model, usage }, ...(others ?? [])].reduce(withModel, sofar ?? usageOf({ raw: null }))
  },
  idOf: () => undefined,
  modelOf: () => undefined,
}

function withModel(sofar: ReturnType<typeof usageOf>, { model, usage }: OtherUsage) {
  const others = sofar.others ?? []
  const known = others.find((other) => other.model === model)
  const rest = others.filter((other) => other !== known)
  return { ...sofar, others: [...rest, { model, usage: known ? addUsage(known.usage, usage) : usage }] }
}
