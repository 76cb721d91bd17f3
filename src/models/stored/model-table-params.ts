import type { Json } from '../../types.ts'
import { isMarkedSealed, type SecretBox } from './secret-box.ts'

export type OpenedParams = { readonly params: Json } | { readonly problem: string }

const FROM_ENV = 'os.environ/'

/**
 * The parameters of a row, opened: an object, or JSON text that holds one. Each of its strings is decrypted; one that is not
 * encrypted stays, as in LiteLLM. An `os.environ/NAME` is looked up afterwards. A problem continues the name of the column
 * and tells no value. A variable that is not set is a problem: without it another key could be sent to this upstream.
 */
export function openParams(
  stored: unknown,
  box: SecretBox | undefined,
  env: Readonly<Record<string, string | undefined>>,
): OpenedParams {
  const params = jsonObjectOf(stored)
  if (!params) return { problem: ' is not a JSON object.' }
  const opened: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params)) {
    const plain = typeof value === 'string' ? (box?.open(value) ?? value) : value
    if (typeof plain !== 'string') {
      opened[name] = plain
    } else if (isMarkedSealed(plain)) {
      return { problem: `.${name} cannot be decrypted. Check LITELLM_SALT_KEY.` }
    } else if (plain.startsWith(FROM_ENV)) {
      const variable = plain.slice(FROM_ENV.length)
      const found = env[variable]
      if (found === undefined) return { problem: `.${name} needs the environment variable ${variable}.` }
      opened[name] = BOOLEANS.get(found.trim().toLowerCase()) ?? found
    } else {
      opened[name] = plain
    }
  }
  return { params: opened }
}

/** LiteLLM reads these two words from the environment as booleans. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** A stored object, or the object in a stored JSON text. */
export function jsonObjectOf(stored: unknown): Json | undefined {
  const value = typeof stored === 'string' ? parsed(stored) : stored
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
