import type { IncomingHttpHeaders } from 'node:http'
import { textProblem } from '../../admission/facts/text-problem.ts'
import { traceIdOf } from '../../admission/facts/trace-id.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Call, Json } from '../../types.ts'
import { object } from '../../usage/shapes/reader.ts'
import type { ClientSettings } from './request-facts.ts'

type Attribution = Pick<
  Call,
  'endUserId' | 'tags' | 'headerTags' | 'sessionId' | 'traceparent' | 'agentId' | 'metadata' | 'spendLogsMetadata'
>

/** Whom the client says the call is for. Sources and their order are LiteLLM's. */
export function attributionOf(
  headers: IncomingHttpHeaders,
  json: Json | undefined,
  { endUserHeaders = [], tagHeaders }: ClientSettings = {},
): Attribution {
  const metadata = object(opened(json?.metadata))
  const litellmMetadata = object(opened(json?.litellm_metadata))
  return {
    endUserId: first(
      headers['x-litellm-customer-id'],
      headers['x-litellm-end-user-id'],
      ...endUserHeaders.map((name) => headers[name]),
      json?.user,
      litellmMetadata.user,
      metadata.user_id,
      json?.safety_identifier,
    ),
    tags: distinct([
      ...list(headers['x-litellm-tags']),
      ...strings(json?.tags),
      ...strings(json?.request_tags),
      ...strings(metadata.tags ?? litellmMetadata.tags),
    ]),
    headerTags: tagHeaders && tagsOfHeaders(headers, tagHeaders),
    sessionId: first(
      traceIdOf(headers),
      json?.litellm_session_id,
      json?.litellm_trace_id,
      metadata.session_id,
      metadata.trace_id,
      // LiteLLM does not read it, and passes it on to providers that refuse it.
      json?.session_id,
    ),
    ...traceOf(headers.traceparent),
    agentId: first(headers['x-litellm-agent-id'], metadata.agent_id, litellmMetadata.agent_id),
    metadata,
    spendLogsMetadata: loggedOf(headers['x-litellm-spend-logs-metadata']),
  }
}

/** Neither trace nor span may be all zeros. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

function traceOf(traceparent: string | string[] | undefined): Pick<Attribution, 'traceparent'> {
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {}
}

/** What is no JSON object is passed over, as in LiteLLM: it says nothing about the call itself. */
function loggedOf(header: string | string[] | undefined): Json | undefined {
  const value = typeof header === 'string' ? opened(header) : undefined
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** Forms have their objects as JSON text. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/**
 * Throws `bad_request` for a name that the database could not look up: its budgets and limits would not be found, and one
 * failed statement makes others wait.
 */
export function checkAttribution({ endUserId = '', agentId = '', sessionId = '', tags }: Attribution): void {
  const named = [
    ['user', endUserId],
    ['agent_id', agentId],
    ['session_id', sessionId],
  ] as const
  for (const [param, value] of [...named, ...tags.map((tag) => ['tags', tag] as const)]) {
    const problem = value === '' ? undefined : textProblem(value)
    if (problem) throw new LiteLLMError('bad_request', { param, message: `\`${param}\` of the request ${problem}.` })
  }
}

function first(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return undefined
}

function tagsOfHeaders(headers: IncomingHttpHeaders, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = headers[name.toLowerCase()]
    return value === undefined || value === '' ? [] : [`${name}: ${value}`]
  })
}

function list(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function distinct(values: readonly string[]): readonly string[] {
  return values.length > 1 ? [...new Set(values)] : values
}
