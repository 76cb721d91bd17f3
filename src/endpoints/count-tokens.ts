import { answerJson } from '../call/answer/answer.ts'
import { openContext } from '../call/request/context.ts'
import { callOf, pathOf } from '../call/request/read-call.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { factsOf } from '../models/providers/providers.ts'
import { countGenerateInput, countMessagesInput } from '../translation/count-input.ts'
import type { Call, Deployment, Json } from '../types.ts'
import { addressOf } from '../upstream/address.ts'
import type { UpstreamReceiver } from '../upstream/exchange.ts'
import { upstreamHeaders } from '../upstream/headers.ts'
import { TOKENS_TO_COUNT } from '../usage/shapes/gemini-generate.ts'
import { plainPath } from '../usage/shapes/match-path.ts'
import { object } from '../usage/shapes/reader.ts'
import { routeFor } from '../usage/shapes/readers.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type CountingGateway = Pick<Gateway, 'router' | 'calls' | 'upstream'>

/** A count is waited for: what takes longer is estimated. */
const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 << 10

/** An API whose clients can have the tokens of a request counted. */
interface CountingApi {
  readonly path: RegExp
  /** Shapes of providers that are asked themselves, in this API. */
  readonly native: string
  readonly upstreamPath: string
  /** Why a request cannot be counted. */
  problem(body: Json): { readonly param: string; readonly message: string } | undefined
  /** The request as the provider wants it, for its model. */
  request(body: Json, deployment: Deployment): Json
  /** Where the provider's answer has the tokens. */
  readonly total: string
  /** The answer where no provider counts. */
  count(body: Json): Promise<Json>
}

const MESSAGES: CountingApi = {
  path: /\/messages\/count_tokens$/,
  native: 'anthropic-messages',
  upstreamPath: '/messages/count_tokens',
  problem: ({ messages }) =>
    Array.isArray(messages) ? undefined : { param: 'messages', message: '`messages` must be a list.' },
  request: (body, { model }) => ({ ...body, model }),
  total: 'input_tokens',
  count: (body) => countMessagesInput(body),
}

const GENERATE: CountingApi = {
  path: TOKENS_TO_COUNT,
  native: 'gemini-generate',
  upstreamPath: '/models/{model}:countTokens',
  problem: (body) =>
    generateRequestIn(body).contents ? undefined : { param: 'contents', message: '`contents` is missing.' },
  request(body, { provider, model }) {
    const request = generateRequestIn(body)
    // Vertex AI takes the members of a request as they are, Gemini all but the contents in a request of their own.
    if (factsOf(provider).ownSide?.publisher !== '') return request
    const isBare = Object.keys(request).every((name) => name === 'contents')
    return isBare ? request : { generateContentRequest: { ...request, model: `models/${model}` } }
  },
  total: 'totalTokens',
  count: (body) => countGenerateInput(body),
}

function generateRequestIn(body: Json): Json {
  const { model: _, ...request } = object(body.generateContentRequest ?? body.generate_content_request ?? body)
  return request
}

/** Whether a path, under the mount point, asks for tokens to be counted. */
export function isCountingPath(path: string): boolean {
  return /^\/(v1\/)?messages\/count_tokens$|^\/(v1(beta)?\/)?models\/[^/:]+:countTokens$/.test(path)
}

/**
 * `POST /v1/messages/count_tokens` and `POST /v1beta/models/{model}:countTokens`, for a model of any provider: Anthropic
 * and Google count themselves in their own APIs, and everything else is counted by a tokenizer that comes close. Costs
 * nothing and leaves no row. Mount it after `litellmAuth`.
 */
export function countTokensEndpoint(options: GatewayOption<CountingGateway> = {}): Middleware {
  const gateway = gatewayOf<CountingGateway>(options)

  return function litellmCountTokensMiddleware(req, res, next) {
    thenNext(
      async () => {
        const call = await callOf(req, res, gateway.calls)
        const api = MESSAGES.path.test(plainPath(pathOf(req))) ? MESSAGES : GENERATE
        if (call.modelGroup === '') throw new LiteLLMError('model_missing', { param: 'model' })
        const body = call.json ?? {}
        const problem = api.problem(body)
        if (problem) throw new LiteLLMError('bad_request', problem)
        const deployment = gateway.router.choose(call, openContext(req).key)
        if (!deployment) throw unknownModel(call)
        const { shapes } = factsOf(deployment.provider)
        const isNative = shapes.native.includes(api.native) && shapes.chat(deployment.model) === api.native
        const counted = isNative ? await askProvider(gateway, api, body, deployment) : undefined
        answerJson(res, 200, counted ?? (await api.count(body)))
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
  api: CountingApi,
  body: Json,
  deployment: Deployment,
): Promise<Json | undefined> {
  const { deployment: addressed, route } = addressOf(deployment, { shape: api.native, upstreamPath: api.upstreamPath })
  const request = {
    method: 'POST',
    url: addressed.baseUrl + routeFor(route, addressed.model),
    headers: upstreamHeaders({}, {}, addressed),
    body: Buffer.from(JSON.stringify(api.request(body, addressed))),
    timeoutMs: TIMEOUT_MS,
    credential: deployment.credential,
  }
  return new Promise(
    (resolve) =>
      void upstream.send(
        request,
        receiverOf((text) => resolve(countIn(text, api))),
      ),
  )
}

function receiverOf(resolve: (text: string) => void): UpstreamReceiver {
  let status = 0
  let text = ''
  return {
    onHead: (statusCode) => {
      status = statusCode
    },
    onData: (bytes) => {
      if (text.length < MAX_ANSWER_BYTES) text += bytes.toString('utf8')
    },
    onEnd: () => resolve(status === 200 ? text : ''),
    onError: () => resolve(''),
  }
}

function countIn(text: string, { total }: CountingApi): Json | undefined {
  try {
    const answer = object(JSON.parse(text))
    const tokens = Number(answer[total])
    return Number.isInteger(tokens) && tokens >= 0 ? answer : undefined
  } catch {
    return undefined
  }
}
