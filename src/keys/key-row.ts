import { bool, date, json, jsonArray, limitsOf, money, stringMap, strings, text } from '../database/json-column.ts'
import type { AgentFacts, BudgetWindow, Json, MemberFacts, VirtualKey } from '../types.ts'
import type { KeyRow } from './sql/find-key.ts'

/** The identity behind a row, with LiteLLM's rules for what a budget tier adds. Absent columns become absent facts. */
export function toVirtualKey(row: KeyRow, readAt: Date): VirtualKey {
  const { key, team, user, organization } = row
  const metadata = json(key.metadata)
  return {
    hashedToken: String(key.token),
    name: text(key.key_name),
    alias: text(key.key_alias),
    master: false,
    owners: {
      userId: text(key.user_id),
      userEmail: text(user?.user_email),
      teamId: text(key.team_id),
      teamAlias: text(team?.team_alias),
      organizationId: text(key.organization_id) ?? text(team?.organization_id),
      projectId: text(key.project_id),
      agentId: text(key.agent_id),
    },
    models: strings(key.models) ?? [],
    expiresAt: date(key.expires),
    blocked: bool(key.blocked),
    spend: money(key.spend) ?? 0,
    maxBudget: money(key.max_budget) ?? money(row.budget?.max_budget),
    metadata,
    teamMetadata: json(team?.metadata),
    readAt,
    aliases: stringMap(key.aliases),
    accessGroupModels: row.access_group_models ?? undefined,
    allowedRoutes: strings(key.allowed_routes),
    allowedCacheControls: strings(key.allowed_cache_controls),
    config: json(key.config),
    permissions: json(key.permissions),
    // A key has no such column of its own: only its budget tier does.
    softBudget: money(row.budget?.soft_budget),
    budgetDuration: text(key.budget_duration),
    budgetResetAt: date(key.budget_reset_at),
    modelMaxBudget: filled(key.model_max_budget) ?? filled(row.budget?.model_max_budget),
    budgetFallbacks: lists(key.budget_fallbacks),
    budgetWindows: windows(key.budget_limits),
    limits: {
      rpm: money(key.rpm_limit) ?? money(row.budget?.rpm_limit),
      tpm: money(key.tpm_limit) ?? money(row.budget?.tpm_limit),
      tpd: money(key.tpd_limit) ?? money(row.budget?.tpd_limit),
      maxParallelRequests: money(key.max_parallel_requests),
    },
    vectorStores: strings(row.permission?.vector_stores),
    traceIdRequired: Boolean(row.agent_requires_trace),
    agent: row.agent ? { ...agentFacts(row.agent), maxIterations: row.agent_max_iterations ?? undefined } : undefined,
    team: team ? teamFacts(row, team) : undefined,
    member: memberFacts(row),
    user: user
      ? {
          id: String(user.user_id),
          email: text(user.user_email),
          role: text(user.user_role),
          models: strings(user.models) ?? [],
          spend: money(user.spend) ?? 0,
          maxBudget: money(user.max_budget),
          modelMaxBudget: filled(user.model_max_budget),
          limits: limitsOf(user),
          metadata: json(user.metadata),
        }
      : undefined,
    organization: organization
      ? {
          id: String(organization.organization_id),
          alias: text(organization.organization_alias),
          models: strings(organization.models) ?? [],
          spend: money(organization.spend) ?? 0,
          maxBudget: money(row.organization_budget?.max_budget),
          limits: limitsOf(row.organization_budget),
          metadata: json(organization.metadata),
          vectorStores: strings(row.organization_permission?.vector_stores),
        }
      : undefined,
    project: row.project
      ? {
          id: String(row.project.project_id),
          alias: text(row.project.project_alias),
          blocked: bool(row.project.blocked),
          models: strings(row.project.models) ?? [],
          spend: money(row.project.spend) ?? 0,
          maxBudget: money(row.project_budget?.max_budget),
          softBudget: money(row.project_budget?.soft_budget),
          modelLimits: {
            model_rpm_limit: json(row.project.model_rpm_limit),
            model_tpm_limit: json(row.project.model_tpm_limit),
            model_itpm_limit: json(row.project.model_itpm_limit),
            model_otpm_limit: json(row.project.model_otpm_limit),
          },
          metadata: json(row.project.metadata),
        }
      : undefined,
  }
}

function teamFacts(row: KeyRow, team: Json) {
  return {
    id: String(team.team_id),
    alias: text(team.team_alias),
    organizationId: text(team.organization_id),
    blocked: bool(team.blocked),
    models: strings(team.models) ?? [],
    accessGroupModels: row.team_access_group_models ?? undefined,
    modelAliases: stringMap(row.team_model?.aliases),
    spend: money(team.spend) ?? 0,
    maxBudget: money(team.max_budget),
    softBudget: money(team.soft_budget),
    modelMaxBudget: filled(team.model_max_budget),
    budgetWindows: windows(team.budget_limits),
    limits: limitsOf(team),
    metadata: json(team.metadata),
    vectorStores: strings(row.team_permission?.vector_stores),
    defaultMemberModels: strings(team.default_team_member_models),
  }
}

function memberFacts(row: KeyRow): MemberFacts | undefined {
  const { key, team, member, member_budget: own, default_member_budget: usual } = row
  if (!team || !text(key.user_id)) return undefined
  return {
    role: row.member_role ?? undefined,
    spend: money(member?.spend),
    // A default of 0 means "no ceiling", a membership's own 0 does not.
    maxBudget: money(own?.max_budget) ?? (money(usual?.max_budget) || undefined),
    ownMaxBudget: money(own?.max_budget),
    budgetIncrease: money(own?.temp_budget_increase),
    budgetIncreaseUntil: date(own?.temp_budget_expiry),
    models: strings(own?.allowed_models),
    limits: limitsOf(own),
  }
}

function windows(column: unknown): readonly BudgetWindow[] | undefined {
  const found = jsonArray(column).flatMap((entry) => {
    const { budget_duration, max_budget, reset_at } = json(entry)
    const duration = text(budget_duration)
    const maxBudget = money(max_budget)
    return duration && maxBudget !== undefined ? [{ duration, maxBudget, resetAt: date(reset_at) }] : []
  })
  return found.length > 0 ? found : undefined
}

/** An object of lists of names; `undefined` when nothing is in it. */
function lists(column: unknown): Readonly<Record<string, readonly string[]>> | undefined {
  const found = Object.entries(json(column)).flatMap(([name, value]) => {
    const names = strings(value)
    return names?.length ? [[name, names] as const] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** An empty object in a budget column means the same as null. */
function filled(column: unknown): Json | undefined {
  const value = json(column)
  return Object.keys(value).length > 0 ? value : undefined
}

/** What a row of the agents says. Absent columns become absent limits. */
export function agentFacts(row: Json): AgentFacts {
  return {
    id: String(row.agent_id),
    limits: limitsOf(row),
    sessionLimits: { rpm: money(row.session_rpm_limit), tpm: money(row.session_tpm_limit) },
  }
}
