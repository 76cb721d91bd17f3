import { nextReset } from '../../auth/budget-duration.ts'
import type { Json } from '../../types.ts'
import { metadataAfter } from '../keys/key-metadata.ts'
import { windowsOf } from '../keys/plan-key.ts'
import { namedColumns } from '../list-columns.ts'
import type { TeamBody } from './team-fields.ts'

export interface TeamLinks {
  readonly members: readonly object[]
  readonly model_id?: number
  readonly object_permission_id?: string
  /** The budget of members without one of their own. */
  readonly member_budget_id?: unknown
}

/** A new row of LiteLLM_TeamTable, every time with the same members. */
export function teamRow(id: string, request: TeamBody, links: TeamLinks, now: Date): Json {
  const at = now.toISOString()
  const { budget_duration: duration } = request
  const metadata = metadataAfter({ ...(request as Json), metadata: request.metadata ?? {} }, {}, () => true) ?? {}
  return {
    team_id: id,
    team_alias: request.team_alias ?? null,
    organization_id: request.organization_id ?? null,
    object_permission_id: links.object_permission_id ?? null,
    admins: [],
    members: [],
    members_with_roles: links.members,
    metadata: { ...metadata, ...(links.member_budget_id ? { team_member_budget_id: links.member_budget_id } : {}) },
    max_budget: request.max_budget ?? null,
    soft_budget: request.soft_budget ?? null,
    spend: 0,
    models: request.models ?? [],
    max_parallel_requests: request.max_parallel_requests ?? null,
    tpm_limit: request.tpm_limit ?? null,
    rpm_limit: request.rpm_limit ?? null,
    tpd_limit: request.tpd_limit ?? null,
    budget_duration: duration || null,
    budget_reset_at: duration ? nextReset(duration, now).toISOString() : null,
    budget_limits: request.budget_limits ? windowsOf(request.budget_limits, now) : null,
    blocked: request.blocked ?? false,
    model_max_budget: request.model_max_budget ?? {},
    router_settings: request.router_settings ?? {},
    team_member_permissions: request.team_member_permissions ?? [],
    access_group_ids: request.access_group_ids ?? [],
    policies: request.policies ?? [],
    default_team_member_models: request.default_team_member_models ?? [],
    model_id: links.model_id ?? null,
    created_at: at,
    updated_at: at,
  }
}

const COLUMNS = [
  ...['team_alias', 'organization_id', 'max_budget', 'soft_budget', 'models', 'max_parallel_requests', 'tpm_limit'],
  ...['rpm_limit', 'tpd_limit', 'router_settings', 'team_member_permissions', 'access_group_ids', 'policies'],
  'default_team_member_models',
]

/** What a request changes in a team: what it does not mention stays, null clears. */
export function teamPatch(request: TeamBody, before: Json, links: Partial<TeamLinks>, now: Date): Json {
  const asked: Json = request
  const { budget_duration: duration } = request
  const old = (before.metadata ?? {}) as Json
  const metadata = metadataAfter({ ...asked, ...(request.metadata === null && { metadata: {} }) }, old, () => true)
  // The link to the budget of the members is ours: metadata that a client sends anew does not cut it.
  const budgetId = links.member_budget_id ?? old.team_member_budget_id
  return {
    ...namedColumns(COLUMNS, asked),
    ...(request.model_max_budget !== undefined && { model_max_budget: request.model_max_budget ?? {} }),
    ...(request.blocked !== undefined && { blocked: request.blocked ?? false }),
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
