import { fetched } from './fetched.ts'
import { openaiUsage } from './openai-usage.ts'
import { object, text, type UsageReader } from './reader.ts'
import { plusOfModel } from './usage-by-model.ts'

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
