import { boxOf } from '../../compose/router-of.ts'
import type { StoredConfig } from '../../config/settings/stored-settings.ts'
import { readSchema } from '../../database/schema.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import { isTrue } from '../../lib/environment.ts'
import { messageOf } from '../../lib/message-of.ts'
import { readConfigTable } from '../../models/stored/config-table.ts'
import { connect } from '../commands/with-database.ts'
import type { Surroundings } from '../postgres/program.ts'
import type { ServePlan } from './serve-plan.ts'

/**
 * What LiteLLM's pages have stored in `LiteLLM_Config`, read before there is a gateway, so that settings hold that are only
 * looked at when it is made. `undefined` where settings are not kept in the database, or it is away.
 */
export async function readStoredConfig(
  { optionsNow, settings }: Pick<ServePlan, 'optionsNow' | 'settings'>,
  { env, warn }: Surroundings,
): Promise<StoredConfig | undefined> {
  const { masterKey, databaseUrl } = optionsNow()
  const url = databaseUrl ?? settings.database.url
  const isStored = settings.settings.general.storeModelInDb === true || isTrue(env.STORE_MODEL_IN_DB)
  if (!isStored || url === undefined || (!settings.database.enabled && databaseUrl === undefined)) return undefined
  const sql = connect({ ...settings, database: { ...settings.database, url } })
  try {
    await withDeadline(sql`select 1`, settings.database.connectTimeoutMs)
    const box = boxOf({ env, masterKey: settings.masterKey ?? masterKey })
    return await readConfigTable(sql, await readSchema(sql), box)
  } catch (error) {
    warn(`The settings in the database could not be read, those of the file hold: ${messageOf(error)}`)
    return undefined
  } finally {
    await sql.end({ timeout: 1 })
  }
}
