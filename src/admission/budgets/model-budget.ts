import { isObject, text } from '../../lib/json.ts'
import type { Call, VirtualKey } from '../../types.ts'
import { type Budget, spendOf } from '../facts/budget.ts'
import { durationEnd } from '../facts/budget-duration.ts'
import type { CallFacts } from '../facts/check.ts'
import { type Compat, changedAnswersOf } from '../facts/compat.ts'
import { endUserModelCounter, modelCounter, teamModelCounter, userModelCounter } from '../facts/counters.ts'
import type { BudgetKind } from '../facts/refusal.ts'

/** What a key allows for one model: `model_max_budget[model]`, whichever of LiteLLM's field names it uses. */
export interface ModelAllowance {
  readonly model: string
  readonly maxBudget?: number
  readonly duration?: string
  readonly rpm?: number
  readonly tpm?: number
}

/** `model_max_budget` of a row, by model. */
export type ModelBudgets = NonNullable<VirtualKey['modelMaxBudget']>

/**
 * The entry for a model, by its name with or without the provider before it; where it has none, that for the alias by
 * which it was asked for.
 */
export function modelAllowanceOf(
  entries: ModelBudgets | undefined,
  model: string,
  asked = model,
): ModelAllowance | undefined {
  if (!entries) return undefined
  const names = [model, asked].flatMap((one) => [one, one.slice(one.indexOf('/') + 1)])
  const name = names.find((candidate) => Object.hasOwn(entries, candidate))
  const entry = name === undefined ? undefined : entries[name]
  if (name === undefined || !isObject(entry)) return undefined
  return {
    model: name,
    maxBudget: numberOf(entry.max_budget ?? entry.budget_limit),
    duration: text(entry.budget_duration ?? entry.time_period),
    rpm: numberOf(entry.rpm_limit),
    tpm: numberOf(entry.tpm_limit),
  }
}

/** The key's budget for the model of this call. */
export function modelBudgetOf(facts: CallFacts, call: Call, now: Date, compat?: Compat): Budget | undefined {
  const { key } = facts
  const { hashedToken: id, modelMaxBudget: entries } = key
  if (!entries) return undefined
  const owner = { kind: 'keyModel', entries, id, counter: modelCounter, shown: `Key=${key.alias ?? 'key'}` } as const
  const named = `LiteLLM Virtual Key: ${id}, key_alias: ${key.alias ?? 'None'}`
  return budgetFor(owner, `${named}, exceeded budget for model=${call.modelGroup}`, facts, call, now, compat)
}

/** The budget that the key's user has for the model of this call, also where the key is a team's. */
export function userModelBudgetOf(facts: CallFacts, call: Call, now: Date, compat?: Compat): Budget | undefined {
  const { user } = facts.key
  if (!user?.modelMaxBudget) return undefined
  const { id, modelMaxBudget: entries } = user
  const sentence = `LiteLLM User: ${id}, exceeded budget for model=${call.modelGroup}`
  const owner = { kind: 'userModel', entries, id, counter: userModelCounter, shown: `User=${id}` } as const
  return budgetFor(owner, sentence, facts, call, now, compat)
}

/** The budget that the key's team has for the model of this call. A key with one of its own goes by that alone. */
export function teamModelBudgetOf(facts: CallFacts, call: Call, now: Date, compat?: Compat): Budget | undefined {
  const { team } = facts.key
  if (!team?.modelMaxBudget || modelBudgetOf(facts, call, now, compat)) return undefined
  const { id, modelMaxBudget: entries } = team
  const sentence = `LiteLLM Team: ${id}, exceeded budget for model=${call.modelGroup}`
  const owner = { kind: 'teamModel', entries, id, counter: teamModelCounter, shown: `Team=${id}` } as const
  return budgetFor(owner, sentence, facts, call, now, compat)
}

/** The budget that the end user has for the model of this call. */
export function endUserModelBudgetOf(facts: CallFacts, call: Call, now: Date, compat?: Compat): Budget | undefined {
  const { endUser } = facts
  if (!endUser?.modelMaxBudget) return undefined
  const { id, modelMaxBudget: entries } = endUser
  const sentence = `LiteLLM End User: ${id}, exceeded budget for model=${call.modelGroup}`
  const owner = { kind: 'endUserModel', entries, id, counter: endUserModelCounter, shown: `EndUser=${id}` } as const
  return budgetFor(owner, sentence, facts, call, now, compat)
}

interface ModelBudgetOwner {
  readonly kind: BudgetKind
  readonly entries: ModelBudgets
  readonly id: string
  readonly counter: typeof modelCounter
  readonly shown: string
}

/** Without a duration there is nothing to count in. */
function budgetFor(
  { kind, entries, id, counter: counterOf, shown: owner }: ModelBudgetOwner,
  sentence: string,
  facts: CallFacts,
  call: Call,
  now: Date,
  compat: Compat | undefined,
): Budget | undefined {
  const { model = '', maxBudget: max = -1, duration } = modelAllowanceOf(entries, call.modelGroup, facts.asked) ?? {}
  const endsAt = duration && durationEnd(duration, now)
  if (max < 0 || !endsAt) return undefined
  const counter = counterOf(id, model, duration)
  return {
    kind,
    counter,
    spend: spendOf(facts, counter, undefined),
    max,
    exceededBy: changedAnswersOf(compat).modelBudgetExceededBy ?? '>=',
    // It begins with the first call, so what was spent before this process began cannot be known.
    window: { endsAt },
    owner,
    sentence: () => sentence,
  }
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined
}
