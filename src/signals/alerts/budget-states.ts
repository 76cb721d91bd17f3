import { maxBudgetOfKey, maxBudgetOfMember } from '../../admission/budgets/budgets.ts'
import type { VirtualKey } from '../../types.ts'
import type { CallInfo } from './alert.ts'

/** A budget with what is spent of it, as rows of the database say it now. */
export interface BudgetState {
  /** What LiteLLM writes before the event: "Key Budget: ". */
  readonly label: string
  /** Whose budget it is: "key:<hash>", "team:<id>". */
  readonly owner: string
  /** US dollars. */
  readonly spend: number
  readonly max?: number
  readonly soft?: number
  readonly resetAt?: Date
  /** "1d", "30d", ... of a budget whose spend is projected to its end. */
  readonly duration?: string
  /** Without spend and budgets. */
  readonly info: Omit<CallInfo, 'spend' | 'max_budget' | 'soft_budget'>
  /** What LiteLLM tells beside it of a soft budget alone. */
  readonly softInfo?: Pick<CallInfo, 'team_alias'>
  /** Percentages of the budget, and who is written to at each: `max_budget_alert_emails`. */
  readonly emailsAt?: ReadonlyMap<number, readonly string[]>
  /** Nothing is written at these percentages once all is spent: there is a mail for that. */
  readonly onlyBefore?: boolean
  /** Who is written to when the soft budget is reached; absent: who is written to otherwise. */
  readonly softEmails?: readonly string[]
  /** Who is written to at 15 %, 5 % and nothing left. */
  readonly emails: readonly string[]
}

export interface BudgetStateSettings {
  /** `apply_user_budget_to_team_keys`: else the budget of a user is for keys without a team. */
  readonly userBudgetOnTeamKeys: boolean
  /** `default_key_max_budget_alert_emails`, for every key. */
  readonly keyEmailsAt: ReadonlyMap<number, readonly string[]>
  /** The percentage at which the owner of a key without such a list is written to. */
  readonly ownerPercentage: number
}

/** The budgets that a key spends from, in LiteLLM's order. */
export function budgetStatesOf(key: VirtualKey, settings: BudgetStateSettings, now: Date): readonly BudgetState[] {
  const { owners, user, team, member, organization, project, hashedToken: token } = key
  const { userId: user_id, teamId: team_id, teamAlias: team_alias, organizationId: organization_id } = owners
  const user_email = user?.email
  const ownEmails = user_email ? [user_email] : []
  const states: (BudgetState | undefined)[] = [keyState(), userState(), memberState(), teamState(), organizationState()]
  return [...states, projectState()].filter((state) => state !== undefined)

  function keyState(): BudgetState | undefined {
    if (key.master) return undefined
    const lists = merged(settings.keyEmailsAt, emailsByPercentage(key.metadata.max_budget_alert_emails))
    // LiteLLM's: by the lists of the settings and the key, with the owner; without lists the owner alone, at 80 %.
    const alone = lists.size === 0
    return {
      ...{ label: 'Key Budget: ', owner: `key:${token}`, spend: key.spend },
      ...{ max: maxBudgetOfKey(key, now), soft: key.softBudget },
      ...{ resetAt: key.budgetResetAt, duration: key.budgetDuration },
      info: { token, user_id, team_id, organization_id, user_email, key_alias: key.alias, event_group: 'key' },
      softInfo: { team_alias },
      emailsAt: alone ? new Map([[settings.ownerPercentage, ownEmails]]) : withOwner(lists),
      onlyBefore: alone,
      emails: ownEmails,
    }
  }

  function withOwner(lists: ReadonlyMap<number, readonly string[]>): ReadonlyMap<number, readonly string[]> {
    return new Map([...lists].map(([percentage, emails]) => [percentage, union(emails, ownEmails)]))
  }

  function userState(): BudgetState | undefined {
    if (!user || (team_id && !settings.userBudgetOnTeamKeys)) return undefined
    return {
      ...{ label: 'User Budget: ', owner: `user:${user.id}`, spend: user.spend },
      ...{ max: user.maxBudget, resetAt: user.budgetResetAt, emails: ownEmails },
      info: { user_id: user.id, user_email, event_group: 'user' },
    }
  }

  function memberState(): BudgetState | undefined {
    if (!user_id || !team_id || member?.spend === undefined) return undefined
    return {
      ...{ label: 'Team Member Budget: ', owner: `team_member:${user_id}:${team_id}`, spend: member.spend },
      ...{ max: maxBudgetOfMember(member, now), resetAt: member.budgetResetAt, emails: ownEmails },
      info: { user_id, team_id, team_alias, organization_id, user_email, event_group: 'team_member' },
      emailsAt: withOwner(emailsByPercentage(key.teamMetadata.team_member_max_budget_alert_emails)),
    }
  }

  function teamState(): BudgetState | undefined {
    if (!team) return undefined
    return {
      ...{ label: 'Team Budget: ', owner: `team:${team.id}`, spend: team.spend },
      ...{ max: team.maxBudget, soft: team.softBudget, resetAt: team.budgetResetAt },
      info: { token, user_id, team_id: team.id, team_alias: team.alias, organization_id, event_group: 'team' },
      emails: [],
      softEmails: emailList(team.metadata.soft_budget_alerting_emails),
    }
  }

  function organizationState(): BudgetState | undefined {
    if (!organization) return undefined
    return {
      ...{ label: 'Organization Budget: ', owner: `organization:${organization.id}`, spend: organization.spend },
      // For organizations alone, a budget of 0 is none.
      ...{ max: organization.maxBudget || undefined, resetAt: organization.budgetResetAt, emails: [] },
      info: { token, user_id, team_id, team_alias, organization_id: organization.id, event_group: 'organization' },
    }
  }

  function projectState(): BudgetState | undefined {
    if (!project) return undefined
    return {
      ...{ label: 'Project Budget: ', owner: `project:${project.id}`, spend: project.spend },
      ...{ max: project.maxBudget, soft: project.softBudget, resetAt: project.budgetResetAt, emails: [] },
      info: { token, user_id, team_id, team_alias, organization_id, event_group: 'project' },
    }
  }
}

/** The budget of all calls together, in LiteLLM's name for the administrator. */
export function proxyState(spend: number, max: number): BudgetState {
  return {
    ...{ label: 'Proxy Budget: ', owner: 'proxy', spend, max, emails: [] },
    info: { user_id: 'default_user_id', event_group: 'proxy' },
  }
}

/** Addresses in a list, or in a text with commas. What is none is left out. */
export function emailList(value: unknown): readonly string[] {
  const items = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : []
  return items.flatMap((item) => {
    const address = typeof item === 'string' ? item.trim() : ''
    return ADDRESS.test(address) ? [address] : []
  })
}

/** One address: no list, no name, no line break. A metadata member of a key must not write headers of a mail. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/

/** `{ "50": ["a@example.com"] }` */
export function emailsByPercentage(value: unknown): ReadonlyMap<number, readonly string[]> {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
  return new Map(
    entries.flatMap(([name, emails]): [number, readonly string[]][] => {
      const percentage = Number(name)
      const isOne = /^\d{1,3}$/.test(name) && percentage > 0
      return isOne && emailList(emails).length > 0 ? [[percentage, emailList(emails)]] : []
    }),
  )
}

function merged(
  one: ReadonlyMap<number, readonly string[]>,
  other: ReadonlyMap<number, readonly string[]>,
): ReadonlyMap<number, readonly string[]> {
  const percentages = [...new Set([...one.keys(), ...other.keys()])]
  return new Map(percentages.map((percentage) => [percentage, union(one.get(percentage), other.get(percentage))]))
}

function union(one: readonly string[] = [], other: readonly string[] = []): readonly string[] {
  return [...new Set([...one, ...other])]
}
