import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { defined, entryOf, type Members } from '../../common/members.ts'
import { type Renaming, renamingOf } from '../../common/renaming.ts'
import type { TranslationContext } from '../../translation.ts'
import { openapiSchema } from './schema.ts'

const NAME_RULE = { refused: /[^a-zA-Z0-9_.:-]/g, maxLength: 64, begins: /^[a-zA-Z_]/ }

/** The names of functions as Google allows them. */
export function toolNamesOf({ tools }: ChatRequest): Renaming {
  return renamingOf(
    objects(tools).flatMap((tool) => text(object(tool.function).name) ?? []),
    NAME_RULE,
  )
}

/** Google's own tools, by the names that LiteLLM and OpenAI's clients give them. */
const GOOGLE_TOOLS: Readonly<Record<string, string>> = {
  googleSearch: 'googleSearch',
  google_search: 'googleSearch',
  web_search: 'googleSearch',
  web_search_preview: 'googleSearch',
  googleSearchRetrieval: 'googleSearchRetrieval',
  google_search_retrieval: 'googleSearchRetrieval',
  enterpriseWebSearch: 'enterpriseWebSearch',
  enterprise_web_search: 'enterpriseWebSearch',
  urlContext: 'urlContext',
  url_context: 'urlContext',
  codeExecution: 'codeExecution',
  code_execution: 'codeExecution',
  googleMaps: 'googleMaps',
  google_maps: 'googleMaps',
  computerUse: 'computerUse',
  computer_use: 'computerUse',
}
const SEARCHES: ReadonlySet<string> = new Set([
  'googleSearch',
  'googleSearchRetrieval',
  'enterpriseWebSearch',
  'urlContext',
])

/** The members `tools` and `toolConfig`. */
export function toolsOf(members: Members, names: Renaming, { losses }: TranslationContext): Json {
  const functions: Json[] = []
  const own: Json[] = []
  for (const tool of objects(members.take('tools'))) {
    const found = functionOf(tool, names)
    const googles = found ? undefined : googleTool(tool)
    if (found) functions.push(found)
    else if (googles) own.push(googles)
    else losses.add('tools')
  }
  if (members.take('web_search_options') !== undefined) own.push({ googleSearch: {} })
  // Google refuses to search beside functions.
  const kept =
    functions.length === 0 ? own : own.filter((tool) => !Object.keys(tool).some((name) => SEARCHES.has(name)))
  if (kept.length < own.length) losses.add('web_search_options')
  const tools = [...(functions.length > 0 ? [{ functionDeclarations: functions }] : []), ...kept]
  return defined({
    tools: tools.length > 0 ? tools : undefined,
    toolConfig: functions.length > 0 ? choiceOf(members.take('tool_choice'), names) : undefined,
  })
}

function functionOf(tool: Json, names: Renaming): Json | undefined {
  const called = object(tool.function)
  const name = text(called.name)
  if (name === undefined) return undefined
  const parameters = object(called.parameters)
  return defined({
    name: names.to(name),
    description: text(called.description),
    parameters: Object.keys(parameters).length > 0 ? openapiSchema(parameters) : undefined,
  })
}

/** `{"googleSearch": {}}`, or a tool that says its kind in `type`. */
function googleTool({ type, ...rest }: Json): Json | undefined {
  const members = Object.keys(rest)
  const kind = entryOf(GOOGLE_TOOLS, type)
  if (kind !== undefined) return { [kind]: kind === 'computerUse' ? rest : {} }
  const name = members.length === 1 ? entryOf(GOOGLE_TOOLS, members[0]) : undefined
  return name === undefined ? undefined : { [name]: rest[members[0] ?? ''] ?? {} }
}

const MODES: Readonly<Record<string, string>> = { auto: 'AUTO', required: 'ANY', any: 'ANY', none: 'NONE' }

function choiceOf(asked: unknown, names: Renaming): Json | undefined {
  const name = text(object(object(asked).function).name)
  if (name !== undefined) return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [names.to(name)] } }
  const mode = MODES[String(asked)]
  return mode === undefined ? undefined : { functionCallingConfig: { mode } }
}
