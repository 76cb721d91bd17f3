import type { Json } from '../../types.ts'
import { object, objects } from '../../usage/shapes/reader.ts'

const LISTS = ['anyOf', 'allOf', 'oneOf', 'prefixItems']
const MAPS = ['properties', '$defs', 'definitions']
const MAX_DEPTH = 32

/**
 * Whether OpenAI's strict mode takes the schema: each object names all of its properties as required and allows no
 * others. Only then an answer is sure to have it.
 */
export function isStrictSchema(schema: Json, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false
  if (schema.type === 'object' || schema.properties) {
    const required = Array.isArray(schema.required) ? schema.required : []
    const names = Object.keys(object(schema.properties))
    if (schema.additionalProperties !== false || !names.every((name) => required.includes(name))) return false
  }
  return innerOf(schema).every((inner) => isStrictSchema(inner, depth + 1))
}

/** The schemas within a schema. */
function innerOf(schema: Json): readonly Json[] {
  return [
    ...(schema.items ? [object(schema.items)] : []),
    ...LISTS.flatMap((name) => objects(schema[name])),
    ...MAPS.flatMap((name) => objects(Object.values(object(schema[name])))),
  ]
}

/** Google's members that JSON Schema does not have. */
const GOOGLES = new Set(['nullable', 'propertyOrdering', 'example'])
/** Google writes 64-bit numbers as text. */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])

/** Google's subset of OpenAPI as JSON Schema: types in small letters, null as a type. */
export function jsonSchemaOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchemaOf)
  if (typeof schema !== 'object' || schema === null) return schema
  const found = schema as Json
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(found)) {
    if (name === 'type') plain.type = typeFrom(value, found.nullable === true)
    else if (name === 'properties' || name === '$defs')
      plain[name] = Object.fromEntries(Object.entries(object(value)).map(([key, inner]) => [key, jsonSchemaOf(inner)]))
    else if (COUNTS.has(name)) plain[name] = Number(value)
    else if (name === 'enum' || name === 'default' || name === 'required') plain[name] = value
    else if (!GOOGLES.has(name)) plain[name] = jsonSchemaOf(value)
  }
  return plain
}

function typeFrom(type: unknown, nullable: boolean): unknown {
  const small = typeof type === 'string' ? type.toLowerCase() : type
  return nullable && typeof small === 'string' ? [small, 'null'] : small
}
