import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest, ChatResponseFormat, ChatTool } from '../../chat.ts'
import type { TranslationContext } from '../../translation.ts'
import { GENERATE_BODY } from '../bodies.ts'
import { checkBody } from '../body-rules.ts'
import { effortOfThinkingConfig } from '../effort.ts'
import { isStrictSchema, jsonSchemaOf } from '../json-schema.ts'
import { historyOf, systemOf } from './history.ts'

/** Members of `generationConfig` under the names of chat. */
const CONFIG: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  maxOutputTokens: 'max_tokens',
  candidateCount: 'n',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  seed: 'seed',
  responseLogprobs: 'logprobs',
  logprobs: 'top_logprobs',
}
const READ_CONFIG = new Set([
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'thinkingConfig',
  'responseModalities',
])

/** What only Gemini can do. */
const LOST = ['safetySettings', 'serviceTier']
const READ = new Set(['contents', 'systemInstruction', 'generationConfig', 'tools', 'toolConfig', 'labels', ...LOST])

/**
 * A request of generateContent as one of the pivot. Google takes names in both its spellings. Members that are not known
 * pass as they are.
 *
 * @throws {LiteLLMError} `bad_request` where the request is wrong, or means what only Gemini could know.
 */
export function generateRequest(asked: Json, context: TranslationContext): ChatRequest {
  checkBody(asked, GENERATE_BODY)
  const { losses } = context
  const body = camelCased(asked, OWN)
  if (body.cachedContent)
    throw refusal('cachedContent', 'Cached content is only known to Gemini: send `contents` whole.')
  if (!body.contents) throw refusal('contents', '`contents` is missing.')
  for (const name of LOST) if (body[name] != null) losses.add(name)
  const { config, lost } = configOf(camelCased(object(body.generationConfig)))
  for (const name of lost) losses.add(name)
  const passed = Object.entries(body).filter(([name]) => !READ.has(name) && name !== 'cachedContent')
  return {
    ...Object.fromEntries(passed),
    messages: [...systemOf(body.systemInstruction, losses), ...historyOf(body.contents, losses)],
    ...config,
    ...toolsOf(body, context),
  }
}

function configOf(config: Json): { readonly config: Partial<ChatRequest>; readonly lost: readonly string[] } {
  const stop = config.stopSequences
  const effort = effortOfThinkingConfig(camelCased(object(config.thinkingConfig)))
  const modalities = Array.isArray(config.responseModalities) ? config.responseModalities : ['TEXT']
  const said = Object.entries(config).flatMap(([name, value]) => (CONFIG[name] ? [[CONFIG[name], value]] : []))
  const lost = Object.keys(config).filter((name) => !CONFIG[name] && !READ_CONFIG.has(name))
  return {
    config: {
      ...Object.fromEntries(said),
      ...(Array.isArray(stop) && stop.length > 0 ? { stop } : {}),
      ...(effort ? { reasoning_effort: effort } : {}),
      ...formatOf(config),
    },
    lost: modalities.every((name) => name === 'TEXT') ? lost : [...lost, 'responseModalities'],
  }
}

function formatOf(config: Json): { readonly response_format?: ChatResponseFormat } {
  const found = config.responseJsonSchema ?? config.responseSchema
  if (found) {
    const schema = jsonSchemaOf(found) as Json
    const json_schema = { name: 'response', schema, ...(isStrictSchema(schema) ? { strict: true } : {}) }
    return { response_format: { type: 'json_schema', json_schema } }
  }
  return config.responseMimeType === 'application/json' ? { response_format: { type: 'json_object' } } : {}
}

function toolsOf(body: Json, { losses, facts }: TranslationContext): Partial<ChatRequest> {
  const listed = Array.isArray(body.tools) ? objects(body.tools) : [object(body.tools)]
  const groups = listed.map((group) => camelCased(group))
  const tools = groups.flatMap(({ functionDeclarations }) => objects(functionDeclarations).map(functionOf))
  const others = groups.flatMap((group) => Object.keys(group)).filter((name) => name !== 'functionDeclarations')
  const searches = facts.supportsWebSearch === true && others.includes('googleSearch')
  for (const name of others) if (!(searches && name === 'googleSearch')) losses.add(name)
  return {
    ...(tools.length > 0 ? { tools, ...choiceOf(body.toolConfig, tools) } : {}),
    ...(searches ? { web_search_options: {} } : {}),
  }
}

function functionOf(declaration: Json): ChatTool {
  const { name, description, parameters, parametersJsonSchema } = camelCased(declaration)
  const schema = parametersJsonSchema ?? (parameters ? jsonSchemaOf(parameters) : undefined)
  return {
    type: 'function',
    function: {
      name: String(name),
      ...(text(description) ? { description: String(description) } : {}),
      ...(schema ? { parameters: object(schema) } : {}),
    },
  }
}

function choiceOf(toolConfig: unknown, tools: readonly ChatTool[]): Partial<ChatRequest> {
  const config = camelCased(object(camelCased(object(toolConfig)).functionCallingConfig))
  const mode = String(config.mode ?? '').toUpperCase()
  const names = Array.isArray(config.allowedFunctionNames) ? config.allowedFunctionNames : []
  if (mode === 'NONE') return { tool_choice: 'none' }
  if (mode === 'AUTO' || mode === 'VALIDATED') return { tool_choice: 'auto' }
  if (mode !== 'ANY') return {}
  if (names.length === 1) return { tool_choice: { type: 'function', function: { name: String(names[0]) } } }
  const allowed = tools.filter((tool) => names.includes(tool.function.name))
  return { tool_choice: 'required', ...(allowed.length > 0 ? { tools: allowed } : {}) }
}

/** Names in Google's other spelling, in this one. What lies within stays. */
function camelCased(value: Json, kept: ReadonlySet<string> = NONE): Json {
  const named = Object.entries(value).map(([name, inner]) => [kept.has(name) ? name : camelCase(name), inner])
  return Object.fromEntries(named)
}

/** Names of LiteLLM's or a provider's, which are no names of Google's. */
const OWN: ReadonlySet<string> = new Set(['top_k', 'reasoning_effort', 'extra_body'])
const NONE: ReadonlySet<string> = new Set()

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function refusal(param: string, message: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param, message })
}
