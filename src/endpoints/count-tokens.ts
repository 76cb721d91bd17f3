import { answerJson } from '../call/answer/answer.ts'
import { openContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { factsOf } from '../models/providers/providers.ts'
import { countMessagesInput } from '../translation/count-input.ts'
import type { Call, Deployment } from '../types.ts'
import { addressOf } from '../upstream/address.ts'
import type { UpstreamReceiver } from '../upstream/exchange.ts'
import { upstreamHeaders } from '../upstream/headers.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type CountingGateway = Pick<Gateway, 'router' | 'calls' | 'upstream'>

const SHAPE = 'anthropic-messages'
/** A count is waited for: what takes longer is estimated. */
const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 << 10

/**
 * `POST /v1/messages/count_tokens`, for a model of any provider: Anthropic counts itself, and everything else is counted
 * by a tokenizer that comes close. Costs nothing and leaves no row. Mount it after `litellmAuth`.
 */
export function countTokensEndpoint(options: GatewayOption<CountingGateway> = {}): Middleware {
  const gateway = gatewayOf<CountingGateway>(options)

  return function litellmCountTokensMiddleware(req, res, next) {
    thenNext(
      async () => {
        const call = await callOf(req, res, gateway.calls)
        const { json } = call
        if (call.modelGroup === '') throw new LiteLLMError('model_missing', { param: 'model' })
        if (!Array.isArray(json?.messages)) {
          throw new LiteLLMError('bad_request', { param: 'messages', message: '`messages` must be a list.' })
        }
        const deployment = gateway.router.choose(call, openContext(req).key)
        if (!deployment) throw unknownModel(call)
        const native = factsOf(deployment.provider).shapes.native.includes(SHAPE)
        const counted = native ? await askProvider(gateway, call, deployment) : undefined
        answerJson(res, 200, counted === undefined ? await countMessagesInput(json) : { input_tokens: counted })
      },
      (error) => error && next(error),
    )
  }
}

function unknownModel({ modelGroup }: Call): LiteLLMError {
  const message = `Invalid model name passed in model=${modelGroup}. Call \`/v1/models\` to view available models for your key.`
  return new LiteLLMError('model_not_found', { param: 'model', message })
}

/** Resolves with `undefined` where the provider does not say. */
function askProvider(
  { upstream }: CountingGateway,
  { json }: Call,
  deployment: Deployment,
): Promise<number | undefined> {
  const { deployment: addressed, route } = addressOf(deployment, {
    shape: SHAPE,
    upstreamPath: '/messages/count_tokens',
  })
  const body = Buffer.from(JSON.stringify({ ...json, model: addressed.model }))
  const request = {
    method: 'POST',
    url: addressed.baseUrl + route,
    headers: upstreamHeaders({}, {}, addressed),
    body,
    timeoutMs: TIMEOUT_MS,
    credential: deployment.credential,
  }
  return new Promise((resolve) => void upstream.send(request, receiverOf(resolve)))
}

function receiverOf(resolve: (tokens: number | undefined) => void): UpstreamReceiver {
  let status = 0
  let text = ''
  return {
    onHead: (statusCode) => {
      status = statusCode
    },
    onData: (bytes) => {
      if (text.length < MAX_ANSWER_BYTES) text += bytes.toString('utf8')
    },
    onEnd: () => resolve(status === 200 ? tokensIn(text) : undefined),
    onError: () => resolve(undefined),
  }
}

function tokensIn(text: string): number | undefined {
  try {
    const { input_tokens: tokens } = JSON.parse(text)
    return Number.isInteger(tokens) && tokens >= 0 ? tokens : undefined
  } catch {
    return undefined
  }
}
