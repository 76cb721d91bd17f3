import { anthropicUsage } from './anthropic-messages.ts'
import { fetched } from './fetched.ts'
import { object, text, type UsageReader } from './reader.ts'
import { plusOfModel } from './usage-by-model.ts'

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
    const { others = [], ...usage } = anthropicUsage(object(message.usage))
    return [{ model, usage }, ...others].reduce(plusOfModel, sofar)
  },
  idOf: () => undefined,
  modelOf: () => undefined,
}
