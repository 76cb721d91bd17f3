import { expect, test } from '@jest/globals'
import type { CallFacts } from '../../../../src/admission/facts/check.ts'
import { countedTokens } from '../../../../src/admission/facts/estimate.ts'
import type { RateDescriptor } from '../../../../src/admission/limits/rate-descriptor.ts'
import { rateDescriptorsOf } from '../../../../src/admission/limits/rate-descriptors.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { usageOf } from '../../../../src/usage/shapes/reader.ts'
import { aCall, anOrganization, aProject, aTeam, aUser, someFacts } from '../support/facts.ts'

const ours = { userId: 'u', teamId: 't' }
const rpm = (name: string, value: string, requests: number): RateDescriptor => ({ name, value, limits: { requests } })

test.each([
  ['no limits, no descriptors', someFacts({ owners: ours, team: aTeam(), user: aUser() }), []],
  [
    'the key, with its parallel calls',
    someFacts({ limits: { rpm: 1, tpm: 2, maxParallelRequests: 3 } }),
    [{ name: 'api_key', value: 'hash', limits: { requests: 1, tokens: 2, max_parallel_requests: 3 } }],
  ],
  ['a limit of 0 is one', someFacts({ limits: { rpm: 0 } }), [rpm('api_key', 'hash', 0)]],
  ['the user', someFacts({ owners: { userId: 'u' }, user: aUser({ limits: { rpm: 1 } }) }), [rpm('user', 'u', 1)]],
  ['the team', someFacts({ owners: { teamId: 't' }, team: aTeam({ limits: { rpm: 1 } }) }), [rpm('team', 't', 1)]],
  [
    'the member',
    someFacts({ owners: ours, team: aTeam(), member: { limits: { rpm: 1 } } }),
    [rpm('team_member', 't:u', 1)],
  ],
  ['the end user', someFacts({}, { endUser: { id: 'e', spend: 0, limits: { rpm: 1 } } }), [rpm('end_user', 'e', 1)]],
  [
    'the organization',
    someFacts({ organization: anOrganization({ limits: { rpm: 1 } }) }),
    [rpm('organization', 'o', 1)],
  ],
  [
    'the model for the key, by its metadata',
    someFacts({ metadata: { model_rpm_limit: { 'gpt-4o': 1, other: 9 } } }),
    [rpm('model_per_key', 'hash:gpt-4o', 1)],
  ],
  [
    'the model for the key, by its model budgets',
    someFacts({ modelMaxBudget: { 'gpt-4o': { rpm_limit: 1 } } }),
    [rpm('model_per_key', 'hash:gpt-4o', 1)],
  ],
  [
    'metadata goes before model budgets, limit by limit',
    someFacts({
      metadata: { model_rpm_limit: { 'gpt-4o': 1 } },
      modelMaxBudget: { 'gpt-4o': { rpm_limit: 5, tpm_limit: 7 } },
    }),
    [{ name: 'model_per_key', value: 'hash:gpt-4o', limits: { requests: 1, tokens: 7 } }],
  ],
  [
    'the model for the team, which also holds for its keys',
    someFacts({ owners: { teamId: 't' }, team: aTeam(), teamMetadata: { model_rpm_limit: { 'gpt-4o': 1 } } }),
    [rpm('model_per_key', 'hash:gpt-4o', 1), rpm('model_per_team', 't:gpt-4o', 1)],
  ],
  [
    'the model for the organization',
    someFacts({ organization: anOrganization({ metadata: { model_rpm_limit: { 'gpt-4o': 1 } } }) }),
    [rpm('model_per_organization', 'o:gpt-4o', 1)],
  ],
  [
    'the model for the project',
    someFacts({ project: aProject({ modelLimits: { model_rpm_limit: { 'gpt-4o': 1 } } }) }),
    [rpm('model_per_project', 'p:gpt-4o', 1)],
  ],
  [
    'input and output of the model for the project, by its columns before its metadata, beside all tokens',
    someFacts({
      project: aProject({
        modelLimits: { model_itpm_limit: { 'gpt-4o': 5, other: 9 }, model_tpm_limit: { 'gpt-4o': 9 } },
        metadata: { model_itpm_limit: { 'gpt-4o': 7 }, model_otpm_limit: { 'gpt-4o': 0 } },
      }),
    }),
    [
      { name: 'model_per_project', value: 'p:gpt-4o', limits: { tokens: 9 } },
      { name: 'model_per_project_itpm', value: 'p:gpt-4o', limits: { tokens: 5 }, counts: 'input' },
      { name: 'model_per_project_otpm', value: 'p:gpt-4o', limits: { tokens: 0 }, counts: 'output' },
    ],
  ],
  [
    'a dynamic limit does not hold while all is well',
    someFacts({ limits: { rpm: 1, tpm: 2 }, metadata: { rpm_limit_type: 'dynamic' } }),
    [{ name: 'api_key', value: 'hash', limits: { tokens: 2 } }],
  ],
  [
    'a dynamic limit holds when the model is in trouble',
    someFacts(
      { limits: { rpm: 1 }, metadata: { rpm_limit_type: 'dynamic' } },
      { catalog: { inTrouble: (model) => model === 'gpt-4o' } },
    ),
    [rpm('api_key', 'hash', 1)],
  ],
  ...(
    [
      ['user', 'u', { owners: { userId: 'u' }, user: aUser({ limits: { maxParallelRequests: 2 } }) }],
      ['team', 't', { owners: { teamId: 't' }, team: aTeam({ limits: { maxParallelRequests: 2 } }) }],
      ['team_member', 't:u', { owners: ours, team: aTeam(), member: { limits: { maxParallelRequests: 2 } } }],
      ['organization', 'o', { organization: anOrganization({ limits: { maxParallelRequests: 2 } }) }],
      ['model_per_key', 'hash:gpt-4o', { metadata: { model_max_parallel_requests: { 'gpt-4o': 2, other: 1 } } }],
      [
        'model_per_organization',
        'o:gpt-4o',
        { organization: anOrganization({ metadata: { model_max_parallel_requests: { 'gpt-4o': 2 } } }) },
      ],
      [
        'model_per_project',
        'p:gpt-4o',
        { project: aProject({ metadata: { model_max_parallel_requests: { 'gpt-4o': 2 } } }) },
      ],
    ] as [string, string, Partial<VirtualKey>][]
  ).map(([name, value, key]) => [
    `parallel calls: ${name}`,
    someFacts(key),
    [{ name, value, limits: { max_parallel_requests: 2 } }],
  ]),
  [
    'parallel calls: the end user',
    someFacts({}, { endUser: { id: 'e', spend: 0, limits: { maxParallelRequests: 2 } } }),
    [{ name: 'end_user', value: 'e', limits: { max_parallel_requests: 2 } }],
  ],
  [
    'parallel calls are never dynamic',
    someFacts({ limits: { rpm: 1, maxParallelRequests: 2 }, metadata: { rpm_limit_type: 'dynamic' } }),
    [{ name: 'api_key', value: 'hash', limits: { max_parallel_requests: 2 } }],
  ],
  ['limits that are no numbers are none', someFacts({ metadata: { model_rpm_limit: { 'gpt-4o': '1' } } }), []],
] as [string, CallFacts, RateDescriptor[]][])('%s', (_claim, facts, expected) => {
  expect(rateDescriptorsOf(facts, aCall())).toEqual(expected)
})

test('the order is that of LiteLLM', () => {
  const limits = { rpm: 1 }
  const metadata = { model_rpm_limit: { 'gpt-4o': 1 } }
  const facts = someFacts(
    {
      owners: ours,
      limits,
      metadata,
      teamMetadata: metadata,
      team: aTeam({ limits }),
      user: aUser({ limits }),
      member: { limits },
      organization: anOrganization({ limits, metadata }),
      project: aProject({ metadata }),
    },
    { endUser: { id: 'e', spend: 0, limits } },
  )
  expect(rateDescriptorsOf(facts, aCall()).map(({ name }) => name)).toEqual([
    ...['api_key', 'user', 'team', 'team_member', 'end_user', 'model_per_key', 'model_per_team', 'organization'],
    ...['model_per_organization', 'model_per_project'],
  ])
  const withGateway = rateDescriptorsOf(facts, aCall(), { gatewayLimits: { rpm: 1 } })
  expect(withGateway.map(({ name }) => name).slice(-2)).toEqual(['model_per_project', 'gateway'])
  expect(rateDescriptorsOf(facts, undefined).map(({ name }) => name)).not.toContain('model_per_key')
})

test.each([
  [undefined, 70],
  ['total', 70],
  ['input', 60],
  ['output', 10],
] as const)('tokens counted as %s leave out what was cached', (counted, tokens) => {
  const usage = usageOf({ promptTokens: 100, completionTokens: 10, cacheReadTokens: 40 })
  expect(countedTokens(usage, counted)).toBe(tokens)
})

test('a call without usage counts no tokens', () => {
  expect(countedTokens(undefined)).toBe(0)
  expect(countedTokens(usageOf({ promptTokens: 5, cacheReadTokens: 9 }))).toBe(0)
})

test.each([
  [0.1, { rpm: 100, tpm: 1000 }, { requests: 10, tokens: 100 }],
  [0.1, { rpm: 1, tpm: undefined }, { requests: 1 }],
  [0.5, { rpm: 0, tpm: 3 }, { requests: 0, tokens: 1 }],
  [1, { rpm: 7, tpm: 7 }, { requests: 7, tokens: 7 }],
])('a budget that is spent leaves %s of the rates of a key that it slows down', (throttlePart, limits, left) => {
  const key = { limits, maxBudget: 1, metadata: { throttle_on_budget_exceeded: true } }
  const limitsAt = (spend: number) =>
    rateDescriptorsOf(someFacts({ ...key, spend }), aCall(), { throttlePart })[0]?.limits
  expect(limitsAt(1)).toEqual(left)
  expect(limitsAt(0.9)).toEqual({ requests: limits.rpm, tokens: limits.tpm })
})
