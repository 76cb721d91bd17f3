import { z } from 'zod'
import { nextReset } from '../../admission/facts/budget-duration.ts'
import type { Step } from '../../database/changes.ts'
import { nextModelId } from '../../models/stored/sql/next-model-id.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { anything, bool, dict, dicts, id, int, money, needed, text, texts } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-fields.ts'
import { windowsOf } from '../keys/plan-key.ts'

export const member = z
  .looseObject({ user_id: text, user_email: text, role: z.enum(['admin', 'user']) })
  .refine((person) => person.user_id || person.user_email, { message: 'Either user id or user email must be provided' })

/** One person or several. */
export const people = z.union([z.array(member), member]).transform((one) => [one].flat())

/** What a request may say about a team. */
const teamFields = {
  team_alias: text,
  team_id: id,
  organization_id: id,
  members_with_roles: z.array(member).nullish(),
  team_member_permissions: texts,
  metadata: dict,
  tpm_limit: int,
  rpm_limit: int,
  tpd_limit: int,
  max_parallel_requests: int,
  max_budget: money,
  soft_budget: money,
  budget_duration: text,
  budget_limits: dicts,
  models: texts,
  default_team_member_models: texts,
  blocked: bool,
  model_aliases: dict,
  model_max_budget: dict,
  tags: texts,
  guardrails: texts,
  prompts: texts,
  policies: texts,
  object_permission: dict,
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  team_member_budget: money,
  team_member_budget_duration: text,
  team_member_rpm_limit: int,
  team_member_tpm_limit: int,
  team_member_key_duration: text,
  access_group_ids: texts,
  router_settings: dict,
  allowed_passthrough_routes: texts,
  default_estimated_output_tokens: int,
  default_estimated_output_tokens_per_model: dict,
  logging: anything,
  secret_manager_settings: dict,
}

const throughput = z.enum(['guaranteed_throughput', 'best_effort_throughput']).nullish()

export const newTeamBody = z.looseObject({ ...teamFields, rpm_limit_type: throughput, tpm_limit_type: throughput })

export const updateTeamBody = z.looseObject({ ...teamFields, team_id: needed.text })

export interface TeamLinks {
  readonly members: readonly object[]
  readonly model_id?: number
  readonly object_permission_id?: string
  /** The budget of members without one of their own. */
  readonly member_budget_id?: unknown
}

/** Columns that are written as they are asked for, with what a new team has where its request says nothing. */
const COLUMNS = {
  ...{ team_alias: null, organization_id: null, max_budget: null, soft_budget: null, max_parallel_requests: null },
  ...{ tpm_limit: null, rpm_limit: null, tpd_limit: null, blocked: false, model_max_budget: {}, router_settings: {} },
  ...{ models: [], team_member_permissions: [], access_group_ids: [], policies: [], default_team_member_models: [] },
} as const satisfies Json

/** What null makes of them is what a new team has, but for these. */
const CLEARED: Json = { router_settings: null }

/** A new row of LiteLLM_TeamTable, every time with the same members. */
export function teamRow(id: string, request: TeamBody, links: TeamLinks, now: Date): Json {
  const at = now.toISOString()
  const asked: Json = request
  const { budget_duration: duration } = request
  const metadata = metadataAfter({ ...asked, metadata: request.metadata ?? {} }, {}, () => true) ?? {}
  return {
    team_id: id,
    ...Object.fromEntries(Object.entries(COLUMNS).map(([name, empty]) => [name, asked[name] ?? empty])),
    object_permission_id: links.object_permission_id ?? null,
    admins: [],
    members: [],
    members_with_roles: links.members,
    metadata: { ...metadata, ...(links.member_budget_id ? { team_member_budget_id: links.member_budget_id } : {}) },
    spend: 0,
    budget_duration: duration || null,
    budget_reset_at: duration ? nextReset(duration, now).toISOString() : null,
    budget_limits: request.budget_limits ? windowsOf(request.budget_limits, now) : null,
    model_id: links.model_id ?? null,
    created_at: at,
    updated_at: at,
  }
}

function changedColumns(asked: Json): Json {
  const named = Object.entries(COLUMNS).filter(([name]) => asked[name] !== undefined)
  return Object.fromEntries(
    named.map(([name, empty]) => [name, asked[name] ?? (name in CLEARED ? CLEARED[name] : empty)]),
  )
}

/** What a request changes in a team: what it does not mention stays, null clears. */
export function teamPatch(request: TeamBody, before: Json, links: Partial<TeamLinks>, now: Date): Json {
  const asked: Json = request
  const { budget_duration: duration } = request
  const old = (before.metadata ?? {}) as Json
  const metadata = metadataAfter({ ...asked, ...(request.metadata === null && { metadata: {} }) }, old, () => true)
  // The link to the budget of the members is ours: metadata that a client sends again does not remove it.
  const budgetId = links.member_budget_id ?? old.team_member_budget_id
  return {
    ...changedColumns(asked),
    ...(request.budget_limits !== undefined && {
      budget_limits: request.budget_limits && windowsOf(request.budget_limits, now),
    }),
    ...(duration && { budget_duration: duration, budget_reset_at: nextReset(duration, now).toISOString() }),
    ...(duration === null && { budget_duration: null, budget_reset_at: null }),
    ...((metadata !== undefined || Boolean(links.member_budget_id)) && {
      metadata: { ...(metadata ?? old), ...(budgetId ? { team_member_budget_id: budgetId } : {}) },
    }),
    ...(links.model_id !== undefined && { model_id: links.model_id }),
    ...(links.object_permission_id && { object_permission_id: links.object_permission_id }),
    updated_at: now.toISOString(),
  }
}

export type TeamBody = z.output<typeof newTeamBody>

interface TeamModels {
  readonly id: number | undefined
  readonly steps: readonly Step[]
}

/** Where a team's own names for models are kept: in the row that is linked, or in a new one. */
export async function planTeamModels(
  store: AdminStore,
  aliases: Json | null | undefined,
  linked: unknown,
  by: string,
  now: Date,
): Promise<TeamModels> {
  if (aliases === undefined || (aliases === null && !linked)) return { id: undefined, steps: [] }
  const updated = { aliases: aliases ?? {}, updated_at: now.toISOString(), updated_by: by }
  if (typeof linked === 'number') {
    const rows = [{ id: { id: String(linked) }, set: updated }]
    return { id: linked, steps: [{ kind: 'update', table: TABLES.models, rows }] }
  }
  const id = await nextModelId(store.sql)
  const row = { id, ...updated, created_at: now.toISOString(), created_by: by }
  return { id, steps: [{ kind: 'insert', table: TABLES.models, rows: [row] }] }
}
