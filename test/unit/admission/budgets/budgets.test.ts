import { describe, expect, test } from '@jest/globals'
import { budgetsOf } from '../../../../src/admission/budgets/check-budgets.ts'
import { checkCall } from '../../../../src/admission/checks.ts'
import type { CallFacts, CheckSettings } from '../../../../src/admission/facts/check.ts'
import { timeZoneOf } from '../../../../src/admission/facts/time-zone.ts'
import type { Call, VirtualKey } from '../../../../src/types.ts'
import { aCall, anOrganization, aProject, aTeam, aUser, NOW, someFacts } from '../support/facts.ts'

interface Case {
  readonly facts: CallFacts
  readonly call?: Partial<Call> | null
  readonly settings?: CheckSettings
  /** `undefined`: the call passes. */
  readonly message?: string
}

const ours = { userId: 'u', teamId: 't' }
const inTeam = { owners: ours, team: aTeam(), user: aUser() }
const soon = '2026-02-16T12:00:01'
const before = '2026-02-16T11:59:59+00:00'
const counted = (counts: Record<string, number>) => ({
  spendOf: (counter: string, recorded: number | undefined) => counts[counter] ?? recorded ?? 0,
})
const daily = [{ duration: '1d', maxBudget: 2 }]

const anEndUser = { id: 'e', spend: 0, modelMaxBudget: { 'gpt-4o': { budget_limit: 2, time_period: '1d' } } }
const budgetedTeam = aTeam({ modelMaxBudget: { 'gpt-4o': { budget_limit: 2, time_period: '1d' } } })
const slowed = (key: Partial<VirtualKey> = {}) =>
  someFacts({ spend: 1, maxBudget: 1, limits: { rpm: 50 }, metadata: { throttle_on_budget_exceeded: true }, ...key })

const CASES: Record<string, Case> = {
  // key: >=
  'a key below its budget passes': { facts: someFacts({ spend: 0.99, maxBudget: 1 }) },
  'a key at its budget is refused': {
    facts: someFacts({ spend: 1, maxBudget: 1, alias: 'robot' }),
    message: 'Budget has been exceeded! Key=robot (sk-...abcd) Current cost: 1.0, Max budget: 1.0',
  },
  'a key with a budget of 0 is refused at once': {
    facts: someFacts({ maxBudget: 0 }),
    message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 0.0, Max budget: 0.0',
  },
  'a temporary increase lifts the ceiling of a key': {
    facts: someFacts({ spend: 1, maxBudget: 1, metadata: { temp_budget_increase: 1, temp_budget_expiry: soon } }),
  },
  'a temporary increase is a ceiling too': {
    facts: someFacts({ spend: 2, maxBudget: 1, metadata: { temp_budget_increase: 1, temp_budget_expiry: soon } }),
    message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 2.0, Max budget: 2.0',
  },
  'a temporary increase ends': {
    facts: someFacts({ spend: 1, maxBudget: 1, metadata: { temp_budget_increase: 1, temp_budget_expiry: before } }),
    message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 1.0, Max budget: 1.0',
  },
  'a temporary increase is no ceiling where there is none': {
    facts: someFacts({ spend: 9, metadata: { temp_budget_increase: 1, temp_budget_expiry: soon } }),
  },
  'an increase that is not a number counts for nothing': {
    facts: someFacts({ spend: 1, maxBudget: 1, metadata: { temp_budget_increase: '1', temp_budget_expiry: soon } }),
    message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 1.0, Max budget: 1.0',
  },
  'spend that is not written yet counts': {
    facts: someFacts({ spend: 0, maxBudget: 1 }, counted({ 'spend:key:hash': 1.5 })),
    message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 1.5, Max budget: 1.0',
  },

  // end user: >
  'an end user at its budget passes': { facts: someFacts({}, { endUser: { id: 'e', spend: 1, maxBudget: 1 } }) },
  'an end user above its budget is refused': {
    facts: someFacts({}, { endUser: { id: 'e', spend: 1.5, maxBudget: 1 } }),
    message: 'ExceededBudget: End User=e over budget. Spend=1.5, Budget=1.0',
  },
  'an end user without a budget passes': { facts: someFacts({}, { endUser: { id: 'e', spend: 1e9 } }) },
  'an end user over budget stops the master key too': {
    facts: someFacts({ master: true }, { endUser: { id: 'e', spend: 1.5, maxBudget: 1 } }),
    message: 'ExceededBudget: End User=e over budget. Spend=1.5, Budget=1.0',
  },

  // team: >
  'a team at its budget passes': { facts: someFacts({ owners: ours, team: aTeam({ spend: 1, maxBudget: 1 }) }) },
  'a team above its budget is refused': {
    facts: someFacts({ owners: ours, team: aTeam({ spend: 1.01, maxBudget: 1 }) }),
    message: 'Budget has been exceeded! Team=t Current cost: 1.01, Max budget: 1.0',
  },
  'a team with a budget of 0 passes until it has spent': {
    facts: someFacts({ owners: ours, team: aTeam({ maxBudget: 0 }) }),
  },

  // team member: > at first, then >=
  'a member above its own budget is refused': {
    facts: someFacts({ owners: ours, team: aTeam(), member: { spend: 2, maxBudget: 1, ownMaxBudget: 1 } }),
    message: 'Budget has been exceeded! Current cost: 2.0, Max budget: 1.0',
  },
  'a member at its own budget is refused by the second look': {
    facts: someFacts({ ...inTeam, member: { spend: 1, maxBudget: 1, ownMaxBudget: 1 } }),
    message: 'Budget has been exceeded! User=u in Team=t Current cost: 1.0, Max budget: 1.0',
  },
  'the second look needs a user': {
    facts: someFacts({ owners: ours, team: aTeam(), member: { spend: 1, maxBudget: 1, ownMaxBudget: 1 } }),
  },
  "a member at the team's default is refused": {
    facts: someFacts({ ...inTeam, member: { spend: 1, maxBudget: 1 } }),
    message: 'Budget has been exceeded! User=u in Team=t Current cost: 1.0, Max budget: 1.0',
  },
  "a member's own budget of 0 is refused by the second look": {
    facts: someFacts({ ...inTeam, member: { spend: 0, maxBudget: 0, ownMaxBudget: 0 } }),
    message: 'Budget has been exceeded! User=u in Team=t Current cost: 0.0, Max budget: 0.0',
  },
  'a member that nobody counts passes': { facts: someFacts({ ...inTeam, member: { maxBudget: 0 } }) },
  "a member's temporary increase counts": {
    facts: someFacts({
      ...inTeam,
      member: { spend: 1, maxBudget: 1, ownMaxBudget: 1, budgetIncrease: 1, budgetIncreaseUntil: new Date(`${soon}Z`) },
    }),
  },
  "a member's temporary increase ends": {
    facts: someFacts({
      ...inTeam,
      member: { spend: 1, maxBudget: 1, ownMaxBudget: 1, budgetIncrease: 1, budgetIncreaseUntil: new Date(before) },
    }),
    message: 'Budget has been exceeded! User=u in Team=t Current cost: 1.0, Max budget: 1.0',
  },

  // user: >=, without a team
  'a user at its budget is refused': {
    facts: someFacts({ owners: { userId: 'u' }, user: aUser({ spend: 1, maxBudget: 1 }) }),
    message: 'ExceededBudget: User=u over budget. Spend=1.0, Budget=1.0',
  },
  'a user at its budget passed before 1.84': {
    facts: someFacts({ owners: { userId: 'u' }, user: aUser({ spend: 1, maxBudget: 1 }) }),
    settings: { compat: '1.83' },
  },
  "a user's budget is not for keys of a team": {
    facts: someFacts({ ...inTeam, user: aUser({ spend: 1, maxBudget: 1 }) }),
  },
  "a user's budget is for keys of a team when the settings say so": {
    facts: someFacts({ ...inTeam, user: aUser({ spend: 1, maxBudget: 1 }) }),
    settings: { applyUserBudgetToTeamKeys: true },
    message: 'ExceededBudget: User=u over budget. Spend=1.0, Budget=1.0',
  },

  // organization: >=, 0 is none
  'an organization at its budget is refused': {
    facts: someFacts({ organization: anOrganization({ spend: 1, maxBudget: 1 }) }),
    message: 'Budget has been exceeded! Organization=o Current cost: 1.0, Max budget: 1.0',
  },
  'an organization with a budget of 0 has none': {
    facts: someFacts({ organization: anOrganization({ spend: 1, maxBudget: 0 }) }),
  },
  'an organization with a budget below 0 has none': {
    facts: someFacts({ organization: anOrganization({ spend: 1, maxBudget: -1 }) }),
  },

  // project: >
  'a project at its budget passes': { facts: someFacts({ project: aProject({ spend: 1, maxBudget: 1 }) }) },
  'a project above its budget is refused': {
    facts: someFacts({ project: aProject({ spend: 1.5, maxBudget: 1 }) }),
    message: 'Budget has been exceeded! Project=p Current cost: 1.5, Max budget: 1.0',
  },

  // tags: >
  'tags at their budgets pass': { facts: someFacts({}, { tags: [{ name: 'a', spend: 1, maxBudget: 1 }] }) },
  'the first tag above its budget is named': {
    facts: someFacts(
      {},
      {
        tags: [
          { name: 'a', spend: 1 },
          { name: 'b', spend: 2, maxBudget: 1 },
        ],
      },
    ),
    message: 'Budget has been exceeded! Tag=b Current cost: 2.0, Max budget: 1.0',
  },

  // model_max_budget: >, in counters
  'a model budget that is spent to the cent is exceeded': {
    facts: someFacts(
      { modelMaxBudget: { 'gpt-4o': { max_budget: 1, budget_duration: '1d' } } },
      counted({ 'virtual_key_spend:hash:gpt-4o:1d': 1 }),
    ),
    message: 'LiteLLM Virtual Key: hash, key_alias: None, exceeded budget for model=gpt-4o',
  },
  'a model budget that is spent to the cent was not exceeded before 1.84': {
    facts: someFacts(
      { modelMaxBudget: { 'gpt-4o': { max_budget: 1, budget_duration: '1d' } } },
      counted({ 'virtual_key_spend:hash:gpt-4o:1d': 1 }),
    ),
    settings: { compat: '1.83' },
  },
  'a model budget of 0 is spent': {
    facts: someFacts({ modelMaxBudget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } }),
    message: 'LiteLLM Virtual Key: hash, key_alias: None, exceeded budget for model=gpt-4o',
  },
  'a model budget below 0 is none': {
    facts: someFacts({ modelMaxBudget: { 'gpt-4o': { max_budget: -1, budget_duration: '1d' } } }),
  },
  'a user has model budgets too, also for keys of a team': {
    facts: someFacts(
      {
        owners: { userId: 'u', teamId: 't' },
        user: aUser({ modelMaxBudget: { 'gpt-4o': { budget_limit: 2, time_period: '1d' } } }),
      },
      counted({ 'user_model_spend:u:gpt-4o:1d': 2 }),
    ),
    message: 'LiteLLM User: u, exceeded budget for model=gpt-4o',
  },
  'a team has model budgets too': {
    facts: someFacts({ team: budgetedTeam }, counted({ 'team_model_spend:t:gpt-4o:1d': 2 })),
    message: 'LiteLLM Team: t, exceeded budget for model=gpt-4o',
  },
  'the model budget of a team, with room': {
    facts: someFacts({ team: budgetedTeam }, counted({ 'team_model_spend:t:gpt-4o:1d': 1.9 })),
  },
  'a key with a model budget of its own goes by that alone': {
    facts: someFacts(
      { team: budgetedTeam, modelMaxBudget: { 'gpt-4o': { max_budget: 1, budget_duration: '1d' } } },
      counted({ 'team_model_spend:t:gpt-4o:1d': 2 }),
    ),
  },
  'the model budgets of a team did not hold before 1.84': {
    facts: someFacts({ team: budgetedTeam }, counted({ 'team_model_spend:t:gpt-4o:1d': 2 })),
    settings: { compat: '1.83' },
  },
  'the model budgets of a user did not hold before 1.84': {
    facts: someFacts(
      { user: aUser({ modelMaxBudget: { 'gpt-4o': { budget_limit: 2, time_period: '1d' } } }) },
      counted({ 'user_model_spend:u:gpt-4o:1d': 2 }),
    ),
    settings: { compat: '1.83' },
  },
  'an end user has model budgets too': {
    facts: someFacts({}, { endUser: anEndUser, ...counted({ 'end_user_model_spend:e:gpt-4o:1d': 2 }) }),
    message: 'LiteLLM End User: e, exceeded budget for model=gpt-4o',
  },
  'the model budget of an end user, with room': {
    facts: someFacts({}, { endUser: anEndUser, ...counted({ 'end_user_model_spend:e:gpt-4o:1d': 1.9 }) }),
  },

  // a budget that only slows down
  'a key that is only slowed down is not stopped': { facts: slowed(), settings: { throttlePart: 0.1 } },
  ...Object.fromEntries(
    [
      ['without a part in the settings', slowed(), {}],
      ['without a rate', slowed({ limits: {} }), { throttlePart: 0.1 }],
      ['that has not asked for it', slowed({ metadata: {} }), { throttlePart: 0.1 }],
    ].map(([who, facts, settings]) => [
      `a key ${who} is stopped`,
      { facts, settings, message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 1.0, Max budget: 1.0' },
    ]),
  ),
  'a model above its budget is refused': {
    facts: someFacts(
      { alias: 'robot', modelMaxBudget: { 'gpt-4o': { budget_limit: '1', time_period: '1d' } } },
      counted({ 'virtual_key_spend:hash:gpt-4o:1d': 1.1 }),
    ),
    message: 'LiteLLM Virtual Key: hash, key_alias: robot, exceeded budget for model=gpt-4o',
  },
  'a model is known by its name without the provider': {
    facts: someFacts(
      { modelMaxBudget: { 'gpt-4o': { max_budget: 1, budget_duration: '1d' } } },
      counted({ 'virtual_key_spend:hash:gpt-4o:1d': 1.1 }),
    ),
    call: { modelGroup: 'openai/gpt-4o' },
    message: 'LiteLLM Virtual Key: hash, key_alias: None, exceeded budget for model=openai/gpt-4o',
  },
  'a budget for another model does not matter': {
    facts: someFacts(
      { modelMaxBudget: { other: { max_budget: 0, budget_duration: '1d' } } },
      counted({ 'virtual_key_spend:hash:other:1d': 5 }),
    ),
  },
  'a model budget without a duration has nothing to count in': {
    facts: someFacts({ modelMaxBudget: { 'gpt-4o': { max_budget: -1 } } }),
  },
  'an entry that is no object is no budget': { facts: someFacts({ modelMaxBudget: { 'gpt-4o': 3 } }) },

  // windows: >=
  "a key's window at its budget is refused": {
    facts: someFacts({ budgetWindows: daily }, counted({ 'spend:key:hash:window:1d': 2 })),
    message: 'ExceededBudget: Key over 1d budget. Spend=$2.0000, Limit=$2.00',
  },
  "a key's window below its budget passes": {
    facts: someFacts({ budgetWindows: daily }, counted({ 'spend:key:hash:window:1d': 1.9999 })),
  },
  'each window counts for itself': {
    facts: someFacts(
      { budgetWindows: [...daily, { duration: '30d', maxBudget: 10 }] },
      counted({ 'spend:key:hash:window:30d': 10.5 }),
    ),
    message: 'ExceededBudget: Key over 30d budget. Spend=$10.5000, Limit=$10.00',
  },
  "a team's window at its budget is refused": {
    facts: someFacts({ owners: ours, team: aTeam({ budgetWindows: daily }) }, counted({ 'spend:team:t:window:1d': 3 })),
    message: 'ExceededBudget: Team=t over 1d budget. Spend=$3.0000, Limit=$2.00',
  },

  // everybody together: >
  'everybody at the global budget passes': { facts: someFacts({}, { globalSpend: 1 }), settings: { maxBudget: 1 } },
  'everybody above the global budget is refused': {
    facts: someFacts({}, { globalSpend: 1.5 }),
    settings: { maxBudget: 1 },
    message: 'Budget has been exceeded! Current cost: 1.5, Max budget: 1.0',
  },
  'a global budget of 0 is none': { facts: someFacts({}, { globalSpend: 1.5 }), settings: { maxBudget: 0 } },

  // what budgets do not hold for
  'free models skip budgets': { facts: someFacts({ spend: 5, maxBudget: 1 }, { free: true }) },
  'asking which models there are skips budgets': {
    facts: someFacts({ maxBudget: 0 }, { request: { method: 'GET', path: '/v1/models' } }),
    call: null,
  },
  'routes of the administration skip budgets': {
    facts: someFacts({ maxBudget: 0 }, { request: { method: 'GET', path: '/key/info' } }),
    call: null,
  },
  'routes to models that nobody reads are held to budgets': {
    facts: someFacts({ maxBudget: 0 }, { request: { method: 'POST', path: '/bedrock/model/x/invoke' } }),
    call: null,
    message: 'Budget has been exceeded! Key=key (sk-...abcd) Current cost: 0.0, Max budget: 0.0',
  },
}

test.each(Object.entries(CASES))('%s', (_claim, { facts, call, settings = {}, message }) => {
  const refusal = checkCall(facts, call === null ? undefined : aCall(call), settings, NOW)
  expect(refusal?.message).toBe(message)
  if (message) expect(refusal?.code).toBe('budget_exceeded')
})

describe('the budgets that hold for a call', () => {
  test('are each named once, with where they are counted', () => {
    const facts = someFacts(
      {
        owners: ours,
        maxBudget: 1,
        budgetWindows: daily,
        modelMaxBudget: { 'gpt-4o': { max_budget: 1, budget_duration: '1d' } },
        team: aTeam({ maxBudget: 2, budgetWindows: daily }),
        user: aUser({ maxBudget: 3 }),
        member: { spend: 0, maxBudget: 4, ownMaxBudget: 4 },
        organization: anOrganization({ maxBudget: 5 }),
        project: aProject({ maxBudget: 6 }),
      },
      { endUser: { id: 'e', spend: 0, maxBudget: 7 }, tags: [{ name: 'x', spend: 0, maxBudget: 8 }], globalSpend: 0 },
    )
    const settings = { maxBudget: 9, applyUserBudgetToTeamKeys: true }
    expect(budgetsOf(facts, aCall(), settings, NOW).map(({ counter, max }) => [counter, max])).toEqual([
      ['spend:key:hash', 1],
      ['virtual_key_spend:hash:gpt-4o:1d', 1],
      ['spend:key:hash:window:1d', 2],
      ['spend:team:t', 2],
      ['spend:team:t:window:1d', 2],
      ['spend:user:u', 3],
      ['spend:end_user:e', 7],
      ['spend:tag:x', 8],
      ['spend:team_member:u:t', 4],
      ['spend:org:o', 5],
      ['spend:project:p', 6],
      ['spend:global', 9],
    ])
  })

  test('are none for a key without any', () => {
    expect(budgetsOf(someFacts(), aCall(), {}, NOW)).toEqual([])
  })
})

test('a window begins and ends by the clock of the zone', () => {
  const facts = someFacts({
    budgetWindows: [{ duration: '1d', maxBudget: 1 }],
    team: aTeam({ budgetWindows: [{ duration: '1mo', maxBudget: 1 }] }),
  })
  const windows = budgetsOf(facts, aCall(), { timeZone: timeZoneOf('Asia/Tokyo') }, NOW).map(({ window }) => window)
  expect(windows).toEqual([
    {
      endsAt: new Date('2026-02-16T15:00:00Z'),
      filledBy: { entity: 'key', id: 'hash', since: new Date('2026-02-15T15:00:00Z') },
    },
    {
      endsAt: new Date('2026-02-28T15:00:00Z'),
      filledBy: { entity: 'team', id: 't', since: new Date('2026-01-31T15:00:00Z') },
    },
  ])
})
