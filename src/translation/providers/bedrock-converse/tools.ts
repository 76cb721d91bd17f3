import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { answerSchemaOf, inlinedSchema, JSON_TOOL, jsonToolSchema } from '../../common/json-schema.ts'
import { defined, type Members } from '../../common/members.ts'
import { type Renaming, renamingOf } from '../../common/renaming.ts'
import { hasCalls } from '../../common/turns.ts'
import type { TranslationContext } from '../../translation.ts'
import { type BlockRules, cachePoint } from './blocks.ts'

const NAME_RULE = { refused: /[^a-zA-Z0-9_-]/g, maxLength: 64, begins: /^[a-zA-Z]/, head: 'a' } as const
/** The makers whose models can be forced to call, where the price map does not say. */
const FORCED = /anthropic|claude|mistral|nova/

/** The names of functions as Bedrock allows them. */
export function toolNamesOf({ tools }: ChatRequest): Renaming {
  return renamingOf(
    objects(tools).flatMap((tool) => text(object(tool.function).name) ?? []),
    NAME_RULE,
  )
}

export interface ToolRules extends BlockRules {
  readonly names: Renaming
  readonly isThinking: boolean
}

/** `toolConfig`. */
export function toolConfigOf(
  chat: ChatRequest,
  members: Members,
  rules: ToolRules,
  context: TranslationContext,
): Json | undefined {
  const { losses, facts, model } = context
  const isForceable = facts.supportsToolChoice ?? FORCED.test(model)
  const tools = toolsOf(members, rules, context)
  const hasHistory = chat.messages.some(hasCalls)
  const choice = choiceOf(members.take('tool_choice'), rules.names)
  const schema = isJsonToolAsked(chat, context) ? answerSchemaOf(chat) : undefined
  if (schema)
    tools.push({
      toolSpec: {
        name: JSON_TOOL,
        description: JSON_TOOL,
        inputSchema: { json: schemaFor(jsonToolSchema(schema), model) },
      },
    })
  // A history with calls is refused where no tool is given.
  if (tools.length === 0 && hasHistory) tools.push(NO_TOOL)
  if (choice === 'none' && !schema) {
    if (!hasHistory) return undefined
    losses.add('tool_choice')
    return { tools }
  }
  if (tools.length === 0) return undefined
  const wanted = schema ? (tools.length > 1 ? { any: {} } : { tool: { name: JSON_TOOL } }) : choice
  if (typeof wanted !== 'object' || wanted.auto) return defined({ tools, toolChoice: wanted })
  if (isForceable && !rules.isThinking && facts.supportsForcedToolUse !== false) return { tools, toolChoice: wanted }
  if (!schema) losses.add('tool_choice')
  return { tools, ...(isForceable && !schema ? { toolChoice: { auto: {} } } : {}) }
}

/** Whether a tool stands for `response_format`: the model has no JSON Schema of its own. */
export function isJsonToolAsked(chat: ChatRequest, { facts }: TranslationContext): boolean {
  return answerSchemaOf(chat) !== undefined && facts.supportsNativeStructuredOutput !== true
}

/** Of LiteLLM's name, which prompt caches and histories may know. */
const NO_TOOL: Json = {
  toolSpec: {
    name: 'dummy_tool',
    description: 'Stands for tools of earlier turns. It does nothing.',
    inputSchema: { json: { type: 'object', properties: {} } },
  },
}

function toolsOf(members: Members, rules: ToolRules, { model, losses }: TranslationContext): Json[] {
  const tools = objects(members.take('tools')).flatMap((tool) => {
    if (tool.toolSpec || tool.systemTool) return [tool]
    const called = object(tool.function)
    const name = text(called.name)
    if (name !== undefined) return [toolSpec(called, rules.names.to(name), model), ...cachePoint(tool, rules)]
    losses.add('tools')
    return []
  })
  const search = members.take('web_search_options')
  if (search === undefined) return tools
  if (model.includes('nova')) tools.push({ systemTool: { name: 'nova_grounding' } })
  else losses.add('web_search_options')
  return tools
}

/** Claude alone knows strict tools, and two of its models do not. */
function toolSpec(called: Json, name: string, model: string): Json {
  const parameters = schemaFor(object(called.parameters), model)
  const json =
    parameters.type === 'object'
      ? parameters
      : { ...parameters, type: 'object', properties: object(parameters.properties) }
  const isStrict = called.strict === true && /claude/.test(model) && !/opus-4-[78]/.test(model)
  return {
    toolSpec: defined({
      name,
      description: text(called.description) ?? name,
      inputSchema: { json },
      strict: isStrict ? true : undefined,
    }),
  }
}

function choiceOf(asked: unknown, names: Renaming): Json | 'none' | undefined {
  const name = text(object(object(asked).function).name)
  if (name !== undefined) return { tool: { name: names.to(name) } }
  if (asked === 'none') return 'none'
  return asked === 'auto' ? { auto: {} } : asked === 'required' || asked === 'any' ? { any: {} } : undefined
}

/** References are written out; Claude alone takes it said that an object has no other members. */
function schemaFor(schema: Json, model: string): Json {
  const { additionalProperties, ...rest } = inlinedSchema(schema)
  return additionalProperties === undefined || /claude/.test(model) ? inlinedSchema(schema) : rest
}
