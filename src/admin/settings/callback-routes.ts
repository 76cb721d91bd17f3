import { z } from 'zod'
import { CALLBACKS } from '../../signals/callbacks/callback-table.ts'
import type { Json } from '../../types.ts'
import { masked } from '../credentials/routes.ts'
import { type AdminCall, type Endpoint, endpoint, needed } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { changeSection, sectionOf, storedSection } from './config-table.ts'
import { routerValues } from './router-routes.ts'

/** How LiteLLM's dashboard calls them. */
const NAMES: Readonly<Record<string, string>> = {
  datadog: 'Datadog',
  generic_api: 'Custom Callback API',
  langfuse: 'Langfuse',
  langfuse_otel: 'Langfuse OTEL',
  langsmith: 'LangSmith',
  otel: 'OpenTelemetry',
  standard_webhook: 'Standard Webhook',
  supabase: 'Supabase',
}
/** Those that a key or a team may have of its own. */
const OF_KEYS = new Set(['langfuse', 'langsmith'])

const SECRET = /KEY|SECRET|HEADERS|PASSWORD|TOKEN|URL/

/** `GET /get/config/callbacks`: the callbacks, with their variables, and the settings of the router. */
const getCallbacks = endpoint({
  access: 'views',
  async run(call) {
    const litellm = await sectionOf(call, 'litellm_settings')
    const variables = await variablesOf(call)
    const told = LISTS.flatMap(([list, type]) =>
      [litellm[list] ?? []].flat().map((name) => ({ name, variables: shownOf(String(name), variables), type })),
    )
    return {
      status: 'success',
      callbacks: told,
      alerts: [],
      active_alerting_destinations: [],
      router_settings: await routerValues(call),
      available_callbacks: Object.fromEntries(
        Object.entries(CALLBACKS).map(([name, { variables: names }]) => [
          name,
          { litellm_callback_name: name, litellm_callback_params: names, ui_callback_name: NAMES[name] ?? name },
        ]),
      ),
    }
  },
})

const LISTS = [
  ['success_callback', 'success'],
  ['failure_callback', 'failure'],
  ['callbacks', 'success_and_failure'],
] as const

/** `GET /callbacks/configs`: what the form of a new callback asks for. */
const listForms = endpoint({
  access: 'views',
  run: () =>
    Promise.resolve(
      Object.entries(CALLBACKS).map(([id, { variables, needed: needs, what }]) => ({
        id,
        displayName: NAMES[id] ?? id,
        logo: `${id.replace(/_.*/, '')}.png`,
        supports_key_team_logging: OF_KEYS.has(id),
        dynamic_params: Object.fromEntries(
          variables.map((name, index) => [
            OF_KEYS.has(id) ? name.toLowerCase() : name,
            {
              type: SECRET.test(name) && !name.endsWith('URL') ? 'password' : 'text',
              ui_name: name,
              description: `The variable ${name}`,
              required: index < needs,
            },
          ]),
        ),
        description: what,
      })),
    ),
})

/** `POST /config/callback/delete`: takes it out of the list in the database. */
const deleteCallback = endpoint({
  access: 'admin',
  body: z.looseObject({ callback_name: needed.text }),
  async run(call) {
    const name = call.body.callback_name.toLowerCase()
    const { success_callback: stored } = await storedSection(call.store, 'litellm_settings')
    const names = Array.isArray(stored) ? stored.map(String) : []
    if (!names.includes(name)) throw refuseDict(404, `Callback '${name}' not found in active configuration`)
    const remaining = names.filter((other) => other !== name)
    await changeSection(call, 'litellm_settings', { success_callback: remaining })
    return {
      message: `Successfully deleted callback: ${name}`,
      removed_callback: name,
      remaining_callbacks: remaining,
      deleted_at: call.now.toISOString().replace('Z', ''),
    }
  },
})

export const CALLBACK_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /get/config/callbacks': getCallbacks,
  'GET /callbacks/configs': listForms,
  'POST /config/callback/delete': deleteCallback,
}

async function variablesOf({ store, settings }: Pick<AdminCall, 'store' | 'settings'>): Promise<Json> {
  const stored = await storedSection(store, 'environment_variables')
  return { ...settings.configuration?.env, ...settings.storedModels?.open(stored) }
}

/** Secrets are never shown again: what comes back like this leaves them as they are. */
function shownOf(name: string, variables: Json): Json {
  const names = CALLBACKS[name]?.variables ?? []
  return Object.fromEntries(
    names.map((variable) => {
      const value = variables[variable]
      if (typeof value !== 'string' || value === '') return [variable, null]
      return [variable, SECRET.test(variable) ? masked(value) : value]
    }),
  )
}
