import type { Json } from '../../../types.ts'
import { object, objects } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { hasBareCalls, isThinking, mostTokens, samplingOf, thinkingOf } from '../../common/claude-thinking.ts'
import { answerSchemaOf } from '../../common/json-schema.ts'
import { defined, type Members, membersOf } from '../../common/members.ts'
import type { TranslationContext } from '../../translation.ts'
import type { BlockRules } from './blocks.ts'
import { conversationOf } from './messages.ts'
import { outputSchema } from './output-schema.ts'
import { isJsonToolAsked, toolNamesOf, toolsOf } from './tools.ts'

/** Anthropic's own parameters, which LiteLLM lets through. */
const OWN_PARAMETERS = ['cache_control', 'speed', 'mcp_servers', 'container', 'inference_geo']
/** OpenAI's tiers in Anthropic's words. */
const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  priority: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
}

export interface MessagesRequest {
  readonly body: Json
  /** Names for `anthropic-beta`. */
  readonly betas: readonly string[]
}

/** The body of a `/v1/messages` request, without the model. */
export function messagesRequest(chat: ChatRequest, rules: BlockRules, context: TranslationContext): MessagesRequest {
  const members = membersOf(chat)
  const names = toolNamesOf(chat)
  const takesLateSystem = context.facts.supportsMidConversationSystem === true
  const { system, messages } = conversationOf(chat.messages, { ...rules, tools: names, takesLateSystem })
  const { maxTokens, ...thinking } = thinkingOf(members, hasBareCalls(chat.messages), context)
  const thinks = isThinking(thinking)
  const body = defined({
    messages,
    system: system.length > 0 ? system : undefined,
    max_tokens: maxTokens ?? mostTokens(context),
    ...thinking,
    ...toolsOf(chat, members, { names, isThinking: thinks }, context),
    ...samplingOf(members, thinks, context),
    ...outputFormat(chat, members, context),
    stop_sequences: stops(members, context),
    metadata: userOf(members, context),
    service_tier: tierOf(members, context),
    context_management: contextManagement(members.take('context_management')),
    ...members.pass(...OWN_PARAMETERS),
    stream: chat.stream === true ? true : undefined,
  })
  members.reportLosses(context.losses)
  return { body, betas: betasOf(body) }
}

/** A schema goes where the model has structured outputs; a tool stands for it elsewhere. Mere JSON cannot be asked for. */
function outputFormat(chat: ChatRequest, members: Members, context: TranslationContext): Json {
  const { type } = object(members.take('response_format'))
  const schema = answerSchemaOf(chat)
  if (schema && !isJsonToolAsked(chat, context)) {
    return { output_format: { type: 'json_schema', schema: outputSchema(schema) } }
  }
  if (!schema && type !== undefined && type !== 'text') context.losses.add('response_format')
  return {}
}

/** Anthropic refuses white space alone as a stop sequence. */
function stops(members: Members, { losses }: TranslationContext): readonly string[] | undefined {
  const asked = members.take('stop')
  const all = (Array.isArray(asked) ? asked : [asked]).filter((stop) => typeof stop === 'string')
  const taken = all.filter((stop) => stop.trim() !== '')
  if (taken.length < all.length) losses.add('stop')
  return taken.length > 0 ? taken : undefined
}

const MAIL_OR_PHONE = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$|^\+?[\d\s()-]{7,}$/

/** Anthropic refuses names that tell who somebody is. */
function userOf(members: Members, { losses }: TranslationContext): Json | undefined {
  const user = members.take('user')
  if (typeof user !== 'string' || user === '') return undefined
  if (!MAIL_OR_PHONE.test(user)) return { user_id: user }
  losses.add('user')
  return undefined
}

function tierOf(members: Members, { losses }: TranslationContext): string | undefined {
  const asked = members.take('service_tier')
  const tier = TIERS[String(asked)]
  if (asked !== undefined && tier === undefined) losses.add('service_tier')
  return tier
}

/** Anthropic's object, or OpenAI's list of compactions. */
function contextManagement(asked: unknown): Json | undefined {
  if (!Array.isArray(asked)) return typeof asked === 'object' ? object(asked) : undefined
  const edits = objects(asked)
    .filter(({ type }) => type === 'compaction')
    .map(({ compact_threshold: value }) =>
      defined({
        type: 'compact_20260112',
        trigger: typeof value === 'number' ? { type: 'input_tokens', value } : undefined,
      }),
    )
  return edits.length > 0 ? { edits } : undefined
}

const TOOL_BETAS: readonly (readonly [RegExp, string])[] = [
  [/^web_fetch_/, 'web-fetch-2025-09-10'],
  [/^memory_/, 'context-management-2025-06-27'],
  [/^computer_2024/, 'computer-use-2024-10-22'],
  [/^computer_2025/, 'computer-use-2025-01-24'],
  [/^code_execution_/, 'code-execution-2025-08-25'],
  [/^advisor_/, 'advisor-tool-2026-03-01'],
]

function betasOf(body: Json): readonly string[] {
  const edits = objects(object(body.context_management).edits).map(({ type }) => String(type))
  const types = objects(body.tools).map(({ type }) => String(type))
  const betas = [
    ...(body.output_format ? ['structured-outputs-2025-11-13'] : []),
    ...(edits.some((type) => type.startsWith('compact')) ? ['compact-2026-01-12'] : []),
    ...(edits.some((type) => !type.startsWith('compact')) ? ['context-management-2025-06-27'] : []),
    ...(body.speed === 'fast' ? ['fast-mode-2026-02-01'] : []),
    ...(body.mcp_servers ? ['mcp-client-2025-04-04'] : []),
    ...(hasFileIds(body.messages) ? ['files-api-2025-04-14'] : []),
    ...TOOL_BETAS.flatMap(([pattern, beta]) => (types.some((type) => pattern.test(type)) ? [beta] : [])),
  ]
  return [...new Set(betas)]
}

function hasFileIds(messages: unknown): boolean {
  const blocks = objects(messages).flatMap(({ content }) => objects(content))
  return blocks.some(({ source }) => object(source).type === 'file')
}
