import { createHash } from 'node:crypto'
import type { Json } from '../../types.ts'
import type { Delivery } from '../outbox/delivery.ts'
import { addressOf, type Callback, numberIn, objectIn, textIn } from './callback.ts'
import { nanoseconds, otlpAttributes, otlpTraces, parentOf, type Span } from './otlp.ts'
import { post } from './post.ts'

const CLOUD = 'https://cloud.langfuse.com'

/** Langfuse, by its OTLP endpoint with JSON bodies, with the attributes that LiteLLM 1.106 sends. */
export const langfuse: Callback = {
  what: 'Langfuse: one trace with one generation for each call, by OTLP with JSON bodies (self-hosted: 3.63 or newer)',
  variables: [
    'LANGFUSE_PUBLIC_KEY',
    'LANGFUSE_SECRET_KEY',
    'LANGFUSE_HOST',
    'LANGFUSE_BASE_URL',
    'LANGFUSE_TRACING_ENVIRONMENT',
    'LANGFUSE_RELEASE',
  ],
  needed: 2,
  open(env, { langfuseDefaultTags }) {
    const host = addressOf(env.LANGFUSE_HOST || env.LANGFUSE_BASE_URL || CLOUD)
    const credentials = Buffer.from(`${env.LANGFUSE_PUBLIC_KEY}:${env.LANGFUSE_SECRET_KEY}`).toString('base64')
    const headers = {
      'content-type': 'application/json',
      authorization: `Basic ${credentials}`,
      'x-langfuse-public-key': env.LANGFUSE_PUBLIC_KEY!,
      'x-langfuse-ingestion-version': '4',
    }
    const about = {
      'langfuse.environment': env.LANGFUSE_TRACING_ENVIRONMENT,
      'langfuse.release': env.LANGFUSE_RELEASE,
    }
    return {
      async deliver(batch, signal) {
        const spans = batch.map((delivery) => spanOf(delivery, about, langfuseDefaultTags))
        const body = JSON.stringify(otlpTraces('litellm', spans))
        await post({ url: `${host}/api/public/otel/v1/traces`, headers, body, signal })
      },
    }
  },
}

function spanOf({ id, status, payload, traceparent }: Delivery, about: Json, defaultTags: readonly string[]): Span {
  const metadata = objectIn(payload, 'metadata')
  const steering = objectIn(metadata, 'requester_metadata')
  const callType = textIn(payload, 'call_type') ?? 'call'
  const alias = textIn(metadata, 'user_api_key_alias')
  return {
    // The same for the same call: a delivery that is repeated makes no second trace.
    traceId: hexId(textIn(steering, 'trace_id') ?? parentOf(traceparent).traceId ?? id, 16),
    spanId: hexId(textIn(steering, 'generation_id') ?? id, 8),
    name: textIn(steering, 'generation_name') ?? (alias ? `litellm:${alias}` : `litellm-${callType}`),
    startTimeUnixNano: nanoseconds(numberIn(payload, 'startTime')),
    endTimeUnixNano: nanoseconds(numberIn(payload, 'endTime')),
    isError: status === 'failure',
    attributes: otlpAttributes({
      ...about,
      'langfuse.observation.type': 'generation',
      'langfuse.observation.input': JSON.stringify({ messages: payload.messages }),
      'langfuse.observation.output': JSON.stringify(answerOf(payload.response)),
      'langfuse.observation.model.name': payload.model,
      'langfuse.observation.model.parameters': JSON.stringify(payload.model_parameters),
      'langfuse.observation.usage_details': JSON.stringify(usageOf(payload)),
      'langfuse.observation.cost_details': JSON.stringify({ total: payload.response_cost }),
      'langfuse.observation.completion_start_time': JSON.stringify(isoTime(numberIn(payload, 'completionStartTime'))),
      'langfuse.observation.level': status === 'failure' ? 'ERROR' : 'DEFAULT',
      'langfuse.observation.status_message': textIn(payload, 'error_str'),
      'langfuse.trace.name': textIn(steering, 'trace_name') ?? `litellm-${callType}`,
      'user.id': textIn(steering, 'trace_user_id') ?? textIn(payload, 'end_user'),
      'session.id': textIn(steering, 'session_id'),
      'langfuse.trace.tags': [...stringsIn(payload.request_tags), ...defaultTagsOf(defaultTags, payload)],
      'langfuse.version': textIn(steering, 'version'),
      ...observationMetadata(payload, metadata),
    }),
  }
}

/** An id that is hexadecimal already stays itself. */
function hexId(id: string, bytes: number): string {
  const plain = id.replaceAll('-', '').toLowerCase()
  if (plain.length === bytes * 2 && /^[0-9a-f]+$/.test(plain)) return plain
  return createHash('sha256')
    .update(id)
    .digest('hex')
    .slice(0, bytes * 2)
}

/** The message of the assistant, where the answer has one. */
function answerOf(response: unknown): unknown {
  const { choices } = (response ?? {}) as { choices?: readonly { message?: unknown }[] }
  return Array.isArray(choices) ? (choices[0]?.message ?? response) : response
}

function usageOf(payload: Json): Json {
  const usage = objectIn(objectIn(payload, 'hidden_params'), 'usage_object')
  const read = numberIn(usage, 'cache_read_input_tokens')
  const written = numberIn(usage, 'cache_creation_input_tokens')
  return {
    input: Math.max(0, numberIn(payload, 'prompt_tokens') - read),
    output: numberIn(payload, 'completion_tokens'),
    total: numberIn(payload, 'total_tokens'),
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
  }
}

/** One attribute for each fact about the key and the call. */
function observationMetadata(payload: Json, metadata: Json): Json {
  const key = Object.entries(metadata).filter(([name]) => name.startsWith('user_api_key_'))
  const facts = {
    ...Object.fromEntries(key),
    litellm_call_id: payload.litellm_call_id,
    litellm_response_cost: payload.response_cost,
    api_base: payload.api_base,
    cache_hit: payload.cache_hit,
    model_group: payload.model_group,
    model_id: payload.model_id,
  }
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      `langfuse.observation.metadata.${name}`,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  )
}

/** `langfuse_default_tags: ["user_api_key_alias"]` becomes "user_api_key_alias:the alias". */
function defaultTagsOf(names: readonly string[], payload: Json): readonly string[] {
  const metadata = objectIn(payload, 'metadata')
  return names.flatMap((name) => {
    const value = metadata[name] ?? payload[name]
    return value === undefined || value === null || typeof value === 'object' ? [] : [`${name}:${value}`]
  })
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString()
}
