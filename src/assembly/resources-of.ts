import { changedAnswersOf } from '../auth/compat.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import type { ResourceAccess } from '../gateway.ts'
import type { Database } from '../litellm/database.ts'
import { TableResourceBook } from '../litellm/resource-book.ts'
import { boxOf } from './models-of.ts'

/** Who may use what providers keep: by the settings, with owners in the database where there is one. */
export function resourcesOf(
  config: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): ResourceAccess {
  const { generalSettings } = config
  const box = boxOf(config)
  const book = new TableResourceBook({
    sql: database?.sql,
    events,
    trustsLog: generalSettings.allow_client_side_credentials !== true,
  })
  return { book, mode: modeOf(config), responses: responsesOf(config), open: box?.open }
}

function modeOf({ compat, mode }: ResolvedOptions): ResourceAccess['mode'] {
  if (changedAnswersOf(compat).resources === 'shared') return 'shared'
  return mode === 'report' ? 'report' : 'own'
}

/** LiteLLM guards the ids of responses, and has these two settings to open them. */
function responsesOf({ generalSettings }: ResolvedOptions): ResourceAccess['responses'] {
  if (flag(generalSettings.disable_responses_id_security, 'disable_responses_id_security')) return 'shared'
  return flag(generalSettings.allow_unmanaged_response_ids, 'allow_unmanaged_response_ids') ? 'unseen' : 'own'
}

function flag(value: unknown, name: string): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return value === true
  throw new ConfigError(`general_settings.${name} must be true or false`)
}
