import { z } from 'zod'
import { jsonObjectOf } from '../../models/stored/model-table-params.ts'
import type { Json } from '../../types.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { changeable, changeSection, sectionOf } from './config-table.ts'
import {
  bodyOf,
  type Form,
  namedIn,
  schemaOf,
  TEAM_FORM,
  THEME_FORM,
  UI_FORM,
  USER_FORM,
  valuesOf,
} from './ui-forms.ts'

const TABLE = 'LiteLLM_UISettings'
const ID = 'ui_settings'

const SSO_NAMES = [
  ...['google_client_id', 'google_client_secret', 'microsoft_client_id', 'microsoft_client_secret'],
  ...['microsoft_tenant', 'generic_client_id', 'generic_client_secret', 'generic_authorization_endpoint'],
  ...['generic_token_endpoint', 'generic_userinfo_endpoint', 'proxy_base_url', 'user_email', 'ui_access_mode'],
  ...['role_mappings', 'team_mappings'],
]

type Call = Pick<AdminCall, 'store' | 'settings'>

/** `GET /get/ui_settings`: what the dashboard shows, before anybody has signed in. */
const getUiSettings = endpoint({
  access: 'public',
  async run({ store }) {
    const stored = jsonObjectOf((await store.one(TABLE, 'id', ID))?.ui_settings) ?? {}
    const values = valuesOf(UI_FORM, stored)
    const source = Object.keys(values).map((name) => [name, Object.hasOwn(stored, name) ? 'db' : 'default'])
    return { values, field_schema: schemaOf(UI_FORM), source: Object.fromEntries(source) }
  },
})

/** `PATCH /update/ui_settings`: only the members that are sent. */
const updateUiSettings = endpoint({
  access: 'admin',
  body: bodyOf(UI_FORM),
  async run(call) {
    changeable(call)
    const { store, now } = call
    const asked = namedIn(UI_FORM, call.body)
    const row = await store.one(TABLE, 'id', ID)
    const before = jsonObjectOf(row?.ui_settings) ?? {}
    const value = { ...before, ...asked }
    const at = now.toISOString()
    await store.write({
      steps: [
        row
          ? { kind: 'update', table: TABLE, rows: [{ id: { id: ID }, set: { ui_settings: value, updated_at: at } }] }
          : { kind: 'insert', table: TABLE, rows: [{ id: ID, ui_settings: value, created_at: at, updated_at: at }] },
      ],
      audit: [{ action: 'updated', table: TABLE, id: ID, before, after: value }],
      forget: [],
    })
    return { message: 'UI settings updated successfully', status: 'success', settings: value }
  },
})

/** `GET /get/ui_theme_settings`: where the logo is. */
const getTheme = endpoint({
  access: 'public',
  run: (call) => shownForm(call, 'ui_theme_config', THEME_FORM),
})

/** `PATCH /update/ui_theme_settings`: addresses that browsers fetch, so they are no paths of this machine. */
const updateTheme = endpoint({
  access: 'admin',
  body: bodyOf(THEME_FORM),
  async run(call) {
    const asked = namedIn(THEME_FORM, call.body)
    const wrong = Object.entries(asked).find(([, value]) => value && !isAddress(String(value)))
    if (wrong) throw refuseDict(400, `Invalid ${wrong[0]}: must be an http(s) URL with a host.`)
    const theme = Object.fromEntries(Object.entries(asked).filter(([, value]) => value))
    await changeSection(call, 'litellm_settings', { ui_theme_config: theme })
    return { message: 'UI theme settings updated successfully.', status: 'success', theme_config: theme }
  },
})

export const UI_SETTINGS_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /get/ui_settings': getUiSettings,
  'PATCH /update/ui_settings': updateUiSettings,
  'GET /get/ui_theme_settings': getTheme,
  'PATCH /update/ui_theme_settings': updateTheme,
  ...formRoutes('internal_user_settings', 'default_internal_user_params', USER_FORM, 'Internal user settings'),
  ...formRoutes('default_team_settings', 'default_team_params', TEAM_FORM, 'Default team settings'),
  'GET /get/sso_settings': endpoint({
    access: 'views',
    run: () => Promise.resolve({ values: nulls(SSO_NAMES), field_schema: { description: '', properties: {} } }),
  }),
  ...valueRoutes('cost_discount_config', 'Cost discount configuration'),
  ...valueRoutes('cost_margin_config', 'Cost margin configuration'),
  'GET /config/block_requests_for_models_without_pricing': endpoint({
    access: 'views',
    run: async (call) => ({
      enabled: (await sectionOf(call, 'litellm_settings')).block_requests_for_models_without_pricing === true,
    }),
  }),
  'PATCH /config/block_requests_for_models_without_pricing': endpoint({
    access: 'admin',
    body: z.looseObject({ enabled: z.boolean() }),
    async run(call) {
      const { enabled } = call.body
      await changeSection(call, 'litellm_settings', { block_requests_for_models_without_pricing: enabled })
      return { enabled }
    },
  }),
}

/** A form for one of the `litellm_settings` that is an object. */
function formRoutes(path: string, name: string, form: Form, title: string): Readonly<Record<string, Endpoint>> {
  return {
    [`GET /get/${path}`]: endpoint({ access: 'views', run: (call) => shownForm(call, name, form) }),
    [`PATCH /update/${path}`]: endpoint({
      access: 'admin',
      body: bodyOf(form),
      async run(call) {
        const asked = namedIn(form, call.body as Json)
        const settings = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null))
        await changeSection(call, 'litellm_settings', { [name]: settings })
        return { message: `${title} updated successfully`, status: 'success', settings }
      },
    }),
  }
}

/** One of the `litellm_settings` that is a mapping of providers. */
function valueRoutes(name: string, title: string): Readonly<Record<string, Endpoint>> {
  return {
    [`GET /config/${name}`]: endpoint({
      access: 'views',
      run: async (call) => ({ values: (await sectionOf(call, 'litellm_settings'))[name] ?? {} }),
    }),
    [`PATCH /config/${name}`]: endpoint({
      access: 'admin',
      body: z.record(z.string(), z.unknown()),
      async run(call) {
        const values = call.body
        await changeSection(call, 'litellm_settings', { [name]: values })
        return { message: `${title} updated successfully`, status: 'success', values }
      },
    }),
  }
}

async function shownForm(call: Call, name: string, form: Form) {
  const section = await sectionOf(call, 'litellm_settings')
  return { values: valuesOf(form, jsonObjectOf(section[name]) ?? {}), field_schema: schemaOf(form) }
}

function nulls(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, null]))
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
