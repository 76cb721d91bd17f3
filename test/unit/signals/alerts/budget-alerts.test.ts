import { describe, expect, test } from '@jest/globals'
import { budgetAlertsOf } from '../../../../src/signals/alerts/budget-alerts.ts'
import { budgetStatesOf, emailList, proxyState } from '../../../../src/signals/alerts/budget-states.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { aKey } from '../../../support/facts.ts'

const NOW = new Date('2026-11-16T00:00:00Z')
const SETTINGS = {
  userBudgetOnTeamKeys: false,
  keyEmailsAt: new Map<number, readonly string[]>(),
  ownerPercentage: 80,
  periodMs: 86_400_000,
  emailPeriodMs: 86_400_000,
}

const alertsFor = (key: Partial<VirtualKey>, settings: Partial<typeof SETTINGS> = {}, now = NOW) => {
  const all = { ...SETTINGS, ...settings }
  return budgetStatesOf(aKey(key), all, now).flatMap((state) => budgetAlertsOf(state, now, all))
}
/** Those that are for every channel. */
const linesOf = (key: Partial<VirtualKey>) =>
  alertsFor(key).flatMap(({ channels, event }) => (channels ? [] : [[event!.event, event!.event_message]]))
const mailsOf = (key: Partial<VirtualKey>, settings: Partial<typeof SETTINGS> = {}) =>
  alertsFor(key, settings).map(({ event, emails }) => [event!.event_message, emails])

const team = { id: 't', alias: 'the team', blocked: false, models: [], metadata: {} }
const user = { id: 'u', email: 'u@example.com', models: [], metadata: {} }
const inTeam = { userId: 'u', teamId: 't', teamAlias: 'the team' }

/** One budget of 100 dollars of which so much is spent, of each kind of owner. */
const OWNERS: readonly (readonly [label: string, of: (spend: number) => Partial<VirtualKey>])[] = [
  ['Key Budget: ', (spend) => ({ spend, maxBudget: 100 })],
  ['User Budget: ', (spend) => ({ owners: { userId: 'u' }, user: { ...user, spend, maxBudget: 100 } })],
  ['Team Budget: ', (spend) => ({ owners: inTeam, team: { ...team, spend, maxBudget: 100 } })],
  [
    'Team Member Budget: ',
    (spend) => ({ owners: inTeam, team: { ...team, spend: 0 }, member: { spend, maxBudget: 100 } }),
  ],
  [
    'Organization Budget: ',
    (spend) => ({ organization: { id: 'o', models: [], metadata: {}, spend, maxBudget: 100 } }),
  ],
  [
    'Project Budget: ',
    (spend) => ({ project: { id: 'p', blocked: false, models: [], metadata: {}, spend, maxBudget: 100 } }),
  ],
]

describe.each(OWNERS)('%s', (label, of) => {
  test.each([
    [84.9, undefined, undefined],
    [85, 'threshold_crossed', '15% or less of budget remaining'],
    [94.9, 'threshold_crossed', '15% or less of budget remaining'],
    [95, 'threshold_crossed', '5% or less of budget remaining'],
    [99.9, 'threshold_crossed', '5% or less of budget remaining'],
    [100, 'budget_crossed', 'Budget Crossed\n Total Budget:`100.0`'],
    [250, 'budget_crossed', 'Budget Crossed\n Total Budget:`100.0`'],
  ])('%d of 100 dollars: %s', (spend, event, text) => {
    expect(linesOf(of(spend))).toEqual(event ? [[event, label + text]] : [])
  })

  test('each line has an id of its own, and a new one when the budget is reset or changed', () => {
    const ids = [85, 95, 100]
      .flatMap((spend) => alertsFor(of(spend)).filter(({ channels }) => !channels))
      .map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
    expect(alertsFor(of(86)).map(({ id }) => id)).toEqual(alertsFor(of(90)).map(({ id }) => id))
  })
})

test('a budget that was reset or changed is told of again', () => {
  const idOf = (more: Partial<VirtualKey>) => alertsFor({ spend: 100, maxBudget: 100, ...more }).map(({ id }) => id)
  const ids = [{}, { budgetResetAt: NOW }, { budgetResetAt: new Date('2026-12-01') }, { spend: 200, maxBudget: 200 }]
  expect(new Set(ids.flatMap(idOf)).size).toBe(4)
})

test('the budget of all calls together', () => {
  const [alert] = budgetAlertsOf(proxyState(96, 100), NOW, SETTINGS)
  expect(alert!.event).toMatchObject({ event_group: 'proxy', user_id: 'default_user_id', spend: 96, max_budget: 100 })
})

test("a user's budget is for keys without a team, unless the settings say otherwise", () => {
  const key = { owners: inTeam, user: { ...user, spend: 100, maxBudget: 100 } }
  expect(alertsFor(key)).toEqual([])
  expect(alertsFor(key, { userBudgetOnTeamKeys: true })).toHaveLength(1)
})

test('a budget that is raised for a while is told of by what it is now', () => {
  const metadata = { temp_budget_increase: 100, temp_budget_expiry: '2026-11-17T00:00:00Z' }
  expect(linesOf({ spend: 100, maxBudget: 100, metadata })).toEqual([])
  expect(linesOf({ spend: 171, maxBudget: 100, metadata })[0]![1]).toContain('15%')
})

describe('soft budgets', () => {
  test.each([
    [9.9, []],
    [10, ['Soft Budget Crossed: Total Soft Budget:`10.0`']],
  ])('%d of 10 dollars', (spend, messages) => {
    // Long before the end of the window, so that nothing is projected.
    const [budgetDuration, budgetResetAt] = ['30d', new Date('2026-11-16T00:00:01Z')]
    expect(linesOf({ spend, softBudget: 10, budgetDuration, budgetResetAt }).map(([, text]) => text)).toEqual(messages)
    expect(linesOf({ team: { ...team, spend, softBudget: 10 }, owners: inTeam }).map(([, text]) => text)).toEqual(
      messages,
    )
  })

  test('of a team, its addresses are written to, and nobody else', () => {
    const metadata = {
      soft_budget_alerting_emails: ['a@example.com', ' b@example.com ', 'none', 'x@y.z\r\nBcc: c@d.e'],
    }
    const [alert] = alertsFor({
      team: { ...team, spend: 10, softBudget: 10, metadata },
      user: { ...user, spend: 0 },
      owners: inTeam,
    })
    expect(alert!.emails).toEqual(['a@example.com', 'b@example.com'])
    expect(alert!.event!.alert_emails).toEqual(['a@example.com', 'b@example.com'])
  })
})

describe('a projected soft budget', () => {
  // Half of November has passed.
  const window = { budgetDuration: '30d', budgetResetAt: new Date('2026-12-01T00:00:00Z') }

  test.each([
    [4.9, undefined],
    [5.1, { projected_spend: 10.2, projected_exceeded_date: '2026-11-30', max_budget: 10, soft_budget: undefined }],
    [9, { projected_spend: 18, projected_exceeded_date: '2026-11-17' }],
  ])('%d dollars', (spend, facts) => {
    const [alert] = alertsFor({ spend, softBudget: 10, ...window })
    if (!facts) return expect(alert).toBe(undefined)
    expect(alert!.event).toMatchObject({ event: 'projected_limit_exceeded', ...facts })
    expect(alert!.message).toContain('Key Budget: Projected Limit Exceeded')
  })

  test('without a window, to the end of the month', () => {
    expect(linesOf({ spend: 4.9, softBudget: 10 })).toEqual([])
    expect(linesOf({ spend: 5.1, softBudget: 10 })[0]![0]).toBe('projected_limit_exceeded')
  })
})

describe('percentages by e-mail', () => {
  const owner = { owners: { userId: 'u' }, user: { ...user, spend: 0 } }
  const at = (percentage: number) => `Max Budget Alert - ${percentage}% of Maximum Budget Reached`

  test.each([
    [79.9, []],
    [80, [[at(80), ['u@example.com']]]],
  ])('without a list the owner is written to at 80 %%: %d of 100 dollars', (spend, mails) => {
    expect(mailsOf({ ...owner, spend, maxBudget: 100 })).toEqual(mails)
  })

  test('at 100 % the owner is told that the budget is crossed, and nothing more', () => {
    expect(mailsOf({ ...owner, spend: 100, maxBudget: 100 })).toEqual([
      ['Key Budget: Budget Crossed\n Total Budget:`100.0`', ['u@example.com']],
    ])
  })

  test('the lists of the settings and the key are joined, with the owner', () => {
    const metadata = {
      max_budget_alert_emails: { 50: ['a@example.com'], 75: 'b@example.com, c@example.com', x: ['d@e.f'] },
    }
    const keyEmailsAt = new Map([[50, ['all@example.com']]])
    expect(mailsOf({ ...owner, spend: 76, maxBudget: 100, metadata }, { keyEmailsAt })).toEqual([
      [at(50), ['all@example.com', 'a@example.com', 'u@example.com']],
      [at(75), ['b@example.com', 'c@example.com', 'u@example.com']],
    ])
  })

  test('of team members, by the list of their team', () => {
    const teamMetadata = { team_member_max_budget_alert_emails: { 50: ['lead@example.com'] } }
    const key = {
      ...owner,
      owners: inTeam,
      teamMetadata,
      team: { ...team, spend: 0 },
      member: { spend: 50, maxBudget: 100 },
    }
    expect(mailsOf(key)).toEqual([
      ['Team Member Budget Alert - 50% of Team Member Budget Reached', ['lead@example.com', 'u@example.com']],
    ])
  })
})

test.each(['a@b@c', 'a b@c.d', '<a@b.c>', 'a@b.c,d@e.f', 'a@b.c\nBcc: d@e.f', '', 7])('%j is no address', (text) => {
  expect(emailList([text])).toEqual([])
})
