import type { Json } from '../../types.ts'
import { object } from '../../usage/shapes/reader.ts'
import type { ChatRequest } from '../chat.ts'

/** Name of the tool that stands for `response_format` where a model has no such thing. LiteLLM's. */
export const JSON_TOOL = 'json_tool_call'

/** The schema that the answer has to follow, in OpenAI's or in LiteLLM's older form. */
export function answerSchemaOf({ response_format }: ChatRequest): Json | undefined {
  const format = object(response_format)
  const schema = object(format.json_schema).schema ?? format.response_schema
  return typeof schema === 'object' && schema !== null ? (schema as Json) : undefined
}

/** Its input is the answer. */
export function jsonToolSchema(schema: Json): Json {
  return { type: 'object', ...schema }
}
