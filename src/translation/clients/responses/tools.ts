import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest, ChatTool, ChatToolChoice } from '../../chat.ts'
import type { TranslationContext } from '../../translation.ts'

type Tools = Partial<ChatRequest>

/**
 * Functions are functions. Custom tools are functions with one text, their `input`. What OpenAI runs itself is lost, by
 * its type; a search of the web is asked of models that have one.
 */
export function toolsOf(body: Json, context: TranslationContext): Tools {
  const tools: ChatTool[] = []
  const others: string[] = []
  for (const tool of objects(body.tools)) {
    if (tool.type === 'function') tools.push(functionOf(tool))
    else if (tool.type === 'custom') tools.push(customOf(tool))
    else others.push(text(tool.type) ?? 'tools')
  }
  const searches = context.facts.supportsWebSearch === true && others.some(isSearch)
  for (const type of others) if (!(searches && isSearch(type))) context.losses.add(type)
  return {
    ...(tools.length > 0 ? { tools, ...choiceOf(body.tool_choice, tools) } : {}),
    ...(searches ? { web_search_options: {} } : {}),
  }
}

/** Names of the tools that get text instead of JSON. */
export function customNames(asked: Json): ReadonlySet<unknown> {
  const custom = objects(asked.tools).filter((tool) => tool.type === 'custom')
  return new Set(custom.map(({ name }) => name))
}

function isSearch(type: string): boolean {
  return type.startsWith('web_search')
}

function functionOf({ name, description, parameters, strict }: Json): ChatTool {
  return {
    type: 'function',
    function: {
      name: String(name),
      description: text(description) ?? '',
      parameters: parameters ? object(parameters) : { type: 'object', properties: {} },
      ...(typeof strict === 'boolean' ? { strict } : {}),
    },
  }
}

function customOf({ name, description, format }: Json): ChatTool {
  const grammar = text(object(format).definition)
  const lines = [text(description), grammar && `The input follows this ${object(format).syntax} grammar:\n${grammar}`]
  return functionOf({
    name,
    description: lines.filter((line) => line !== undefined).join('\n\n'),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  })
}

function choiceOf(choice: unknown, tools: readonly ChatTool[]): Tools {
  if (choice === undefined || choice === null) return {}
  if (typeof choice === 'string') return { tool_choice: choice as ChatToolChoice }
  const { type, name, mode, tools: allowed } = object(choice)
  if (type === 'allowed_tools') {
    const names = new Set(objects(allowed).map((tool) => tool.name))
    const left = tools.filter((tool) => names.has(tool.function.name))
    if (left.length > 0) return { tools: left, tool_choice: mode === 'required' ? 'required' : 'auto' }
  } else if (tools.some((tool) => tool.function.name === name)) {
    return { tool_choice: { type: 'function', function: { name: String(name) } } }
  }
  const message = `\`tool_choice\` asks for "${text(name) ?? type}", which this model does not have: it can call the functions and custom tools of the request.`
  throw new LiteLLMError('bad_request', { param: 'tool_choice', message })
}
