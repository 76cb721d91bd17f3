import { changedAnswersOf } from '../admission/facts/compat.ts'
import { TableResourceBook } from '../admission/resources/resource-book.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import type { ResourceAccess } from '../gateway.ts'
import { boxOf } from './router-of.ts'

/** Who may use what providers keep: by the settings, with owners in the database where there is one. */
export function resourcesOf(
  config: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): ResourceAccess {
  const box = boxOf(config)
  const book = new TableResourceBook({
    sql: database?.sql,
    events,
    trustsLog: config.settings.general.allowClientSideCredentials !== true,
  })
  return { book, mode: modeOf(config), responses: responsesOf(config), open: box?.open }
}

function modeOf({ compat, mode }: ResolvedOptions): ResourceAccess['mode'] {
  if (changedAnswersOf(compat).resources === 'shared') return 'shared'
  return mode === 'report' ? 'report' : 'own'
}

/** LiteLLM guards the ids of responses, and has these two settings to open them. */
function responsesOf({ settings: { general } }: ResolvedOptions): ResourceAccess['responses'] {
  if (general.disableResponsesIdSecurity) return 'shared'
  return general.allowUnmanagedResponseIds ? 'unseen' : 'own'
}
