import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import { inlinedSchema } from '../../common/json-schema.ts'

/** Keywords that Anthropic's grammar cannot enforce and its API refuses, and how LiteLLM tells them to the model. */
const ADVICE: Readonly<Record<string, string>> = {
  minItems: 'minimum number of items',
  maxItems: 'maximum number of items',
  minimum: 'minimum value',
  maximum: 'maximum value',
  exclusiveMinimum: 'exclusive minimum value',
  exclusiveMaximum: 'exclusive maximum value',
  minLength: 'minimum length',
  maxLength: 'maximum length',
  minProperties: 'minimum number of properties',
  maxProperties: 'maximum number of properties',
}
/** Refused as well. They are told by their own names. */
const REFUSED: ReadonlySet<string> = new Set([
  ...Object.keys(ADVICE),
  ...['uniqueItems', 'contains', 'minContains', 'maxContains', 'prefixItems', 'multipleOf', 'patternProperties'],
  ...['propertyNames', 'dependentRequired', 'dependentSchemas', 'unevaluatedProperties', 'if', 'then', 'else', 'not'],
])

/**
 * A JSON Schema in the part of the language that Anthropic's structured outputs take. What is taken out is said in the
 * description, as Anthropic's own SDK does.
 */
export function outputSchema(schema: Json): Json {
  return filtered(inlinedSchema(schema))
}

function filtered(schema: Json): Json {
  const result: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (!REFUSED.has(keyword) && keyword !== 'anyOf' && keyword !== 'oneOf')
      result[keyword] = filteredBelow(keyword, value)
  }
  // The grammar has no "exactly one": Anthropic's SDK makes it "any" as well.
  const any = [...list(schema.anyOf), ...list(schema.oneOf)]
  if (any.length > 0) result.anyOf = any.map((item) => filtered(object(item)))
  const note = noteOf(schema)
  if (note) result.description = schema.description ? `${schema.description} ${note}` : note
  if (schema.type === 'object') result.additionalProperties = false
  return result
}

function filteredBelow(keyword: string, value: unknown): unknown {
  if (keyword === 'properties') {
    return Object.fromEntries(Object.entries(object(value)).map(([name, below]) => [name, filtered(object(below))]))
  }
  if (keyword === 'items' && !Array.isArray(value)) return filtered(object(value))
  if (keyword === 'allOf') return list(value).map((item) => filtered(object(item)))
  return value
}

function noteOf(schema: Json): string | undefined {
  const notes = Object.keys(schema)
    .filter((keyword) => REFUSED.has(keyword) && schema[keyword] !== false)
    .map((keyword) => `${ADVICE[keyword] ?? keyword}: ${written(schema[keyword])}`)
  return notes.length > 0 ? `Note: ${notes.join(', ')}.` : undefined
}

function written(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
