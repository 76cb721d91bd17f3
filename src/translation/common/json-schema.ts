import type { Json } from '../../types.ts'
import { object } from '../../usage/shapes/reader.ts'
import type { ChatRequest } from '../chat.ts'
import { defined } from './members.ts'

/** More references than a schema of a person has, and few enough to write out. */
const MOST_REFERENCES = 500

/**
 * The schema with what `$ref` names put in its place: providers read no references, or only some. Where a schema leads
 * back to itself it ends in one that allows all of its type.
 */
export function inlinedSchema(schema: Json): Json {
  const { $defs, definitions, ...rest } = schema
  const known = { ...object(definitions), ...object($defs) }
  if (Object.keys(known).length === 0) return schema
  let left = MOST_REFERENCES

  function inlined(value: unknown, within: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((item) => inlined(item, within))
    if (typeof value !== 'object' || value === null) return value
    const { $ref, ...beside } = value as Json
    const name = nameIn($ref)
    if (name === undefined || known[name] === undefined) return mapped(value as Json, within)
    if (within.includes(name) || left-- <= 0) return defined({ type: object(known[name]).type, ...beside })
    return { ...object(inlined(known[name], [...within, name])), ...mapped(beside, within) }
  }

  function mapped(node: Json, within: readonly string[]): Json {
    return Object.fromEntries(Object.entries(node).map(([name, below]) => [name, inlined(below, within)]))
  }

  return object(inlined(rest, []))
}

/** The last step of `#/$defs/name`. */
function nameIn(reference: unknown): string | undefined {
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined
}

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
