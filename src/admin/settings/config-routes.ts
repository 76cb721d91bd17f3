import { z } from 'zod'
import { isObject } from '../../lib/json.ts'
import type { Json } from '../../types.ts'
import type { SettingField } from '../admin-deps.ts'
import { masked } from '../credentials/routes.ts'
import { type AdminCall, anything, dict, type Endpoint, endpoint, needed } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { changeable, changeSection, sectionOf, storedSection } from './config-table.ts'

const updateBody = z.looseObject({
  general_settings: dict,
  litellm_settings: dict,
  router_settings: dict,
  environment_variables: dict,
})

/** `POST /config/update`: members of sections, beside those that are there. Callbacks are added to the list. */
const updateConfig = endpoint({
  access: 'admin',
  body: updateBody,
  async run(call) {
    const { configuration, models } = changeable(call)
    const { general_settings: general, litellm_settings: litellm, router_settings: router } = call.body
    const unknown = Object.keys(router ?? {}).filter((name) => !has(configuration.fields.router_settings, name))
    if (unknown.length > 0) {
      throw refuseDict(400, `Unsupported router settings: ${unknown.join(', ')} are not valid router settings`)
    }
    if (general) await changeSection(call, 'general_settings', said(general))
    if (call.body.environment_variables) {
      await changeSection(call, 'environment_variables', await sealed(call, models, call.body.environment_variables))
    }
    if (litellm) await changeSection(call, 'litellm_settings', await withCallbacks(call, said(litellm)))
    if (router) await changeSection(call, 'router_settings', said(router))
    return { message: 'Config updated successfully' }
  },
})

const fieldBody = z.looseObject({ field_name: needed.text, field_value: anything, config_type: anything })

/** `POST /config/field/update`: one of the `general_settings`. */
const updateField = endpoint({
  access: 'admin',
  body: fieldBody,
  async run(call) {
    const { field_name: name, field_value: value } = call.body
    const section = sectionOfField(call, name)
    const row = await changeSection(call, section, { [name]: value ?? null })
    return section === 'general_settings' ? shownRow(row) : { message: `Field ${name} updated`, status: 'success' }
  },
})

/** `POST /config/field/delete`: what the database says of it, so that the default holds again. */
const deleteField = endpoint({
  access: 'admin',
  body: fieldBody,
  async run(call) {
    const { field_name: name } = call.body
    const section = sectionOfField(call, name)
    const row = await changeSection(call, section, { [name]: undefined })
    return section === 'general_settings' ? shownRow(row) : { message: `Field ${name} reset`, status: 'success' }
  },
})

/** `GET /config/field/info?field_name=`. */
const getField = endpoint({
  access: 'views',
  query: z.looseObject({ field_name: needed.text }),
  async run(call) {
    const { field_name: name } = call.query
    if (sectionOfField(call, name) !== 'general_settings') throw invalidField(name)
    const { [name]: value } = await sectionOf(call, 'general_settings')
    if (value === undefined || value === null) throw refuseDict(400, `Field name=${name} is not set`)
    const source = await sourceOf(call, name)
    return { field_name: name, field_value: shown(name, value), source, editable: source !== 'config' }
  },
})

/** `GET /config/list?config_type=general_settings`: the settings that the dashboard shows, with what they are now. */
const listFields = endpoint({
  access: 'views',
  query: z.looseObject({ config_type: z.literal('general_settings') }),
  async run(call) {
    const { configuration } = call.settings
    const [general, litellm, stored] = await Promise.all([
      sectionOf(call, 'general_settings'),
      sectionOf(call, 'litellm_settings'),
      storedSection(call.store, 'general_settings'),
    ])
    const fields = configuration?.fields.general_settings.filter(({ name }) => Object.hasOwn(SHOWN, name)) ?? []
    const others = configuration?.fields.litellm_settings.filter(({ name }) => Object.hasOwn(SHOWN_LITELLM, name)) ?? []
    const source = (name: string, of: Json, inDatabase: Json) =>
      Object.hasOwn(inDatabase, name) ? 'db' : of[name] === undefined ? 'unset' : 'config'
    const storedLitellm = await storedSection(call.store, 'litellm_settings')
    return [
      ...fields.map((field) => listed(field, SHOWN[field.name], general, source(field.name, general, stored))),
      ...others.map((field) =>
        listed(field, SHOWN_LITELLM[field.name], litellm, source(field.name, litellm, storedLitellm)),
      ),
    ]
  },
})

/** LiteLLM's names of the kinds of the settings that its dashboard shows. */
const SHOWN: Readonly<Record<string, string>> = {
  max_request_size_mb: 'Integer',
  proxy_config_reload_interval_seconds: 'Integer',
  store_model_in_db: 'Boolean',
  store_prompts_in_spend_logs: 'Boolean',
  maximum_spend_logs_retention_period: 'String',
  apply_user_budget_to_team_keys: 'Boolean',
}
const SHOWN_LITELLM: Readonly<Record<string, string>> = {
  budget_exceeded_throttle_percentage: 'Float',
  max_ui_session_budget: 'Dollar',
}

function listed({ name, description }: SettingField, type: string | undefined, section: Json, source: string) {
  return {
    ...{ field_name: name, field_type: type, field_description: description, field_value: section[name] ?? null },
    stored_in_db: source === 'unset' ? null : source === 'db',
    ...{ field_default_value: null, premium_field: false, nested_fields: null, field_options: null, field_tab: null },
    ...{ source, editable: source !== 'config' },
  }
}

export const CONFIG_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /config/update': updateConfig,
  'POST /config/field/update': updateField,
  'POST /config/field/delete': deleteField,
  'GET /config/field/info': getField,
  'GET /config/list': listFields,
}

function has(fields: readonly SettingField[], name: string): boolean {
  return fields.some((field) => field.name === name)
}

/** The dashboard changes a few `litellm_settings` by the same endpoints. */
function sectionOfField({ settings: { configuration } }: Pick<AdminCall, 'settings'>, name: string) {
  if (Object.hasOwn(SHOWN_LITELLM, name)) return 'litellm_settings'
  if (configuration && has(configuration.fields.general_settings, name)) return 'general_settings'
  throw invalidField(name)
}

function invalidField(name: string) {
  return refuseDict(400, `Invalid field=${name} passed in.`)
}

async function sourceOf({ store }: Pick<AdminCall, 'store'>, name: string): Promise<'db' | 'config'> {
  return Object.hasOwn(await storedSection(store, 'general_settings'), name) ? 'db' : 'config'
}

/** What null says in a form: nothing. */
function said(section: Json): Json {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== null))
}

/** Callbacks that are there stay: callers send the one that they add. */
async function withCallbacks({ store }: AdminCall, litellm: Json): Promise<Json> {
  const added = litellm.success_callback
  if (!Array.isArray(added)) return litellm
  const before = (await storedSection(store, 'litellm_settings')).success_callback
  const all = [...(Array.isArray(before) ? before : []), ...added].map((name) => String(name).toLowerCase())
  return { ...litellm, success_callback: [...new Set(all)] }
}

/** Variables as the database keeps them. One that comes back as it was shown has not been changed. */
async function sealed(
  call: AdminCall,
  models: ReturnType<typeof changeable>['models'],
  variables: Json,
): Promise<Json> {
  const current = models.open(await storedSection(call.store, 'environment_variables'))
  const texts = Object.entries(said(variables)).map(([name, value]) => [name, String(value)] as const)
  if (texts.some(([name]) => !/^[A-Za-z_]\w*$/.test(name))) throw refuse(400, 'A variable has an invalid name.')
  const changed = texts.filter(([name, value]) => value !== masked(String(current[name] ?? '')))
  return await models.seal(Object.fromEntries(changed))
}

const SECRET = /key$|secret|password|token$|headers|credential|database_url/i

/** A secret of the configuration is not for a browser, however deep it stands. */
function shown(name: string, value: unknown, isSecret = SECRET.test(name)): unknown {
  if (typeof value === 'string') return isSecret ? masked(value) : value
  if (Array.isArray(value)) return value.map((item) => shown(name, item, isSecret))
  if (!isObject(value)) return value
  const members = Object.entries(value).map(([key, item]) => [key, shown(key, item, isSecret || SECRET.test(key))])
  return Object.fromEntries(members)
}

function shownRow(row: Json): Json {
  const section = (row.param_value ?? {}) as Json
  const value = Object.fromEntries(Object.entries(section).map(([name, entry]) => [name, shown(name, entry)]))
  const { param_name, last_run_at = null, reload_revision = 0 } = row
  return { param_name, param_value: value, last_run_at, reload_revision }
}
