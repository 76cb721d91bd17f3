import type { Call, Limits, MemberFacts, VirtualKey } from '../../types.ts'
import { type Budget, isExceeded, spendOf } from '../facts/budget.ts'
import type { CallFacts, CheckSettings } from '../facts/check.ts'
import { changedAnswersOf } from '../facts/compat.ts'
import * as counters from '../facts/counters.ts'
import { pythonFloat } from '../facts/python-text.ts'
import type { BudgetKind } from '../facts/refusal.ts'
import { ZonedDate } from '../facts/time-zone.ts'
import { chargesTag } from './counters-of.ts'
import { endUserModelBudgetOf, modelBudgetOf, teamModelBudgetOf, userModelBudgetOf } from './model-budget.ts'
import { windowBudgets } from './window-budgets.ts'

type BudgetsOf = (facts: CallFacts, call: Call | undefined, settings: CheckSettings, now: Date) => readonly Budget[]

/**
 * Every kind of budget: where its spend is counted, how it is compared, what LiteLLM says when it is exceeded.
 * Which of them are looked at, and in which order, is the business of the checks.
 */
export const BUDGETS = {
  endUser: (facts) => {
    const { endUser } = facts
    if (!endUser) return []
    const counter = counters.endUserCounter(endUser.id)
    const budgets = limited(
      'endUser',
      facts,
      counter,
      endUser.spend,
      endUser.maxBudget,
      '>',
      `EndUser=${endUser.id}`,
      endUser.readAt,
    )
    return saying(budgets, `End User=${endUser.id}`)
  },

  /** LiteLLM's first look at a member: only at the membership's own budget, and not at one of 0. */
  memberOwn: (facts, _call, _settings, now) => {
    const { member } = facts.key
    return member?.ownMaxBudget ? ofMember('memberOwn', facts, maxBudgetOfMember(member, now), '>', '') : []
  },

  /** One that only slows its key down is none to stay below. */
  key: (facts, _call, settings, now) => {
    return throttles(facts.key, settings) ? [] : ofKey(facts, now)
  },

  keyModel: ofModel(modelBudgetOf),

  /** At these and those of teams LiteLLM looks since 2026, as it does at those of keys. */
  userModel: sinceThen(ofModel(userModelBudgetOf)),

  teamModel: sinceThen(ofModel(teamModelBudgetOf)),

  endUserModel: ofModel(endUserModelBudgetOf),

  project: (facts) => {
    const { project } = facts.key
    if (!project) return []
    const counter = counters.projectCounter(project.id)
    return limited('project', facts, counter, project.spend, project.maxBudget, '>', `Project=${project.id}`)
  },

  team: (facts) => {
    const { team } = facts.key
    return team
      ? limited('team', facts, counters.teamCounter(team.id), team.spend, team.maxBudget, '>', `Team=${team.id}`)
      : []
  },

  keyWindows: (facts, _call, { timeZone }, now) => {
    const { hashedToken: id, budgetWindows } = facts.key
    if (!budgetWindows) return []
    const owner = { kind: 'keyWindows', entity: 'key', id, counter: counters.keyCounter(id), shown: 'Key' } as const
    return windowBudgets(facts, owner, budgetWindows, new ZonedDate(now, timeZone))
  },

  teamWindows: (facts, _call, { timeZone }, now) => {
    if (!facts.key.team?.budgetWindows) return []
    const { id, budgetWindows } = facts.key.team
    const owner = {
      kind: 'teamWindows',
      entity: 'team',
      id,
      counter: counters.teamCounter(id),
      shown: `Team=${id}`,
    } as const
    return windowBudgets(facts, owner, budgetWindows, new ZonedDate(now, timeZone))
  },

  /** For organizations alone, a budget of 0 is none. */
  organization: (facts) => {
    const { organization: org } = facts.key
    if (!org?.maxBudget || org.maxBudget < 0) return []
    return limited(
      'organization',
      facts,
      counters.organizationCounter(org.id),
      org.spend,
      org.maxBudget,
      '>=',
      `Organization=${org.id}`,
    )
  },

  tags: (facts, _call, { compat }) =>
    (facts.tags ?? []).flatMap((tag) => {
      const counter = counters.tagCounter(tag.name)
      const budgets = limited('tags', facts, counter, tag.spend, tag.maxBudget, '>', `Tag=${tag.name}`, tag.readAt)
      return chargesTag(facts.key, tag.name, compat)
        ? budgets
        : budgets.map((budget) => ({ ...budget, untouched: true }))
    }),

  /** A user's own budget is for keys without a team, unless the settings say otherwise. */
  user: (facts, _call, { compat, applyUserBudgetToTeamKeys }) => {
    const { user, owners } = facts.key
    if (!user || (owners.teamId && !applyUserBudgetToTeamKeys)) return []
    const counter = counters.userCounter(user.id)
    const { userBudgetExceededBy: exceededBy = '>=' } = changedAnswersOf(compat)
    const budgets = limited('user', facts, counter, user.spend, user.maxBudget, exceededBy, `User=${user.id}`)
    return saying(budgets, `User=${user.id}`)
  },

  /** LiteLLM's second look: at what holds for the member, the team's default included. */
  member: (facts, _call, _settings, now) => {
    const { member, user, owners } = facts.key
    if (!member || !user) return []
    return ofMember('member', facts, maxBudgetOfMember(member, now), '>=', `User=${user.id} in Team=${owners.teamId}`)
  },

  global: (facts, _call, { maxBudget }) => {
    if (!maxBudget || maxBudget < 0 || facts.globalSpend === undefined) return []
    return limited(
      'global',
      facts,
      counters.GLOBAL_COUNTER,
      facts.globalSpend,
      maxBudget,
      '>',
      '',
      facts.globalSpendReadAt,
    )
  },
} as const satisfies Record<BudgetKind, BudgetsOf>

/** The key's own budget, also when it only slows the key down. */
export function ofKey(facts: CallFacts, now: Date): readonly Budget[] {
  const { key } = facts
  const owner = `Key=${key.alias ?? 'key'} (${key.name ?? 'None'})`
  return limited('key', facts, counters.keyCounter(key.hashedToken), key.spend, maxBudgetOfKey(key, now), '>=', owner)
}

function ofModel(budgetOf: typeof modelBudgetOf): BudgetsOf {
  return (facts, call, { compat }, now) => {
    const budget = call && budgetOf(facts, call, now, compat)
    return budget ? [budget] : []
  }
}

function sinceThen(budgetsOf: BudgetsOf): BudgetsOf {
  return (facts, call, settings, now) => (settings.compat === '1.83' ? [] : budgetsOf(facts, call, settings, now))
}

function limited(
  kind: BudgetKind,
  facts: CallFacts,
  counter: string,
  recorded: number,
  max: number | undefined,
  exceededBy: Budget['exceededBy'],
  owner: string,
  readAt?: Date,
): readonly Budget[] {
  if (max === undefined) return []
  return [{ kind, counter, spend: spendOf(facts, counter, recorded, readAt), max, exceededBy, owner }]
}

function ofMember(
  kind: BudgetKind,
  facts: CallFacts,
  max: number | undefined,
  exceededBy: Budget['exceededBy'],
  owner: string,
): readonly Budget[] {
  const { member, owners } = facts.key
  if (member?.spend === undefined || !owners.userId || !owners.teamId) return []
  return limited(
    kind,
    facts,
    counters.memberCounter(owners.userId, owners.teamId),
    member.spend,
    max,
    exceededBy,
    owner,
  )
}

/** The older sentence that LiteLLM has kept for users and end users. */
function saying(budgets: readonly Budget[], owner: string): readonly Budget[] {
  return budgets.map((budget) => ({
    ...budget,
    sentence: (spend, max) =>
      `ExceededBudget: ${owner} over budget. Spend=${pythonFloat(spend)}, Budget=${pythonFloat(max)}`,
  }))
}

/** A key's ceiling now: `metadata.temp_budget_increase` counts until `metadata.temp_budget_expiry`. */
export function maxBudgetOfKey({ maxBudget, metadata }: VirtualKey, now: Date): number | undefined {
  const { temp_budget_increase: increase, temp_budget_expiry: until } = metadata
  if (maxBudget === undefined || typeof increase !== 'number' || typeof until !== 'string') return maxBudget
  return utc(until) > now ? maxBudget + increase : maxBudget
}

/** A member's ceiling now: its own or the team's default, with its own temporary increase. */
export function maxBudgetOfMember(member: MemberFacts, now: Date): number | undefined {
  const { maxBudget, budgetIncrease, budgetIncreaseUntil } = member
  if (maxBudget === undefined || budgetIncrease === undefined || !budgetIncreaseUntil) return maxBudget
  return budgetIncreaseUntil > now ? maxBudget + budgetIncrease : maxBudget
}

/** LiteLLM writes these times with and without a zone; without one they are UTC. */
function utc(text: string): Date {
  return new Date(/(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes(':') ? text : `${text.replace(' ', 'T')}Z`)
}

/**
 * A key may ask to be slowed down by its budget, not stopped: `metadata.throttle_on_budget_exceeded`. That needs a rate
 * that can be lowered, and the part of it that is left, from the settings. Without either the budget stops it.
 */
export function throttles({ metadata, limits }: VirtualKey, { throttlePart }: CheckSettings): boolean {
  if (metadata.throttle_on_budget_exceeded !== true || throttlePart === undefined) return false
  return limits?.rpm !== undefined || limits?.tpm !== undefined
}

/** The limits of a key that throttles, at least 1 each, once its budget is exceeded. */
export function throttled(limits: Limits | undefined, budgets: readonly Budget[], part: number): Limits | undefined {
  if (!limits || !budgets.some(isExceeded)) return limits
  const slower = (limit: number | undefined) => limit && Math.max(1, Math.floor(limit * part))
  return { ...limits, rpm: slower(limits.rpm), tpm: slower(limits.tpm) }
}
