import type { IncomingMessage } from 'node:http'
import type { RequestContext } from '../context.ts'
import { oncePer } from '../once-per.ts'
import type { Try } from '../routing/action.ts'
import { ROUTING_FIELDS } from '../routing/request-routing.ts'
import type { Call, Deployment } from '../types.ts'
import { addressOf } from '../upstream/address.ts'
import { CLIENT_SIDE_FIELDS } from '../upstream/client-side.ts'
import { upstreamHeaders } from '../upstream/headers.ts'
import { preparedParams } from '../upstream/prepared-params.ts'
import { requestBodyOf } from '../upstream/request-body.ts'
import type { UpstreamRequest } from '../upstream/upstream.ts'
import type { UsageReader } from '../usage/reader.ts'
import { routeFor } from '../usage/readers.ts'

/** Members of a body that are meant for the gateway. */
const OWN_FIELDS = [...ROUTING_FIELDS, ...CLIENT_SIDE_FIELDS]
/** What LiteLLM takes for itself too. Providers refuse members that they do not know; another LiteLLM is told. */
const LITELLM_FIELDS = [
  ...['tags', 'request_tags', 'litellm_metadata', 'litellm_session_id', 'litellm_trace_id', 'litellm_call_id'],
  ...[
    'cache',
    'no-log',
    'guardrails',
    'mock_response',
    'mock_tool_calls',
    'callbacks',
    'service_callback',
    'logger_fn',
  ],
  'litellm_disabled_callbacks',
]

/** The request of one try, and whether its answer carries an event that the client did not ask for. */
export function upstreamRequestOf(
  { req, call, reader }: { readonly req: IncomingMessage; readonly call: Call; readonly reader: UsageReader },
  { try: deployment, params }: Try,
  timeoutMs: number | undefined,
  asksForUsage: boolean,
): { readonly request: UpstreamRequest; readonly hideExtra: boolean } {
  const json = Object.keys(params).length === 0 ? call.json : { ...call.json, ...params }
  const asked = preparedParams({ shape: call.shape, json }, deployment)
  const prepared = (asksForUsage && reader.prepare?.(asked, deployment.provider)) || asked
  const { deployment: addressed, route } = addressOf(deployment, call)
  const request = {
    method: req.method ?? 'POST',
    url: urlOf(addressed, route, call),
    headers: upstreamHeaders(req.headers, addressed),
    body: requestBodyOf(call, addressed, prepared, ownFieldsOf(deployment)),
    upload: call.upload?.named(addressed.model),
    timeoutMs,
    credential: deployment.credential,
    parallel: deployment.parallel && { name: deployment.id, ...deployment.parallel },
  }
  return { request, hideExtra: prepared !== asked }
}

const ownFieldsOf = oncePer(
  ({ provider, dropped = [] }: Deployment): ReadonlySet<string> =>
    new Set([...OWN_FIELDS, ...(provider === 'litellm_proxy' ? [] : LITELLM_FIELDS), ...dropped]),
)

/** What the client may know about how its call was served. */
export function routeHeaders({ callId, route }: RequestContext, deployment: Deployment): Record<string, string> {
  return {
    'x-litellm-call-id': callId,
    'x-litellm-model-id': deployment.id,
    'x-litellm-model-api-base': deployment.baseUrl,
    'x-litellm-model-group': route?.group ?? deployment.modelGroup,
    'x-litellm-attempted-retries': String(route?.retries ?? 0),
    'x-litellm-attempted-fallbacks': String(route?.fallbacks ?? 0),
  }
}

function urlOf({ baseUrl, model, apiVersion }: Deployment, route: string, { query }: Call): string {
  const version = apiVersion && `api-version=${encodeURIComponent(apiVersion)}`
  const parameters = [version, query].filter(Boolean).join('&')
  return baseUrl + routeFor(route, model) + (parameters ? `?${parameters}` : '')
}
