import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest, ChatResponseFormat } from '../../chat.ts'
import type { TranslationContext } from '../../translation.ts'
import { MESSAGES_BODY } from '../bodies.ts'
import { checkBody } from '../body-rules.ts'
import { effortOfThinking, isClaude } from '../effort.ts'
import { isStrictSchema } from '../json-schema.ts'
import { messagesOf, systemOf } from './history.ts'
import { toolsOf } from './tools.ts'

/** Members that are read below, or that say nothing to another provider. */
const READ = new Set([
  'system',
  'messages',
  'tools',
  'tool_choice',
  'metadata',
  'thinking',
  'stop_sequences',
  'service_tier',
  'output_config',
  'output_format',
  'cache_control',
])

/** What only Anthropic's own API can do. */
const LOST = ['container', 'context_management', 'mcp_servers', 'inference_geo', 'speed']

const TIERS: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' }

/**
 * A request of the messages API as one of the pivot. Members that Anthropic does not know pass as they are: they are the
 * provider's own (`top_k` is one that both know).
 *
 * @throws {LiteLLMError} `bad_request` where the request is wrong, or holds what no other provider can read.
 */
export function messagesRequest(body: Json, context: TranslationContext): ChatRequest {
  const { losses } = context
  checkBody(body, MESSAGES_BODY)
  for (const name of LOST) if (body[name] != null) losses.add(name)
  const user = text(object(body.metadata).user_id)
  const tier = TIERS[String(body.service_tier)]
  return {
    ...Object.fromEntries(Object.entries(body).filter(([name]) => !READ.has(name) && !LOST.includes(name))),
    messages: [
      ...systemOf(body.system ?? '', losses),
      ...objects(body.messages).flatMap((message) => messagesOf(message, losses)),
    ],
    ...(Array.isArray(body.stop_sequences) && body.stop_sequences.length > 0 ? { stop: body.stop_sequences } : {}),
    ...toolsOf(body, context),
    ...reasoningOf(body, context),
    ...formatOf(body),
    ...(user ? { user } : {}),
    ...(tier ? { service_tier: tier } : {}),
  }
}

function reasoningOf(body: Json, context: TranslationContext): Partial<ChatRequest> {
  const thinking = object(body.thinking)
  const config = object(body.output_config)
  const effort = effortOfThinking(thinking, config)
  if (!isClaude(context)) return effort ? { reasoning_effort: effort } : {}
  return {
    ...(thinking.type !== undefined ? { thinking } : {}),
    ...(config.effort !== undefined ? { output_config: { effort: config.effort } } : {}),
  }
}

function formatOf(body: Json): { readonly response_format?: ChatResponseFormat } {
  const format = object(object(body.output_config).format ?? body.output_format)
  if (format.type !== 'json_schema') return {}
  const schema = object(format.schema)
  const strict = isStrictSchema(schema)
  return {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'structured_output', schema, ...(strict ? { strict } : {}) },
    },
  }
}
