import { z } from 'zod'
import type { Json } from '../../types.ts'

type Kind = 'boolean' | 'string' | 'number' | 'integer' | 'array' | 'object'

const KINDS = {
  boolean: z.boolean(),
  string: z.string().max(4_096),
  number: z.number(),
  integer: z.number().int(),
  array: z.array(z.string()),
  object: z.record(z.string(), z.unknown()),
} as const satisfies Readonly<Record<Kind, z.ZodType>>

/** What a form asks for, and what holds where nothing is said. */
export interface Form {
  readonly description: string
  readonly fields: Readonly<Record<string, readonly [kind: Kind, initial: unknown, description: string]>>
}

export const UI_FORM: Form = {
  description: "What LiteLLM's dashboard shows to whom",
  fields: {
    disable_model_add_for_internal_users: ['boolean', false, 'Internal users have no form for models'],
    disable_team_admin_delete_team_user: ['boolean', false, 'Team admins have no button to remove members'],
    enabled_ui_pages_internal_users: ['array', null, 'Pages that internal users see'],
    require_auth_for_public_ai_hub: ['boolean', false, 'The model hub asks for a sign-in'],
    allow_public_health_readiness_details: ['boolean', false, 'Not acted on'],
    forward_client_headers_to_llm_api: ['boolean', false, 'Not acted on'],
    forward_llm_provider_auth_headers: ['boolean', false, 'Not acted on'],
    disable_agents_for_internal_users: ['boolean', false, 'Internal users do not see agents'],
    allow_agents_for_team_admins: ['boolean', false, 'Team admins see agents'],
    disable_vector_stores_for_internal_users: ['boolean', false, 'Internal users do not see vector stores'],
    allow_vector_stores_for_team_admins: ['boolean', false, 'Team admins see vector stores'],
    scope_user_search_to_org: ['boolean', false, 'Searches of users stay in the organization'],
    disable_custom_api_keys: ['boolean', false, 'The form of a key has no field for its own secret'],
    disable_key_generate_for_org_admin: ['boolean', false, 'Organization admins have no form for keys'],
    enable_chat_ui: ['boolean', false, 'The page for chats is shown'],
    moyai_url: ['string', null, 'Not acted on'],
    team_admin_editable_team_fields: ['array', [], 'Fields of a team that its admins may change'],
    enable_projects_ui: ['boolean', false, 'The page for projects is shown'],
  },
}

export const THEME_FORM: Form = {
  description: 'Pictures of the dashboard',
  fields: {
    logo_url: ['string', null, 'http(s) address of a logo'],
    logo_url_dark: ['string', null, 'That of the dark theme'],
    favicon_url: ['string', null, 'http(s) address of an icon'],
  },
}

export const USER_FORM: Form = {
  description: 'For what `/user/new` leaves open',
  fields: {
    user_role: ['string', 'internal_user_viewer', 'Role of a new user'],
    max_budget: ['number', null, 'Budget in US dollars'],
    budget_duration: ['string', null, 'When it is reset, e.g. 30d'],
    models: ['array', null, 'Models that the user may call'],
    teams: ['array', null, 'Teams that the user joins'],
  },
}

export const TEAM_FORM: Form = {
  description: 'For what `/team/new` leaves open',
  fields: {
    models: ['array', [], 'Models that the team may call'],
    max_budget: ['number', null, 'Budget in US dollars'],
    budget_duration: ['string', null, 'When it is reset, e.g. 30d'],
    tpm_limit: ['integer', null, 'Tokens per minute'],
    rpm_limit: ['integer', null, 'Requests per minute'],
    team_member_permissions: ['array', null, 'What members may do with keys of the team'],
    organization_id: ['string', null, 'Organization of the team'],
  },
}

/** What holds: what is stored, else what each member has at first. */
export function valuesOf({ fields }: Form, stored: Json): Json {
  return Object.fromEntries(Object.entries(fields).map(([name, [, initial]]) => [name, stored[name] ?? initial]))
}

/** How LiteLLM describes a form to its dashboard. */
export function schemaOf({ description, fields }: Form) {
  const properties = Object.entries(fields).map(([name, [kind, , text]]) => [
    name,
    { description: text, type: kind, ...(kind === 'array' && { items: { type: 'string' } }) },
  ])
  return { description, properties: Object.fromEntries(properties) }
}

export function bodyOf({ fields }: Form) {
  return z.looseObject(
    Object.fromEntries(Object.entries(fields).map(([name, [kind]]) => [name, KINDS[kind].nullish()])),
  )
}

/** The members of a body that the form has. */
export function namedIn({ fields }: Form, body: Json): Json {
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => Object.hasOwn(fields, name) && value !== undefined),
  )
}
