import { memoizeByObject, oldestBeyond } from '../../lib/memoize.ts'
import type { BudgetAlert, VirtualKey } from '../../types.ts'
import { spendOf } from '../facts/budget.ts'
import type { CallFacts } from '../facts/check.ts'
import { keyCounter, projectCounter, teamCounter } from '../facts/counters.ts'
import { ofKey } from './budgets.ts'

/** LiteLLM's `budget_alert_ttl`. */
const SILENCE_MS = 24 * 3_600_000

/** Alerts remembered; beyond it the oldest may be told again. */
const MAX_REMEMBERED = 10_000

const NEAR = 0.8

const NONE: readonly BudgetAlert[] = []

/** Most keys have nothing to be warned of. */
const mayAlert = memoizeByObject(
  ({ softBudget, maxBudget, team, project }: VirtualKey) =>
    (softBudget ?? maxBudget ?? team?.softBudget ?? project?.softBudget) !== undefined,
)

export function budgetAlertsOf(facts: CallFacts, now: Date): readonly BudgetAlert[] {
  const { key } = facts
  return mayAlert(key) ? [...softOfKey(), ...nearOfKey(), ...softOfTeam(), ...softOfProject()] : NONE

  function softOfKey(): readonly BudgetAlert[] {
    const spend = spendOf(facts, keyCounter(key.hashedToken), key.spend)
    if (key.softBudget === undefined || spend < key.softBudget) return []
    return [{ kind: 'soft', entity: 'key', id: key.hashedToken, spend, budget: key.softBudget }]
  }

  function nearOfKey(): readonly BudgetAlert[] {
    return ofKey(facts, now)
      .filter(({ spend, max }) => max > 0 && spend >= NEAR * max && spend < max)
      .map(({ spend, max }) => ({ kind: 'near', entity: 'key', id: key.hashedToken, spend, budget: max }))
  }

  function softOfTeam(): readonly BudgetAlert[] {
    const { team } = key
    const emails = team?.metadata.soft_budget_alerting_emails
    if (team?.softBudget === undefined || !Array.isArray(emails) || emails.length === 0) return []
    const spend = spendOf(facts, teamCounter(team.id), team.spend)
    if (spend < team.softBudget) return []
    return [{ kind: 'soft', entity: 'team', id: team.id, spend, budget: team.softBudget, emails: emails.map(String) }]
  }

  function softOfProject(): readonly BudgetAlert[] {
    const { project } = key
    if (project?.softBudget === undefined) return []
    const spend = spendOf(facts, projectCounter(project.id), project.spend)
    if (spend < project.softBudget) return []
    return [{ kind: 'soft', entity: 'project', id: project.id, spend, budget: project.softBudget }]
  }
}

/** Tells each alert once a day: the owner of a budget that is nearly spent makes many calls. */
export function alertOnce(tell: (alert: BudgetAlert) => void): (alert: BudgetAlert, now: Date) => void {
  const toldAt = new Map<string, number>()
  return (alert, now) => {
    const name = `${alert.kind}:${alert.entity}:${alert.id}`
    const last = toldAt.get(name)
    if (last !== undefined && now.getTime() < last + SILENCE_MS) return
    // Behind all others, so that the first is always the oldest.
    toldAt.delete(name)
    toldAt.set(name, now.getTime())
    for (const oldest of oldestBeyond(toldAt, MAX_REMEMBERED)) toldAt.delete(oldest)
    tell(alert)
  }
}
