import type { IncomingMessage } from 'node:http'
import type { RequestContext } from '../context.ts'
import type { Try } from '../routing/action.ts'
import type { Call, Deployment } from '../types.ts'
import { addressOf } from '../upstream/address.ts'
import { extraHeadersOf } from '../upstream/extra-headers.ts'
import { gatewayMembersOf, withoutGatewayMetadata } from '../upstream/gateway-members.ts'
import { upstreamHeaders } from '../upstream/headers.ts'
import { preparedParams } from '../upstream/prepared-params.ts'
import { requestBodyOf } from '../upstream/request-body.ts'
import type { UpstreamRequest } from '../upstream/upstream.ts'
import type { UsageReader } from '../usage/reader.ts'
import { routeFor } from '../usage/readers.ts'

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
  const relayed = withoutGatewayMetadata(prepared, call, deployment.provider)
  const { deployment: addressed, route } = addressOf(deployment, call)
  const request = {
    method: req.method ?? 'POST',
    url: urlOf(addressed, route, call),
    headers: upstreamHeaders(req.headers, extraHeadersOf(call), addressed),
    body: requestBodyOf(call, addressed, relayed, gatewayMembersOf(deployment)),
    upload: call.upload?.named(addressed.model),
    timeoutMs,
    credential: deployment.credential,
    parallel: deployment.parallel && { name: deployment.id, ...deployment.parallel },
  }
  return { request, hideExtra: prepared !== asked }
}

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
