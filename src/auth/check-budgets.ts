import type { Call } from '../types.ts'
import { type Budget, checkBudget } from './budget.ts'
import { BUDGETS, type BudgetName } from './budgets.ts'
import type { CallFacts, Check, CheckSettings } from './check.ts'
import { isDiscoveryRoute, isLlmRoute } from './route-groups.ts'

/** The check of one kind of budget. */
export function budgetCheck(name: BudgetName): Check {
  return (facts, call, settings, now) => {
    if (!budgetsCount(facts, call)) return undefined
    for (const budget of BUDGETS[name](facts, call, settings, now)) {
      const refusal = checkBudget(budget)
      if (refusal) return refusal
    }
    return undefined
  }
}

/** Every budget this call must stay below, once each, the key's first. What reservations are made against. */
export function budgetsOf(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): readonly Budget[] {
  if (!budgetsCount(facts, call)) return []
  return RESERVED.flatMap((name) => BUDGETS[name](facts, call, settings, now))
}

const RESERVED: readonly BudgetName[] = [
  ...(['key', 'keyModel', 'keyWindows', 'team', 'teamWindows', 'user', 'endUser', 'tags', 'member'] as const),
  ...(['organization', 'project', 'global'] as const),
]

/** Budgets hold for calls to models that cost something; not for asking which models there are. */
function budgetsCount({ free, request }: CallFacts, call: Call | undefined): boolean {
  if (free || (request && isDiscoveryRoute(request.path))) return false
  return call !== undefined || (request !== undefined && isLlmRoute(request.path))
}
