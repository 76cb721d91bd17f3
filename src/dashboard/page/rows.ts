/* Rows of LiteLLM's management API, as far as the page reads them. */

interface Limited {
  readonly spend: number
  readonly max_budget: number | null
  readonly tpm_limit: number | null
  readonly rpm_limit: number | null
  readonly budget_duration: string | null
  readonly budget_reset_at: string | null
  readonly models: readonly string[]
}

export interface KeyRow extends Limited {
  readonly token: string
  readonly key_name: string | null
  readonly key_alias: string | null
  readonly user_id: string | null
  readonly team_id: string | null
  readonly blocked: boolean | null
  readonly expires: string | null
  readonly created_at?: string | null
  readonly last_active?: string | null
}

export interface TeamRow extends Limited {
  readonly team_id: string
  readonly team_alias: string | null
  readonly organization_id: string | null
  readonly blocked: boolean
  readonly members_count?: number
  readonly keys_count?: number
}

export interface UserRow extends Limited {
  readonly user_id: string
  readonly user_email: string | null
  readonly user_alias: string | null
  readonly user_role: string | null
  readonly key_count?: number
  readonly teams?: readonly unknown[] | null
}

interface LinkedBudget {
  readonly max_budget: number | null
  readonly budget_reset_at?: string | null
}

export interface OrganizationRow {
  readonly organization_id: string
  readonly organization_alias: string | null
  readonly spend: number
  readonly models: readonly string[]
  readonly litellm_budget_table: LinkedBudget | null
}

export interface TeamInfo {
  readonly team_id: string
  readonly team_info: TeamRow & {
    readonly members_with_roles: readonly {
      readonly user_id: string | null
      readonly user_email: string | null
      readonly user_alias: string | null
      readonly role: string
    }[]
    readonly team_member_budget_table?: LinkedBudget | null
  }
  readonly keys: readonly KeyRow[]
  readonly team_memberships: readonly {
    readonly user_id: string
    readonly spend: number | null
    readonly litellm_budget_table: LinkedBudget | null
  }[]
}

/** How much of the budget is spent; 0 without one. */
export function usedPart({ spend, max_budget }: Pick<Limited, 'spend' | 'max_budget'>): number {
  if (max_budget === null) return 0
  return max_budget > 0 ? spend / max_budget : 1
}

export function keyTitle({ key_alias, key_name, token }: Pick<KeyRow, 'key_alias' | 'key_name' | 'token'>): string {
  return key_alias || key_name || `${token.slice(0, 10)}…`
}
