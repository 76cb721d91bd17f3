import type { Json } from '../../types.ts'
import { object, objects, text } from './reader.ts'

/** Each is a row to lock. */
const MAX_TOOLS = 64
const MAX_NAME = 256

/**
 * The names of the functions that a request offers to the model, each once, as OpenAI's APIs and Anthropic's have them:
 * `tools[].function.name`, or `tools[].name`. Undefined where there are none.
 */
export function offeredTools(request: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(request?.tools)) return undefined
  const names = objects(request.tools).map((tool) => text(object(tool.function).name) ?? text(tool.name))
  const known = new Set(names.filter((name) => name !== undefined && name !== '' && name.length <= MAX_NAME))
  return known.size === 0 ? undefined : ([...known].slice(0, MAX_TOOLS) as string[])
}
