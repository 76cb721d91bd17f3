import { expect, test } from '@jest/globals'
import { budgetAlertsOf } from '../../../../src/admission/budgets/budget-alerts.ts'
import type { CallFacts } from '../../../../src/admission/facts/check.ts'
import { isFree } from '../../../../src/admission/models/model-access.ts'
import type { BudgetAlert } from '../../../../src/types.ts'
import { aProject, aTeam, NOW, someFacts } from '../support/facts.ts'

const told = { soft_budget_alerting_emails: ['a@example.com'] }

test.each([
  ['nothing to tell', someFacts({ spend: 1 }), []],
  [
    'a soft budget that is reached',
    someFacts({ spend: 5, softBudget: 5 }),
    [{ kind: 'soft', entity: 'key', id: 'hash', spend: 5, budget: 5 }],
  ],
  ['a soft budget that is not reached', someFacts({ spend: 4.9, softBudget: 5 }), []],
  [
    '80 % of a budget',
    someFacts({ spend: 8, maxBudget: 10 }),
    [{ kind: 'near', entity: 'key', id: 'hash', spend: 8, budget: 10 }],
  ],
  ['less than 80 %', someFacts({ spend: 7.9, maxBudget: 10 }), []],
  ['a budget that is spent is refused, not announced', someFacts({ spend: 10, maxBudget: 10 }), []],
  [
    "a team's soft budget, to those it names",
    someFacts({ team: aTeam({ spend: 2, softBudget: 1, metadata: told }) }),
    [{ kind: 'soft', entity: 'team', id: 't', spend: 2, budget: 1, emails: ['a@example.com'] }],
  ],
  ["a team's soft budget that nobody wants to hear of", someFacts({ team: aTeam({ spend: 2, softBudget: 1 }) }), []],
  [
    "a project's soft budget",
    someFacts({ project: aProject({ spend: 2, softBudget: 2 }) }),
    [{ kind: 'soft', entity: 'project', id: 'p', spend: 2, budget: 2 }],
  ],
  ["a project's soft budget that is not reached", someFacts({ project: aProject({ spend: 1, softBudget: 2 }) }), []],
] as [string, CallFacts, BudgetAlert[]][])('%s', (_claim, facts, alerts) => {
  expect(budgetAlertsOf(facts, NOW)).toEqual(alerts)
})

test.each([
  ['no deployment', [], false],
  ['both prices 0', [{ input_cost_per_token: 0, output_cost_per_token: 0 }], true],
  ['one price missing', [{ input_cost_per_token: 0 }], false],
  ['an unknown price', [undefined], false],
  [
    'one deployment of two that costs',
    [
      { input_cost_per_token: 0, output_cost_per_token: 0 },
      { input_cost_per_token: 1, output_cost_per_token: 0 },
    ],
    false,
  ],
])('a model group is free: %s', (_claim, prices, expected) => {
  expect(isFree(prices)).toBe(expected)
})
