import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { BLOCKED_USER_CHECK, callbacksOf } from '../auth/callbacks-of.ts'
import { ConfigError } from '../errors.ts'
import type { Json } from '../types.ts'

const NAME = '`litellm_settings.blocked_user_list`'

/**
 * `litellm_settings.blocked_user_list`: end users who may make no calls, as a list or as a file with one on each line.
 * As in LiteLLM it counts only with the callback that looks at it; without that nobody reads the file.
 */
export function blockedUsersOf(litellm: Json, cwd: string): ReadonlySet<string> | undefined {
  const list = litellm.blocked_user_list
  if (list === undefined || list === null || !callbacksOf(litellm).includes(BLOCKED_USER_CHECK)) return undefined
  if (Array.isArray(list)) return new Set(list.map(String))
  if (typeof list === 'string') return new Set(linesOf(resolve(cwd, list)))
  throw new ConfigError(`${NAME} must be a list of names, or the path of a file with one on each line.`)
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
  } catch (cause) {
    throw new ConfigError(`${NAME} names a file that cannot be read: ${path}.`, { cause })
  }
}
