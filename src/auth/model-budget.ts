import type { Call, Json } from '../types.ts'
import { type Budget, spendOf } from './budget.ts'
import { durationEnd } from './budget-duration.ts'
import type { CallFacts } from './check.ts'
import { modelCounter } from './counters.ts'

/** What a key allows for one model: `model_max_budget[model]`, whichever of LiteLLM's field names it uses. */
export interface ModelAllowance {
  readonly model: string
  readonly maxBudget?: number
  readonly duration?: string
  readonly rpm?: number
  readonly tpm?: number
}

/** The entry for a model, by its name with or without the provider before it. */
export function modelAllowanceOf(entries: Json | undefined, model: string): ModelAllowance | undefined {
  if (!entries) return undefined
  const name = [model, model.slice(model.indexOf('/') + 1)].find((candidate) => Object.hasOwn(entries, candidate))
  const entry = name === undefined ? undefined : (entries[name] as Json | null)
  if (name === undefined || typeof entry !== 'object' || entry === null) return undefined
  return {
    model: name,
    maxBudget: numberOf(entry.max_budget ?? entry.budget_limit),
    duration: textOf(entry.budget_duration ?? entry.time_period),
    rpm: numberOf(entry.rpm_limit),
    tpm: numberOf(entry.tpm_limit),
  }
}

/** The key's budget for the model of this call. Without a duration there is nothing to count in. */
export function modelBudgetOf(facts: CallFacts, call: Call, now: Date): Budget | undefined {
  const { key } = facts
  const allowance = modelAllowanceOf(key.modelMaxBudget, call.modelGroup)
  const endsAt = allowance?.duration && durationEnd(allowance.duration, now)
  if (allowance?.maxBudget === undefined || !allowance.duration || !endsAt) return undefined
  const counter = modelCounter(key.hashedToken, allowance.model, allowance.duration)
  return {
    counter,
    spend: spendOf(facts, counter, undefined),
    max: allowance.maxBudget,
    exceededBy: '>',
    // It begins with the first call, so what was spent before this process began cannot be known.
    window: { endsAt },
    owner: `Key=${key.alias ?? 'key'}`,
    sentence: () =>
      `LiteLLM Virtual Key: ${key.hashedToken}, key_alias: ${key.alias ?? 'None'}, ` +
      `exceeded budget for model=${call.modelGroup}`,
  }
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
