import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatRequest, ChatResponseFormat } from '../../chat.ts'
import type { TranslationContext } from '../../translation.ts'
import { RESPONSES_BODY } from '../bodies.ts'
import { checkBody } from '../body-rules.ts'
import { historyOf } from './history.ts'
import { toolsOf } from './tools.ts'

/** Members that are read below, that the gateway itself acts on, or that only say how OpenAI answers. */
const READ = new Set([
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'max_output_tokens',
  'reasoning',
  'text',
  'include',
  'store',
  'metadata',
  'previous_response_id',
  'stream_options',
  'top_logprobs',
  'background',
  'conversation',
  'prompt',
  'truncation',
  'max_tool_calls',
  'context_management',
  'use_chat_completions_api',
])

/** What no other API can do; the call would mean something else without it. */
const REFUSED: Readonly<Record<string, string>> = {
  background: 'answers in the background only where the provider speaks the Responses API itself',
  conversation: 'keeps no conversations: send its items as `input`',
  prompt: 'keeps no prompts: send `instructions` and `input`',
}

const LOST = ['max_tool_calls', 'context_management']

/**
 * A request of OpenAI's Responses as one of the pivot. Members that are not known pass as they are.
 *
 * @throws {LiteLLMError} `bad_request` where the request is wrong, or means what only the provider could know.
 */
export function responsesRequest(body: Json, context: TranslationContext): ChatRequest {
  checkBody(body, RESPONSES_BODY)
  for (const [name, why] of Object.entries(REFUSED)) if (body[name]) throw refusal(name, `This model ${why}.`)
  for (const name of LOST) if (body[name] != null) context.losses.add(name)
  if (body.truncation === 'auto') context.losses.add('truncation')
  const passed = Object.entries(body).filter(([name, value]) => !READ.has(name) && value !== null)
  const effort = text(object(body.reasoning).effort)
  const verbosity = text(object(body.text).verbosity)
  return {
    ...Object.fromEntries(passed),
    messages: [
      ...instructionsOf(body.instructions, context),
      ...historyOf([...earlierOf(body, context), ...inputItems(body.input)], context.losses),
    ],
    ...(body.max_output_tokens != null ? { max_tokens: Number(body.max_output_tokens) } : {}),
    ...(effort ? { reasoning_effort: effort } : {}),
    ...(verbosity ? { verbosity } : {}),
    ...formatOf(object(object(body.text).format)),
    ...logprobsOf(body),
    ...toolsOf(body, context),
  }
}

export function inputItems(input: unknown): readonly Json[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  if (Array.isArray(input)) return objects(input)
  if (input === undefined || input === null) return []
  throw refusal('input', '`input` has to be text or a list of items.')
}

/** What was said before. The instructions of then are not part of it. */
function earlierOf({ previous_response_id: id }: Json, { earlier }: TranslationContext): readonly Json[] {
  if (id === undefined || id === null) return []
  if (earlier) return earlier
  const words = `The response "${id}" is not known here: send the whole conversation as \`input\`, or keep prompts in the spend logs (\`store_prompts_in_spend_logs\`).`
  throw refusal('previous_response_id', words)
}

function instructionsOf(instructions: unknown, { losses }: TranslationContext): readonly ChatMessage[] {
  if (typeof instructions === 'string') return instructions === '' ? [] : [{ role: 'system', content: instructions }]
  return historyOf(objects(instructions), losses)
}

function formatOf(format: Json): { readonly response_format?: ChatResponseFormat } {
  if (format.type === 'json_object') return { response_format: { type: 'json_object' } }
  if (format.type !== 'json_schema') return {}
  const { name, schema, strict, description } = format
  const json_schema = {
    name: text(name) ?? 'response',
    schema: object(schema),
    ...(typeof strict === 'boolean' ? { strict } : {}),
    ...(text(description) ? { description } : {}),
  }
  return { response_format: { type: 'json_schema', json_schema } }
}

function logprobsOf({ top_logprobs: top, include }: Json): Json {
  const wanted = Array.isArray(include) && include.includes('message.output_text.logprobs')
  if (!wanted && !top) return {}
  return { logprobs: true, ...(top ? { top_logprobs: top } : {}) }
}

function refusal(param: string, message: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param, message })
}
