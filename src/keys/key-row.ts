import {
  bool,
  budgetWindows,
  date,
  filled,
  json,
  limitsOf,
  money,
  stringMap,
  strings,
  text,
} from '../database/json-column.ts'
import type {
  AgentFacts,
  MemberFacts,
  OrganizationFacts,
  Owners,
  ProjectFacts,
  TeamFacts,
  UserFacts,
  VirtualKey,
} from '../types.ts'
import { ownFacts } from './columns.ts'
import type { AgentRow, OrganizationRow, ProjectRow, TeamRow, UserRow } from './joined-columns.ts'
import type { KeyRow } from './sql/find-key.ts'

/** The identity behind a row, with LiteLLM's rules for what a budget tier adds. Absent columns become absent facts. */
export function toVirtualKey(row: KeyRow, readAt: Date): VirtualKey {
  const { key, team, user, organization, project } = row
  return {
    ...ownFacts(key, row.budget),
    owners: ownersOf(row),
    teamMetadata: json(team?.metadata),
    readAt,
    accessGroupModels: row.access_group_models ?? undefined,
    vectorStores: strings(row.permission?.vector_stores),
    traceIdRequired: Boolean(row.agent_requires_trace),
    agent: row.agent ? { ...agentFacts(row.agent), maxIterations: row.agent_max_iterations ?? undefined } : undefined,
    team: team ? teamFacts(row, team) : undefined,
    member: memberFacts(row),
    user: user ? userFacts(user) : undefined,
    organization: organization ? organizationFacts(row, organization) : undefined,
    project: project ? projectFacts(row, project) : undefined,
  }
}

function ownersOf({ key, team, user }: KeyRow): Owners {
  return {
    userId: text(key.user_id),
    userEmail: text(user?.user_email),
    teamId: text(key.team_id),
    teamAlias: text(team?.team_alias),
    organizationId: text(key.organization_id) ?? text(team?.organization_id),
    projectId: text(key.project_id),
    agentId: text(key.agent_id),
  }
}

function teamFacts(row: KeyRow, team: TeamRow): TeamFacts {
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
    budgetResetAt: date(team.budget_reset_at),
    modelMaxBudget: filled(team.model_max_budget),
    budgetWindows: budgetWindows(team.budget_limits),
    routerSettings: filled(team.router_settings),
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
    budgetResetAt: date(own?.budget_reset_at),
    models: strings(own?.allowed_models),
    limits: limitsOf(own),
  }
}

function userFacts(user: UserRow): UserFacts {
  return {
    id: String(user.user_id),
    email: text(user.user_email),
    role: text(user.user_role),
    models: strings(user.models) ?? [],
    spend: money(user.spend) ?? 0,
    maxBudget: money(user.max_budget),
    budgetResetAt: date(user.budget_reset_at),
    modelMaxBudget: filled(user.model_max_budget),
    limits: limitsOf(user),
    metadata: json(user.metadata),
  }
}

function organizationFacts(row: KeyRow, organization: OrganizationRow): OrganizationFacts {
  return {
    id: String(organization.organization_id),
    alias: text(organization.organization_alias),
    models: strings(organization.models) ?? [],
    spend: money(organization.spend) ?? 0,
    maxBudget: money(row.organization_budget?.max_budget),
    budgetResetAt: date(row.organization_budget?.budget_reset_at),
    limits: limitsOf(row.organization_budget),
    metadata: json(organization.metadata),
    vectorStores: strings(row.organization_permission?.vector_stores),
  }
}

function projectFacts(row: KeyRow, project: ProjectRow): ProjectFacts {
  return {
    id: String(project.project_id),
    alias: text(project.project_alias),
    blocked: bool(project.blocked),
    models: strings(project.models) ?? [],
    spend: money(project.spend) ?? 0,
    maxBudget: money(row.project_budget?.max_budget),
    softBudget: money(row.project_budget?.soft_budget),
    budgetResetAt: date(row.project_budget?.budget_reset_at),
    modelLimits: {
      model_rpm_limit: json(project.model_rpm_limit),
      model_tpm_limit: json(project.model_tpm_limit),
      model_itpm_limit: json(project.model_itpm_limit),
      model_otpm_limit: json(project.model_otpm_limit),
    },
    metadata: json(project.metadata),
  }
}

/** What a row of the agents says. Absent columns become absent limits. */
export function agentFacts(row: AgentRow): AgentFacts {
  return {
    id: String(row.agent_id),
    limits: limitsOf(row),
    sessionLimits: { rpm: money(row.session_rpm_limit), tpm: money(row.session_tpm_limit) },
  }
}
