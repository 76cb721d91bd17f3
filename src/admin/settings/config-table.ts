import { mergeSection } from '../../models/stored/config-table.ts'
import { jsonObjectOf } from '../../models/stored/model-table-params.ts'
import type { Json } from '../../types.ts'
import type { Configuration, SettingsSection } from '../admin-deps.ts'
import type { AdminStore } from '../admin-store.ts'
import type { AdminCall } from '../endpoint.ts'
import type { StoredModels } from '../models/stored-models.ts'
import { refuseDict } from '../refuse.ts'

const TABLE = 'LiteLLM_Config'

export type StoredSection = SettingsSection | 'environment_variables'

type Call = Pick<AdminCall, 'store' | 'settings'>

/** What must be there for settings to be changed here: a database that is read for them. */
export function changeable({ store, settings }: Call): { configuration: Configuration; models: StoredModels } {
  const { configuration, storedModels: models } = settings
  if (!configuration || !models || !store.has(TABLE)) {
    throw refuseDict(400, "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature.")
  }
  return { configuration, models }
}

/** One section as the database has it. */
export async function storedSection(store: AdminStore, name: StoredSection): Promise<Json> {
  const row = await store.one(TABLE, 'param_name', name)
  return jsonObjectOf(row?.param_value) ?? {}
}

/** One section as it holds: the file's, with what the database adds. */
export async function sectionOf({ store, settings }: Call, name: SettingsSection): Promise<Json> {
  const written = settings.configuration?.written[name] ?? {}
  return mergeSection(written, await storedSection(store, name))
}

/**
 * Changes one section in the database and has the router read it. Members that are `undefined` are taken out. What the
 * file says, and what is of a wrong type, is refused. Answers with the row.
 */
export async function changeSection(call: Call, name: StoredSection, changes: Json): Promise<Json> {
  const { configuration, models } = changeable(call)
  if (name !== 'environment_variables') checkChanges(configuration, name, changes)
  const { store } = call
  const row = await store.one(TABLE, 'param_name', name)
  const before = jsonObjectOf(row?.param_value) ?? {}
  const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)
  const value = Object.fromEntries(merged)
  const id = { param_name: name }
  const [[written]] = (await store.write({
    // Another change at the same moment must not be lost.
    ...(row && { guard: { table: TABLE, id, expect: { param_value: row.param_value } } }),
    steps: [
      row
        ? { kind: 'update', table: TABLE, rows: [{ id, set: { param_value: value } }] }
        : { kind: 'insert', table: TABLE, rows: [{ ...id, param_value: value }] },
    ],
    audit: [{ action: 'updated', table: TABLE, id: name, before: audited(name, before), after: audited(name, value) }],
    forget: [],
  })) as [[Json]]
  await models.changed()
  return written
}

function checkChanges({ written, problemsOf }: Configuration, section: SettingsSection, changes: Json): void {
  const file = written[section]
  const owned = Object.entries(changes).filter(
    ([name, value]) => Object.hasOwn(file, name) && JSON.stringify(file[name]) !== JSON.stringify(value),
  )
  if (owned.length > 0) {
    const names = owned.map(([name]) => `'${name}'`).join(', ')
    throw refuseDict(400, `${names} of ${section} stands in the configuration file, and can only be changed there.`)
  }
  const said = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined && value !== null))
  const [line] = problemsOf(section, said)
  if (line !== undefined) throw refuseDict(400, line)
}

const SECRET = /key|secret|password|token|credential|headers|webhook/i

/** Without what may be a secret: variables are sealed in the database, settings are not. */
function audited(name: StoredSection, section: Json): Json {
  const shown = Object.entries(section).map(([key, value]) => [
    key,
    name === 'environment_variables' || SECRET.test(key) ? '*****' : value,
  ])
  return Object.fromEntries(shown)
}
