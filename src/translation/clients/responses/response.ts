import type { Json } from '../../../types.ts'
import { openaiUsage } from '../../../usage/shapes/openai-usage.ts'
import { object } from '../../../usage/shapes/reader.ts'
import type { ChatError, ChatUsage, FinishReason } from '../../chat.ts'
import type { TranslationContext } from '../../translation.ts'

/** What a response repeats of its request, with OpenAI's defaults. */
const REPEATED: Readonly<Record<string, unknown>> = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  service_tier: 'auto',
  store: true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  user: null,
}

export interface ResponseSoFar {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  readonly output: readonly Json[]
  readonly finish?: FinishReason | null
  readonly usage?: ChatUsage | null
  readonly error?: Json
}

/**
 * The id of a response: LiteLLM's, of the provider, the deployment and the id of the log row, and the id of our call. It
 * finds the row again, at either gateway.
 */
export function responseId(answerId: string, { provider, deploymentId, callId }: TranslationContext): string {
  const rowId = answerId === `chatcmpl-${callId.replaceAll('-', '')}` ? callId : answerId
  const parts = [`litellm:custom_llm_provider:${provider}`, `model_id:${deploymentId}`, `response_id:${rowId}`]
  return `resp_${Buffer.from([...parts, `call_id:${callId}`].join(';')).toString('base64')}`
}

export function responseObject(
  soFar: ResponseSoFar,
  asked: Json,
  context: Pick<TranslationContext, 'modelGroup'>,
): Json {
  const { id, created, status, output, finish, usage, error = null } = soFar
  const repeated = Object.entries(REPEATED).map(([name, value]) => [name, asked[name] ?? value])
  return {
    id,
    object: 'response',
    created_at: created,
    status,
    background: false,
    error,
    incomplete_details: status === 'incomplete' ? { reason: INCOMPLETE[String(finish)] } : null,
    model: context.modelGroup,
    output,
    ...Object.fromEntries(repeated),
    reasoning: { effort: null, summary: null, ...object(asked.reasoning) },
    usage: usage ? responseUsage(usage) : null,
  }
}

const INCOMPLETE: Readonly<Record<string, string>> = { length: 'max_output_tokens', content_filter: 'content_filter' }

export function statusOf(finish: FinishReason | null | undefined): 'completed' | 'incomplete' {
  return finish && finish in INCOMPLETE ? 'incomplete' : 'completed'
}

function responseUsage(usage: ChatUsage): Json {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = openaiUsage(usage, {})
  return {
    input_tokens: promptTokens,
    input_tokens_details: {
      cached_tokens: cacheReadTokens,
      ...(cacheWriteTokens > 0 ? { cache_write_tokens: cacheWriteTokens } : {}),
    },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
  }
}

/** What a response that failed, and the event of the error, say of it. */
export function responseError({ status, message, type, code }: ChatError): { code: string; message: string } {
  const known = status === 429 ? 'rate_limit_exceeded' : 'server_error'
  return { code: String(code ?? type ?? known), message }
}
