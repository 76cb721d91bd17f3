import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import { inlinedSchema } from '../../common/json-schema.ts'
import { defined } from '../../common/members.ts'

/** Google's part of OpenAPI's schemas. It refuses functions with any other keyword. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['type', 'title', 'description', 'nullable', 'default', 'items', 'minItems', 'maxItems', 'enum', 'properties'],
  ...['propertyOrdering', 'required', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'minLength'],
  ...['maxLength', 'pattern', 'example', 'anyOf', 'format'],
])
const FORMATS: ReadonlySet<unknown> = new Set(['enum', 'date-time'])

/** A JSON Schema in the part of the language that Google takes: references written out, "or null" as `nullable`. */
export function openapiSchema(schema: Json): Json {
  return converted(inlinedSchema(schema))
}

function converted(schema: Json): Json {
  const one = alone(schema)
  if (one !== schema) return converted(one)
  const kept = Object.entries(schema).filter(([keyword, value]) => isKept(keyword, value, schema))
  return defined({
    ...Object.fromEntries(kept),
    type: schema.type ?? usualType(schema),
    enum: enumOf(schema),
    required: requiredOf(schema),
    properties: schema.properties === undefined ? undefined : properties(object(schema.properties)),
    items: itemsOf(schema),
    anyOf: anyOf(schema),
  })
}

/** Google wants a type of every schema. What may be anything is text, which can say anything. */
function usualType(schema: Json): string | undefined {
  if (schema.properties !== undefined) return 'object'
  return alternatives(schema).length > 0 ? undefined : 'string'
}

/** Google refuses to require what it is not told of. */
function requiredOf({ required, properties: known }: Json): readonly unknown[] | undefined {
  if (!Array.isArray(required)) return undefined
  const left = required.filter((name) => typeof name === 'string' && Object.hasOwn(object(known), name))
  return left.length > 0 ? left : undefined
}

function isKept(keyword: string, value: unknown, { type }: Json): boolean {
  if (keyword === 'format') return FORMATS.has(value)
  // Google wants to know the items of every list.
  return KEYWORDS.has(keyword) && !(keyword === 'items' && type !== 'array')
}

/** What several schemas say together, or one of several kinds, as one schema. */
function alone(schema: Json): Json {
  const { type, allOf, ...rest } = schema
  if (Array.isArray(allOf))
    return Object.assign({}, schema, { allOf: undefined }, ...allOf.map(object), described(rest))
  if (!Array.isArray(type)) return withoutNull(schema)
  const types = type.filter((name) => name !== 'null')
  const nullable = types.length < type.length ? { nullable: true } : {}
  if (types.length === 1) return { ...rest, type: types[0], ...nullable }
  return {
    ...described(rest),
    ...nullable,
    anyOf: types.map((name) => ({ ...rest, description: undefined, type: name })),
  }
}

function described({ description, title }: Json): Json {
  return defined({ description, title })
}

function withoutNull(schema: Json): Json {
  const choices = alternatives(schema)
  const left = choices.filter((choice) => object(choice).type !== 'null')
  if (left.length === choices.length) return schema
  const { anyOf: _, oneOf: __, ...rest } = schema
  if (left.length === 1) return { ...object(left[0]), ...rest, nullable: true }
  return { ...rest, nullable: true, anyOf: left }
}

function alternatives({ anyOf: any, oneOf: one }: Json): readonly unknown[] {
  return [...(Array.isArray(any) ? any : []), ...(Array.isArray(one) ? one : [])]
}

function anyOf(schema: Json): readonly Json[] | undefined {
  const choices = alternatives(schema)
  return choices.length > 0 ? choices.map((choice) => converted(object(choice))) : undefined
}

/** Only texts can be enumerated, and none of them empty. */
function enumOf(schema: Json): readonly string[] | undefined {
  const values = schema.const === undefined ? schema.enum : [schema.const]
  if (!Array.isArray(values) || (schema.type !== undefined && schema.type !== 'string')) return undefined
  const texts = values.filter((value) => typeof value === 'string' && value !== '')
  return texts.length > 0 ? texts : undefined
}

function properties(found: Json): Json {
  return Object.fromEntries(Object.entries(found).map(([name, below]) => [name, converted(object(below))]))
}

function itemsOf({ type, items }: Json): Json | undefined {
  if (type !== 'array') return undefined
  const found = object(items)
  return Object.keys(found).length > 0 ? converted(found) : { type: 'object' }
}
