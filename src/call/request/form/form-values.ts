import { object } from '../../../usage/shapes/reader.ts'

/** Fields with more than one value in them: as JSON, or a field for each value, with its way in brackets. */
const NESTED: ReadonlySet<string> = new Set([
  ...['metadata', 'litellm_metadata', 'extra_headers', 'extra_body', 'tags', 'request_tags', 'target_model_names'],
])
/** As SDKs write them: `metadata[tags][]`. */
const BRACKETS = /\[([^\][]*)\]/g
const MAX_DEPTH = 8

/** The name of a field without its brackets: `metadata[tags][]` is a part of `metadata`. */
export function firstName(name: string): string {
  const end = name.indexOf('[')
  return end > 0 ? name.slice(0, end) : name
}

/**
 * Adds a text field of a form to what the form says. Those that the gateway reads have their values within each other, as
 * they would have in JSON; all others are kept as they are named, of a name that comes twice the last one.
 */
export function addField(json: Record<string, unknown>, name: string, value: string): void {
  const first = firstName(name)
  if (!NESTED.has(first)) {
    json[name] = value
    return
  }
  const way = [...name.slice(first.length).matchAll(BRACKETS)].map(([, key = '']) => key)
  if (way.length > MAX_DEPTH) return
  json[first] = way.length === 0 ? opened(value) : within(json[first], way, value)
}

function within(before: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  if (key === undefined) return value
  if (key === '') return [...(Array.isArray(before) ? before : []), within(undefined, rest, value)]
  const known = object(before)
  const inner = within(Object.hasOwn(known, key) ? known[key] : undefined, rest, value)
  // A member of this name is one like all others.
  return Object.defineProperty({ ...known }, key, {
    value: inner,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}

/** JSON of an object or a list, else the text itself. */
function opened(value: string): unknown {
  try {
    const parsed = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null ? parsed : value
  } catch {
    return value
  }
}
