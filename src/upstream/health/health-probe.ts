import { PROBE_TEXT, PROBE_TOKENS, type Probe } from '../../models/providers/probe.ts'
import type { Provider } from '../../models/providers/provider.ts'
import { factsOf } from '../../models/providers/providers.ts'
import type { Model } from '../../models/routing/model.ts'
import { isWildcard } from '../../models/routing/wildcard.ts'
import { addressOf } from '../address.ts'
import type { Upstream, UpstreamRequest } from '../upstream.ts'

/** How one probe ended. */
export interface Probed {
  readonly model: Model
  readonly healthy: boolean
  /** Of the answer. `undefined` when there was none. */
  readonly status?: number
  /** A sentence without anything the upstream said: it may quote a key. */
  readonly error?: string
}

/** The smallest call of each mode. Modes that are not here are not probed: an image or an hour of audio costs too much. */
const BY_MODE: Readonly<Record<string, (model: string, provider: Provider) => Probe>> = {
  chat: (model, { probe }) => probe(model),
  completion: (model) => ({
    upstreamPath: '/completions',
    body: { model, max_tokens: PROBE_TOKENS, prompt: PROBE_TEXT },
  }),
  embedding: (model) => ({ upstreamPath: '/embeddings', body: { model, input: PROBE_TEXT } }),
  responses: (model) => ({ upstreamPath: '/responses', body: { model, input: PROBE_TEXT } }),
  moderation: (model) => ({ upstreamPath: '/moderations', body: { model, input: PROBE_TEXT } }),
  rerank: (model) => ({ upstreamPath: '/rerank', body: { model, query: PROBE_TEXT, documents: [PROBE_TEXT] } }),
}

/** The call that shows whether a deployment works; `undefined` for one that has none. */
export function probeOf({ deployment, info }: Model, timeoutMs: number): UpstreamRequest | undefined {
  const { provider, apiVersion, routing, credential } = deployment
  const model = typeof info.health_check_model === 'string' ? bare(info.health_check_model, provider) : deployment.model
  const mode = typeof info.mode === 'string' ? info.mode : 'chat'
  const ask = BY_MODE[mode]
  if (!ask || isWildcard(model) || routing?.blocked || info.disable_background_health_check === true) return undefined
  const asked = ask(model, factsOf(provider))
  const { deployment: addressed, route } = addressOf({ ...deployment, model }, { shape: '', ...asked })
  const { baseUrl, headers } = addressed
  // A side of a provider may have names of its own for models.
  const body = asked.body.model === undefined ? asked.body : { ...asked.body, model: addressed.model }
  return {
    method: 'POST',
    url: baseUrl + route + (apiVersion ? `?api-version=${encodeURIComponent(apiVersion)}` : ''),
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity', ...headers },
    body: Buffer.from(JSON.stringify(body)),
    timeoutMs,
    credential,
  }
}

/** Sends a probe. Never rejects; an upstream that talks for longer than `timeoutMs` is not healthy. */
export function sendProbe(
  model: Model,
  request: UpstreamRequest,
  upstream: Upstream,
  timeoutMs: number,
): Promise<Probed> {
  return new Promise((resolve) => {
    let status: number | undefined
    const end = (error?: string) => {
      clearTimeout(timer)
      resolve(error === undefined ? { model, healthy: true, status } : { model, healthy: false, error, status })
    }
    const timer = setTimeout(() => {
      exchange.abort()
      end(`The upstream did not answer within ${timeoutMs / 1_000} s.`)
    }, timeoutMs)
    const exchange = upstream.send(request, {
      onHead: (statusCode) => {
        status = statusCode
      },
      onData() {},
      onEnd: () =>
        end(status !== undefined && status < 300 ? undefined : `The upstream answered with status ${status}.`),
      onError: (error) => end(error.message),
    })
  })
}

function bare(model: string, provider: string): string {
  return model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model
}
