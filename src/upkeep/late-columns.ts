import { LATE_KEY_COLUMNS } from '../keys/columns.ts'

/** Columns that requests set, by table, and the version of LiteLLM that first has them. LiteLLM of May 2025 has all others. */
export const LATE_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LiteLLM_VerificationToken: LATE_KEY_COLUMNS,
  LiteLLM_TeamTable: {
    router_settings: '1.80.13',
    policies: '1.81.3',
    soft_budget: '1.81.9',
    access_group_ids: '1.81.12',
    budget_limits: '1.83.10',
    default_team_member_models: '1.83.10',
    tpd_limit: '1.104.0',
  },
  LiteLLM_UserTable: { policies: '1.81.3' },
  LiteLLM_BudgetTable: { allowed_models: '1.83.10', tpd_limit: '1.104.0' },
  LiteLLM_ObjectPermissionTable: {
    mcp_access_groups: '1.74.3',
    mcp_tool_permissions: '1.78.0',
    agents: '1.80.8',
    agent_access_groups: '1.80.8',
    blocked_tools: '1.82.1',
    models: '1.82.2',
    mcp_toolsets: '1.83.3',
    search_tools: '1.84.0',
    mcp_tool_search_enabled: '1.92.0',
    skills: '1.104.0',
  },
}
