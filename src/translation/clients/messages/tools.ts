import { createHash } from 'node:crypto'
import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest, ChatTool, ChatToolChoice } from '../../chat.ts'
import { entryOf } from '../../common/members.ts'
import type { TranslationContext } from '../../translation.ts'

/** OpenAI's limit; Anthropic's is 128. */
const MAX_NAME = 64
const HASH_CHARS = 8

/** A name that OpenAI's providers take. The same name is shortened in the same way every time. */
export function shortName(name: string): string {
  if (name.length <= MAX_NAME) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARS)
  return `${name.slice(0, MAX_NAME - HASH_CHARS - 1)}_${hash}`
}

/** Finds the name that the client gave to a tool. */
export function clientNames(asked: Json): (name: string) => string {
  const names = new Map<string, string>()
  for (const tool of objects(asked.tools))
    if (String(tool.name).length > MAX_NAME) names.set(shortName(String(tool.name)), String(tool.name))
  return (name) => names.get(name) ?? name
}

type Tools = Partial<ChatRequest>

/** Tools of the client are functions. Those that Anthropic runs or describes itself are lost, by their type. */
export function toolsOf(body: Json, context: TranslationContext): Tools {
  const functions: ChatTool[] = []
  const others: string[] = []
  for (const tool of objects(body.tools)) {
    if (tool.type === undefined || tool.type === null || tool.type === 'custom') functions.push(functionOf(tool))
    else others.push(text(tool.type) ?? 'tools')
  }
  const searches = context.facts.supportsWebSearch === true && others.some((type) => type.startsWith('web_search'))
  for (const type of others) if (!(searches && type.startsWith('web_search'))) context.losses.add(type)
  return {
    ...(functions.length > 0 ? { tools: functions, ...choiceOf(object(body.tool_choice), functions) } : {}),
    ...(searches ? { web_search_options: {} } : {}),
  }
}

function functionOf(tool: Json): ChatTool {
  return {
    type: 'function',
    function: {
      name: shortName(String(tool.name)),
      ...(typeof tool.description === 'string' ? { description: tool.description } : {}),
      ...(tool.input_schema ? { parameters: object(tool.input_schema) } : {}),
      ...(typeof tool.strict === 'boolean' ? { strict: tool.strict } : {}),
    },
    ...(tool.cache_control ? { cache_control: tool.cache_control as ChatTool['cache_control'] } : {}),
  }
}

const CHOICES: Readonly<Record<string, ChatToolChoice>> = { auto: 'auto', any: 'required', none: 'none' }

function choiceOf(choice: Json, tools: readonly ChatTool[]): Tools {
  const parallel = choice.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {}
  if (choice.type === undefined) return parallel
  const known = entryOf(CHOICES, choice.type)
  if (known) return { tool_choice: known, ...parallel }
  const name = text(choice.name)
  if (choice.type === 'tool' && name !== undefined && tools.some((tool) => tool.function.name === shortName(name)))
    return { tool_choice: { type: 'function', function: { name: shortName(name) } }, ...parallel }
  const message = `\`tool_choice\` has the type "${choice.type}"${name ? ` and names "${name}"` : ''}: this model can be made to use "auto", "any", "none" or one of the custom tools of the request.`
  throw new LiteLLMError('bad_request', { param: 'tool_choice', message })
}
