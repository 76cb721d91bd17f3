import { z } from 'zod'
import { countInput } from '../usage/tokens/estimate.ts'
import { answered } from './answers.ts'
import { dict, type Endpoint, endpoint, needed } from './endpoint.ts'
import { refuse } from './refuse.ts'

const body = z.looseObject({
  model: needed.text,
  prompt: z.string().nullish(),
  messages: z.array(z.record(z.string(), z.unknown())).nullish(),
  contents: z.array(z.record(z.string(), z.unknown())).nullish(),
  tools: z.array(dict).nullish(),
})

const COUNT = [
  ...['total_tokens', 'request_model', 'model_used', 'tokenizer_type', 'count_source', 'original_response', 'error'],
  ...['error_message', 'status_code'],
]

/** `POST /utils/token_counter`: how many tokens a request would have, by the tokenizer that estimates use. */
const countRequest = endpoint({
  access: 'anyone',
  body,
  async run({ body: { model, prompt, messages, contents, tools }, settings }) {
    if (!prompt && !messages && !contents) throw refuse(400, 'prompt or messages or contents must be provided')
    const deployment = settings.routing?.deployments()?.find(({ modelGroup }) => modelGroup === model)
    const request = { ...(messages && { messages }), ...(prompt && { prompt }), ...(contents && { contents }) }
    return answered(COUNT, {
      total_tokens: await countInput({ ...request, ...(tools && { tools }) }),
      request_model: model,
      model_used: deployment?.model ?? model,
      ...{ tokenizer_type: 'openai_tokenizer', count_source: 'local_estimate', error: false },
    })
  },
})

export const TOKEN_COUNTER_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /utils/token_counter': countRequest,
}
