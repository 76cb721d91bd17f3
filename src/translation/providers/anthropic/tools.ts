import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { cacheMark } from '../../common/content.ts'
import { answerSchemaOf, JSON_TOOL, jsonToolSchema } from '../../common/json-schema.ts'
import { defined, entryOf, type Members } from '../../common/members.ts'
import { type Renaming, renamingOf } from '../../common/renaming.ts'
import { hasCalls } from '../../common/turns.ts'
import type { TranslationContext } from '../../translation.ts'

const NAME_RULE = { refused: /[^a-zA-Z0-9_-]/g, maxLength: 128 }
/** Tools that Anthropic runs or defines itself. They stand among OpenAI's functions as they are. */
const ANTHROPIC_TOOLS =
  /^(web_search|web_fetch|bash|text_editor|computer|code_execution|memory|tool_search_tool|advisor)_/
const CARRIED = ['defer_loading', 'allowed_callers', 'input_examples', 'eager_input_streaming']
/** LiteLLM's number of searches for OpenAI's `search_context_size`. */
const MOST_SEARCHES: Readonly<Record<string, number>> = { low: 1, medium: 5, high: 10 }

/** The names of functions as Anthropic allows them. */
export function toolNamesOf({ tools }: ChatRequest): Renaming {
  return renamingOf(
    objects(tools).flatMap((tool) => text(object(tool.function).name) ?? []),
    NAME_RULE,
  )
}

export interface ToolRules {
  readonly names: Renaming
  readonly isThinking: boolean
}

/** The members `tools` and `tool_choice`. */
export function toolsOf(chat: ChatRequest, members: Members, rules: ToolRules, context: TranslationContext): Json {
  const asked = members.take('tools')
  const tools = objects(asked).flatMap((tool) => toolOf(tool, rules.names) ?? lost('tools', context))
  const search = members.take('web_search_options')
  if (typeof search === 'object') tools.push(searchTool(object(search)))
  const schema = isJsonToolAsked(chat, context) ? answerSchemaOf(chat) : undefined
  const choice = choiceOf(chat, members, rules, context)
  if (schema) {
    const forced = tools.length > 0 ? { type: 'any' } : { type: 'tool', name: JSON_TOOL }
    tools.push({ name: JSON_TOOL, input_schema: jsonToolSchema(schema) })
    const isForced = !rules.isThinking && context.facts.supportsForcedToolUse !== false
    return defined({ tools, tool_choice: isForced ? (namedChoice(choice) ?? forced) : choice })
  }
  // The API refuses a history with calls where no tool is given.
  if (tools.length === 0 && chat.messages.some(hasCalls)) tools.push(NO_TOOL)
  return defined({ tools: tools.length > 0 ? tools : undefined, tool_choice: tools.length > 0 ? choice : undefined })
}

/** Whether a tool stands for `response_format`: the model has no JSON Schema of its own. */
export function isJsonToolAsked(chat: ChatRequest, { facts }: TranslationContext): boolean {
  return answerSchemaOf(chat) !== undefined && facts.supportsNativeStructuredOutput !== true
}

/** Of LiteLLM's name, which prompt caches and histories may know. */
const NO_TOOL: Json = {
  name: 'dummy_tool',
  description: 'Stands for tools of earlier turns. It does nothing.',
  input_schema: { type: 'object', properties: {} },
  type: 'custom',
}

function toolOf(tool: Json, names: Renaming): Json | undefined {
  const type = text(tool.type) ?? 'function'
  if (ANTHROPIC_TOOLS.test(type)) return tool
  const called = object(tool.function)
  const name = text(called.name)
  if (type !== 'function' || name === undefined) return undefined
  const carried = CARRIED.map((member) => [member, tool[member] ?? called[member]])
  return defined({
    name: names.to(name),
    description: text(called.description),
    input_schema: inputSchema(object(called.parameters)),
    type: 'custom',
    ...Object.fromEntries(carried),
    ...cacheMark({ cache_control: tool.cache_control ?? called.cache_control }),
  })
}

/** The API wants an object at the root. */
function inputSchema(parameters: Json): Json {
  if (Object.keys(parameters).length === 0) return { type: 'object', properties: {} }
  return parameters.type === 'object' ? parameters : { ...parameters, type: 'object' }
}

function searchTool({ user_location, search_context_size }: Json): Json {
  const place = object(object(user_location).approximate)
  return defined({
    type: 'web_search_20250305',
    name: 'web_search',
    user_location: Object.keys(place).length > 0 ? { ...place, type: 'approximate' } : undefined,
    max_uses: MOST_SEARCHES[String(search_context_size)],
  })
}

function choiceOf(chat: ChatRequest, members: Members, rules: ToolRules, context: TranslationContext) {
  const asked = members.take('tool_choice')
  const parallel = members.take('parallel_tool_calls')
  const choice = permitted(choiceIn(asked ?? chat.tool_choice, rules.names), rules, context)
  if (typeof parallel !== 'boolean' || choice?.type === 'none') return choice
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: !parallel }
}

function choiceIn(asked: unknown, names: Renaming): Json | undefined {
  const { type, function: called } = object(asked)
  const name = text(object(called).name)
  if (name !== undefined) return { type: 'tool', name: names.to(name) }
  return entryOf(CHOICES, type ?? asked)
}

const CHOICES: Readonly<Record<string, Json>> = {
  auto: { type: 'auto' },
  required: { type: 'any' },
  any: { type: 'any' },
  none: { type: 'none' },
}

/** Calls are not forced while the model thinks, nor on models that refuse it. */
function permitted(choice: Json | undefined, { isThinking }: ToolRules, { facts, losses }: TranslationContext) {
  const isForced = choice?.type === 'any' || choice?.type === 'tool'
  if (!isForced || (!isThinking && facts.supportsForcedToolUse !== false)) return choice
  losses.add('tool_choice')
  return CHOICES.auto
}

function namedChoice(choice: Json | undefined): Json | undefined {
  return choice?.type === 'tool' ? choice : undefined
}

function lost(member: string, { losses }: TranslationContext): readonly Json[] {
  losses.add(member)
  return []
}
