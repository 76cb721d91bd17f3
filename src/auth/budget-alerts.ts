import { oncePer } from '../once-per.ts'
import type { BudgetAlert, VirtualKey } from '../types.ts'
import { spendOf } from './budget.ts'
import { ofKey } from './budgets.ts'
import type { CallFacts } from './check.ts'
import { keyCounter, projectCounter, teamCounter } from './counters.ts'

const NEAR = 0.8

const NONE: readonly BudgetAlert[] = []

/** Most keys have nothing to be warned of. */
const mayAlert = oncePer(
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
