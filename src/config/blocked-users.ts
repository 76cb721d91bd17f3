import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../errors.ts'
import type { LitellmSettings } from './settings/read-settings.ts'

/** The callback that refuses blocked end users. */
export const BLOCKED_USER_CHECK = 'blocked_user_check'

const NAME = '`litellm_settings.blocked_user_list`'

/**
 * `litellm_settings.blocked_user_list`: end users who may make no calls, as a list or as a file with one on each line.
 * As in LiteLLM it counts only with the callback that looks at it; without it the file is not read.
 */
export function blockedUsersOf(litellm: LitellmSettings, cwd: string): ReadonlySet<string> | undefined {
  const { blockedUserList: list, callbacks = [] } = litellm
  if (list === undefined || ![callbacks].flat().includes(BLOCKED_USER_CHECK)) return undefined
  return new Set(typeof list === 'string' ? linesOf(resolve(cwd, list)) : list.map(String))
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
