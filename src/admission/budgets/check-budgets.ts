import type { Call } from '../../types.ts'
import { type Budget, checkBudget } from '../facts/budget.ts'
import type { CallFacts, CheckRecord, CheckSettings } from '../facts/check.ts'
import type { BudgetKind, Refusal } from '../facts/refusal.ts'
import { isDiscoveryRoute, isLlmRoute } from '../facts/routes/route-groups.ts'
import { BUDGETS } from './budgets.ts'

const RESERVED: readonly BudgetKind[] = [
  ...([
    'key',
    'keyModel',
    'userModel',
    'teamModel',
    'endUserModel',
    'keyWindows',
    'team',
    'teamWindows',
    'user',
    'endUser',
  ] as const),
  ...(['tags', 'member', 'organization', 'project', 'global'] as const),
]
const LOGGED: readonly BudgetKind[] = ['keyWindows', 'teamWindows']

const NAMES: Partial<Record<BudgetKind, string>> = {
  keyWindows: 'keyWindows',
  teamWindows: 'teamWindows',
  tags: 'tagBudgets',
}

/** The checks of these kinds of budgets. */
export function budgetChecks(...kinds: readonly BudgetKind[]): readonly CheckRecord[] {
  return kinds.map(checkOf)
}

function checkOf(kind: BudgetKind): CheckRecord {
  return {
    name: NAMES[kind] ?? `${kind}Budget`,
    kind: 'budget',
    reserved: RESERVED.includes(kind),
    applies: budgetsCount,
    decide(facts, call, settings, now) {
      for (const budget of BUDGETS[kind](facts, call, settings, now)) {
        const refusal = checkBudget(budget)
        if (refusal) return refusal
        if (isUnverified(facts, settings)) return UNVERIFIABLE
      }
      return undefined
    },
  }
}

/** LiteLLM raises it as an exception of Python's: "no parameter" is a text. */
export const UNVERIFIABLE: Refusal = { code: 'budget_unverifiable', param: 'None' }

/** Whether what a budget was spent of may be out of date, where that is to refuse calls: as in LiteLLM, if it has room. */
export function isUnverified({ key }: CallFacts, { failClosedBudgets }: CheckSettings): boolean {
  return failClosedBudgets === true && key.unverified === true
}

/** Every budget this call must stay below, once each, the key's first. What reservations are made against. */
export function budgetsOf(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): readonly Budget[] {
  return budgetsNamed(RESERVED, facts, call, settings, now)
}

/** Those among them that begin with what the log says was spent in their window. */
export function loggedBudgetsOf(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): readonly Budget[] {
  const { budgetWindows, team } = facts.key
  if (!budgetWindows?.length && !team?.budgetWindows?.length) return []
  return budgetsNamed(LOGGED, facts, call, settings, now).filter(({ window }) => window?.filledBy)
}

function budgetsNamed(
  names: readonly BudgetKind[],
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): readonly Budget[] {
  const budgets: Budget[] = []
  if (!budgetsCount(facts, call)) return budgets
  for (const name of names) for (const budget of BUDGETS[name](facts, call, settings, now)) budgets.push(budget)
  return budgets
}

/** Budgets hold for calls to models that cost something; not for asking which models there are. */
function budgetsCount({ free, request }: CallFacts, call: Call | undefined): boolean {
  if (free || (request && isDiscoveryRoute(request.path))) return false
  return call !== undefined || (request !== undefined && isLlmRoute(request.path))
}
