import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { hasBareCalls, isThinking, samplingOf, thinkingOf } from '../../common/claude-thinking.ts'
import { answerSchemaOf } from '../../common/json-schema.ts'
import { defined, filled, type Members, membersOf, stopsOf } from '../../common/members.ts'
import { chatErrorOf } from '../../common/provider-error.ts'
import type { ProviderApi, TranslationContext } from '../../translation.ts'
import { converseAnswer } from './answer.ts'
import { createDocumentNames } from './blocks.ts'
import { conversationOf } from './messages.ts'
import { ConverseStream } from './stream.ts'
import { isJsonToolAsked, toolConfigOf, toolNamesOf } from './tools.ts'

/** Bedrock's own parameters, which LiteLLM lets through. */
const OWN_PARAMETERS = ['guardrailConfig', 'performanceConfig', 'requestMetadata', 'promptVariables']
const TIERS: ReadonlySet<unknown> = new Set(['default', 'flex', 'priority'])
/** Claude's since 4.5 keep their cache for as long as one asks. */
const KEEPS_LONGER = /claude-[a-z]+-(4-[5-9]|[5-9])/

/** Bedrock's Converse and ConverseStream, which all of its models understand. */
export const bedrockConverseApi: ProviderApi = {
  shape: 'bedrock-converse',
  request: (chat, context) => ({
    path: chat.stream ? '/model/{model}/converse-stream' : '/model/{model}/converse',
    body: converseRequest(chat, context),
  }),
  answer: converseAnswer,
  stream: (asked, context) => new ConverseStream(asked, context),
  error: chatErrorOf,
}

function converseRequest(chat: ChatRequest, context: TranslationContext): Json {
  const { model, facts } = context
  const members = membersOf(chat)
  const names = toolNamesOf(chat)
  const blocks = {
    takesCachePoints: facts.supportsPromptCaching === true,
    takesCacheTimes: KEEPS_LONGER.test(model),
    documentName: createDocumentNames(),
  }
  const { system, messages } = conversationOf(chat.messages, { ...blocks, tools: names })
  const { maxTokens, ...fields } = reasoningOf(chat, members, context)
  const thinks = isThinking(fields)
  const { top_k, ...sampling } = samplingIn(members, thinks, context)
  const body = defined({
    messages,
    system: system.length > 0 ? system : undefined,
    inferenceConfig: defined({ maxTokens, ...sampling, stopSequences: stopsOf(members) }),
    toolConfig: toolConfigOf(chat, members, { ...blocks, names, isThinking: thinks }, context),
    outputConfig: outputConfig(chat, members, context),
    serviceTier: tierOf(members, context),
    ...members.pass(...OWN_PARAMETERS),
    additionalModelRequestFields: filled({
      ...object(members.take('additionalModelRequestFields')),
      ...fields,
      ...topK(top_k, context),
      ...parallelCalls(members, context),
      ...members.takeForeign(),
    }),
    // Else Bedrock does not tell how much was thought.
    additionalModelResponseFieldPaths: fields.thinking ? ['/usage/output_tokens_details'] : undefined,
  })
  members.reportLosses(context.losses)
  return body
}

/** How much the model may write, and its own parameters of thinking. */
function reasoningOf(chat: ChatRequest, members: Members, context: TranslationContext) {
  const { model } = context
  if (isClaude(model)) return thinkingOf(members, hasBareCalls(chat.messages), context)
  const effort = members.take('reasoning_effort')
  const limit = members.take('max_completion_tokens') ?? members.take('max_tokens')
  members.take('max_tokens')
  const fields = typeof effort === 'string' ? effortFields(effort, context) : {}
  return { maxTokens: typeof limit === 'number' ? limit : undefined, ...(fields as { thinking?: Json }) }
}

function effortFields(effort: string, { model, losses }: TranslationContext): Json {
  if (/gpt-oss|deepseek(?!\.r1)/.test(model)) return { reasoning_effort: effort }
  if (/nova-2/.test(model) && ['low', 'medium', 'high'].includes(effort)) {
    return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }
  }
  if (effort !== 'none') losses.add('reasoning_effort')
  return {}
}

function isClaude(model: string): boolean {
  // An ARN does not tell its model. Claude is what most of them stand for.
  return /claude|arn:aws/.test(model)
}

function samplingIn(members: Members, thinks: boolean, context: TranslationContext): Json {
  const found = isClaude(context.model)
    ? samplingOf(members, thinks, context)
    : members.pass('temperature', 'top_p', 'top_k')
  const { top_p: topP, ...rest } = found
  return defined({ ...rest, topP })
}

function topK(top_k: unknown, { model, losses }: TranslationContext): Json {
  if (top_k === undefined) return {}
  if (isClaude(model)) return { top_k }
  if (model.includes('nova')) return { inferenceConfig: { topK: top_k } }
  losses.add('top_k')
  return {}
}

/** Claude's own word for it; the kind of choice stands in `toolConfig`. */
function parallelCalls(members: Members, { facts }: TranslationContext): Json {
  if (!facts.supportsParallelToolUseConfig) return {}
  const parallel = members.take('parallel_tool_calls')
  const choice = { disable_parallel_tool_use: parallel === false, ...(hasChoice(members) ? {} : { type: 'auto' }) }
  return typeof parallel === 'boolean' ? { tool_choice: choice } : {}
}

function hasChoice(members: Members): boolean {
  const choice = members.take('tool_choice')
  return choice !== undefined && choice !== 'none'
}

/** A schema where the model has structured outputs; a tool stands for it elsewhere. Mere JSON cannot be asked for. */
function outputConfig(chat: ChatRequest, members: Members, context: TranslationContext): Json | undefined {
  const format = object(members.take('response_format'))
  const schema = answerSchemaOf(chat)
  if (schema === undefined) {
    if (format.type !== undefined && format.type !== 'text') context.losses.add('response_format')
    return undefined
  }
  if (isJsonToolAsked(chat, context)) return undefined
  const { name, description } = object(format.json_schema)
  const jsonSchema = defined({ schema: JSON.stringify(closed(schema)), name, description })
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } }
}

/** Bedrock wants it said of every object that it has no other members. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const below = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closed(inner)]))
  return below.type === 'object' ? { additionalProperties: false, ...below } : below
}

function tierOf(members: Members, { losses }: TranslationContext): Json | undefined {
  const asked = members.take('service_tier')
  if (asked === undefined || asked === 'auto') return undefined
  if (TIERS.has(asked)) return { type: asked }
  losses.add('service_tier')
  return undefined
}
