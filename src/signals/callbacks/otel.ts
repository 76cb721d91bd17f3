import { createHash } from 'node:crypto'
import type { Delivery } from '../outbox/delivery.ts'
import { addressOf, type Callback, numberIn, objectIn, pairsOf, textIn } from './callback.ts'
import { nanoseconds, otlpAttributes, otlpTraces, parentOf, type Span } from './otlp.ts'
import { post } from './post.ts'

/** LiteLLM's call types as the semantic conventions of generative AI name operations. */
const OPERATIONS: Readonly<Record<string, string>> = {
  acompletion: 'chat',
  aresponses: 'chat',
  anthropic_messages: 'chat',
  agenerate_content: 'generate_content',
  atext_completion: 'text_completion',
  aembedding: 'embeddings',
}

/** An OTLP collector: one span for each call, with the GenAI semantic conventions. Without prompts and answers. */
export const otel: Callback = {
  what: 'An OpenTelemetry collector: one span for each call, by OTLP over HTTP with JSON bodies, without prompts',
  variables: [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_ENDPOINT',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_HEADERS',
    'OTEL_SERVICE_NAME',
    'OTEL_ENVIRONMENT_NAME',
  ],
  needed: 0,
  open(env) {
    const base = addressOf(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_ENDPOINT || 'http://localhost:4318')
    const url = base.endsWith('/v1/traces') ? base : `${base}/v1/traces`
    const headers = {
      'content-type': 'application/json',
      ...pairsOf(env.OTEL_EXPORTER_OTLP_HEADERS || env.OTEL_HEADERS),
    }
    const service = env.OTEL_SERVICE_NAME || 'litellm'
    const environment = env.OTEL_ENVIRONMENT_NAME || 'production'
    return {
      async deliver(batch, signal) {
        const body = JSON.stringify(
          otlpTraces(
            service,
            batch.map((delivery) => spanOf(delivery, environment)),
          ),
        )
        await post({ url, headers, body, signal })
      },
    }
  },
}

function spanOf({ id, status, payload, traceparent }: Delivery, environment: string): Span {
  const parameters = objectIn(payload, 'model_parameters')
  const metadata = objectIn(payload, 'metadata')
  const hash = createHash('sha256').update(id).digest('hex')
  const operation = OPERATIONS[textIn(payload, 'call_type') ?? ''] ?? textIn(payload, 'call_type')
  return {
    traceId: hash.slice(0, 32),
    spanId: hash.slice(32, 48),
    ...parentOf(traceparent),
    name: 'litellm_request',
    startTimeUnixNano: nanoseconds(numberIn(payload, 'startTime')),
    endTimeUnixNano: nanoseconds(numberIn(payload, 'endTime')),
    isError: status === 'failure',
    attributes: otlpAttributes({
      'deployment.environment.name': environment,
      'gen_ai.operation.name': operation,
      'gen_ai.system': payload.custom_llm_provider,
      'gen_ai.provider.name': payload.custom_llm_provider,
      'gen_ai.request.model': payload.model_group,
      'gen_ai.response.model': payload.model,
      'gen_ai.response.id': payload.id,
      'gen_ai.request.max_tokens': parameters.max_tokens,
      'gen_ai.request.temperature': parameters.temperature,
      'gen_ai.request.top_p': parameters.top_p,
      'gen_ai.usage.input_tokens': payload.prompt_tokens,
      'gen_ai.usage.output_tokens': payload.completion_tokens,
      'gen_ai.usage.total_tokens': payload.total_tokens,
      'gen_ai.cost.total_cost': payload.response_cost,
      'gen_ai.framework': 'litellm',
      'llm.is_streaming': payload.stream === true,
      'llm.user': textIn(payload, 'end_user'),
      'error.type': textIn(objectIn(payload, 'error_information'), 'error_class'),
      'litellm.call_id': id,
      ...Object.fromEntries(
        Object.entries(metadata)
          .filter(([name, value]) => name.startsWith('user_api_key_') && typeof value !== 'object')
          .map(([name, value]) => [`metadata.${name}`, value]),
      ),
    }),
  }
}
