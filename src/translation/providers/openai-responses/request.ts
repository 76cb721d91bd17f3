import type { Json } from '../../../types.ts'
import type { ChatRequest, ChatResponseFormat, ChatTool, ChatToolChoice } from '../../chat.ts'
import type { ProviderRequest, TranslationContext } from '../../translation.ts'
import { effortFor, refusesSampling, userFor } from '../openai-models.ts'
import { inputOf } from './input.ts'

/** Said below in other words. */
const SAID = new Set([
  'messages',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'tool_choice',
  'response_format',
  'reasoning_effort',
  'verbosity',
  'stream_options',
  'user',
  'thinking',
  'output_config',
  'cache_control',
])

/** What the Responses API has nowhere. */
const LOST = [
  'stop',
  'n',
  'seed',
  'logit_bias',
  'logprobs',
  'frequency_penalty',
  'presence_penalty',
  'top_k',
  'safety_settings',
  'audio',
  'modalities',
  'prediction',
  'web_search_options',
]
/** What says nothing: the API does so anyway. */
const DEFAULTS: Readonly<Record<string, unknown>> = { n: 1, frequency_penalty: 0, presence_penalty: 0 }

/** OpenAI refuses less. Claude Code asks for one token to see whether it may ask. */
const LEAST_TOKENS = 16

/** The pivot as a request to OpenAI's Responses. Nothing is stored there: the client brings its history each time. */
export function openaiResponsesRequest(chat: ChatRequest, context: TranslationContext): ProviderRequest {
  const effort = effortFor(chat.reasoning_effort, context)
  const tokens = chat.max_completion_tokens ?? chat.max_tokens
  const user = userFor(chat.user)
  const text = { ...formatOf(chat.response_format), ...(chat.verbosity ? { verbosity: chat.verbosity } : {}) }
  const body: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(chat).filter(([name]) => !SAID.has(name))),
    model: context.model,
    input: inputOf(chat.messages),
    include: ['reasoning.encrypted_content'],
    store: false,
    ...(tokens !== undefined ? { max_output_tokens: Math.max(tokens, LEAST_TOKENS) } : {}),
    ...(effort !== undefined ? { reasoning: { effort } } : {}),
    ...(chat.tools ? { tools: chat.tools.map(toolOf) } : {}),
    ...(chat.tool_choice !== undefined ? { tool_choice: choiceOf(chat.tool_choice) } : {}),
    ...(Object.keys(text).length > 0 ? { text } : {}),
    ...(user !== undefined ? { user } : {}),
  }
  for (const name of LOST) lose(body, name, context)
  if (refusesSampling(effort, context))
    for (const name of ['temperature', 'top_p']) if (body[name] !== 1) lose(body, name, context)
  return { path: '/responses', body }
}

function lose(body: Record<string, unknown>, name: string, { losses }: TranslationContext): void {
  if (body[name] != null && body[name] !== DEFAULTS[name]) losses.add(name)
  delete body[name]
}

/** What is no function passes as it is: a tool that OpenAI runs itself. */
function toolOf(tool: ChatTool): Json {
  const { function: called } = tool
  if (called == null) return { ...tool }
  return {
    type: 'function',
    name: called.name,
    // Responses are strict where nothing is said, chat is not.
    strict: called.strict ?? false,
    ...(called.description !== undefined ? { description: called.description } : {}),
    parameters: called.parameters ?? { type: 'object', properties: {} },
  }
}

function choiceOf(choice: ChatToolChoice): unknown {
  if (typeof choice === 'string' || choice.function == null) return choice
  return { type: 'function', name: choice.function.name }
}

function formatOf(format: ChatResponseFormat | undefined): Json {
  if (format === undefined) return {}
  if (format.type !== 'json_schema') return { format }
  const { name = 'response', schema = {}, strict } = format.json_schema
  return { format: { type: 'json_schema', name, schema, ...(strict != null ? { strict } : {}) } }
}
