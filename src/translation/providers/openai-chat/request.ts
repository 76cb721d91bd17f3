import { factsOf } from '../../../models/providers/providers.ts'
import type { ChatDialect } from '../../../models/providers/spoken-shapes.ts'
import type { Json } from '../../../types.ts'
import { openaiChat } from '../../../usage/shapes/openai-chat.ts'
import type { ChatRequest, ChatTool } from '../../chat.ts'
import type { ProviderRequest, TranslationContext } from '../../translation.ts'
import { effortFor, isOpenaiReasoner, refusesSampling, userFor } from '../openai-models.ts'
import { chatMessages } from './messages.ts'

/** Members of the pivot that another API has given it. The effort says the same in OpenAI's words. */
const ANTHROPIC = ['thinking', 'output_config', 'cache_control']

/** What OpenAI refuses, and its copies take. */
const COPIES_ONLY = ['top_k', 'min_p', 'repetition_penalty']

/** What OpenAI takes, and its copies refuse or do not have. */
const OPENAI_ONLY = ['verbosity', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'service_tier']

/** Refused where there are no tools, and an empty list of them as well. */
const OF_TOOLS = ['tools', 'tool_choice', 'parallel_tool_calls']

/** What OpenAI's API has nowhere. */
const NOWHERE = ['safety_settings']

/** The pivot as a request to OpenAI or to a provider that copied its chat API. */
export function openaiChatRequest(chat: ChatRequest, context: TranslationContext): ProviderRequest {
  const { provider } = context
  const { dialect } = factsOf(provider)
  const body: Record<string, unknown> = {
    ...chat,
    model: context.model,
    messages: chatMessages(chat.messages, dialect),
  }
  for (const name of ANTHROPIC) delete body[name]
  for (const name of lostBy(dialect)) lose(body, name, context)
  setOrDelete(body, 'reasoning_effort', effortFor(chat.reasoning_effort, context))
  setOrDelete(body, 'user', dialect.ignoresUser ? undefined : userFor(chat.user))
  if (chat.tools) body.tools = chat.tools.map((tool) => toolFor(tool, dialect.refusesClosedSchemas))
  if (!chat.tools?.length) for (const name of OF_TOOLS) delete body[name]
  if (isOpenaiReasoner(context)) adaptToReasoner(body, context)
  return { path: '/chat/completions', body: openaiChat.prepare!(body, provider) }
}

function lostBy({ isOpenai, takesServiceTier }: ChatDialect): readonly string[] {
  if (isOpenai) return [...COPIES_ONLY, ...NOWHERE]
  return [...OPENAI_ONLY.filter((name) => !(takesServiceTier && name === 'service_tier')), ...NOWHERE]
}

/** They count reasoning in the limit, which has another name there. */
function adaptToReasoner(body: Record<string, unknown>, context: TranslationContext): void {
  if (body.max_tokens !== undefined) {
    body.max_completion_tokens ??= body.max_tokens
    delete body.max_tokens
  }
  if (!refusesSampling(body.reasoning_effort as string | undefined, context)) return
  for (const name of ['temperature', 'top_p']) {
    if (body[name] === 1) delete body[name]
    else lose(body, name, context)
  }
  lose(body, 'stop', context)
}

function lose(body: Record<string, unknown>, name: string, { losses }: TranslationContext): void {
  if (body[name] === undefined || body[name] === null) return
  delete body[name]
  losses.add(name)
}

function setOrDelete(body: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete body[name]
  else body[name] = value
}

function toolFor(tool: ChatTool, loose: boolean): ChatTool {
  const { type, function: called } = tool
  if (called == null) return tool
  if (!loose) return { type, function: called }
  const { strict: _, ...others } = called
  return {
    type,
    function: others.parameters ? { ...others, parameters: openSchema(others.parameters) as Json } : others,
  }
}

/** The schema without `additionalProperties: false`, here and within. */
function openSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openSchema)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name, inner]) => !(name === 'additionalProperties' && inner === false))
  return Object.fromEntries(entries.map(([name, inner]) => [name, openSchema(inner)]))
}
