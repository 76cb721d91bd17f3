import type { ServerResponse } from 'node:http'
import { chatCompletion, chatEvents, type Script, type ScriptedUpstream, sendJson, startUpstream } from './upstream.ts'

/*
 * What can go wrong with an upstream before its first byte has reached the client, by the name of the model that it
 * happens to.
 */

export interface Fault {
  /** What the upstream does with a call whose model has the fault's name. */
  readonly script?: Script
  /** `api_base` instead of that upstream's. */
  readonly base?: (upstream: string) => string
  /** What the client sees when nothing else is tried. */
  readonly status: number
  /** Whether LiteLLM tries a lone deployment again. */
  readonly retried: boolean
  /** One failure is enough for a deployment of several to cool down. */
  readonly cools?: boolean
  /** The upstream does not answer in time. */
  readonly slow?: boolean
}

const status = (code: number, retried: boolean, headers: Record<string, string> = {}): Fault => ({
  script: (res) => sendJson(res, code, { error: { message: 'no', type: 'upstream_says_no' } }, headers),
  status: code,
  retried,
})

const isStream = (request: { body: Buffer }) => JSON.parse(request.body.toString()).stream === true

export const FAULTS: Readonly<Record<string, Fault>> = {
  'connection refused': { base: () => 'http://127.0.0.1:1/v1', status: 502, retried: true },
  'no such host': { base: () => 'http://no-such-host.invalid/v1', status: 502, retried: true },
  'TLS error': { base: (url) => url.replace('http:', 'https:'), status: 502, retried: true },
  ...Object.fromEntries(
    [300, 301, 302, 303, 304, 307, 308].map((code) => [
      `${code}`,
      {
        ...status(code, false, { location: 'http://127.0.0.1:1/there' }),
        ...(code === 304 && { script: (res: ServerResponse) => void res.writeHead(304).end() }),
        status: 502,
        cools: true,
      },
    ]),
  ),
  '400': status(400, false),
  '401': { ...status(401, false), cools: true },
  '403': { ...status(403, false), cools: true },
  '404': status(404, false),
  '408': status(408, true),
  '413': status(413, false),
  '422': status(422, false),
  '429': { ...status(429, true), cools: true },
  '429 with retry-after': { ...status(429, true, { 'retry-after-ms': '5' }), cools: true },
  '500': status(500, true),
  '502': status(502, true),
  '503': status(503, true),
  '529': status(529, true),
  'slow head': { script: () => {}, status: 504, retried: true, slow: true },
  'slow body': {
    script(res, request) {
      const type = isStream(request) ? 'text/event-stream' : 'application/json'
      res
        .writeHead(200, { 'content-type': type, 'content-length': '900' })
        .write(isStream(request) ? 'data: {' : '{"id"')
    },
    status: 504,
    retried: true,
    slow: true,
  },
  'cut before the head': { script: (res) => void res.destroy(), status: 502, retried: true },
  'cut in a JSON body, or in the first event': {
    script: (res, request) => {
      const type = isStream(request) ? 'text/event-stream' : 'application/json'
      res
        .writeHead(200, { 'content-type': type, 'content-length': '900' })
        .write(isStream(request) ? 'data: {' : '{"id"')
      setTimeout(() => res.destroy(), 10)
    },
    status: 502,
    retried: true,
  },
  'error as the first event of a 200 stream': {
    script: (res, request) => {
      const error = { error: { message: 'overloaded', type: 'server_error', code: 503 } }
      if (!isStream(request)) return sendJson(res, 503, error)
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${JSON.stringify(error)}\n\n`)
    },
    status: 503,
    retried: true,
  },
}

/** Does what the model's name says; every other model is answered. */
export function faultyUpstream(): Promise<ScriptedUpstream> {
  return startUpstream((res, request) => {
    const { model, stream } = JSON.parse(request.body.toString())
    const fault = FAULTS[model]
    if (fault) return void fault.script?.(res, request)
    if (!stream) return sendJson(res, 200, chatCompletion({ id: '' }))
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents({ id: '' }).join(''))
  })
}

/** An entry of the `model_list` for a fault, or for a model that is answered. */
export function faultyModel(name: string, upstream: ScriptedUpstream, more: object = {}) {
  const { base, slow } = FAULTS[name] ?? {}
  return {
    model_name: name,
    litellm_params: {
      model: `openai/${name}`,
      api_base: base?.(upstream.url) ?? upstream.url,
      api_key: 'k',
      timeout: slow ? 1 : 60,
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      ...more,
    },
  }
}
