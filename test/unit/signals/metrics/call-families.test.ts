import { expect, test } from '@jest/globals'
import { CallFamilies } from '../../../../src/signals/metrics/call-families.ts'
import { chooseMetrics, type MetricsSettings } from '../../../../src/signals/metrics/metrics-settings.ts'
import { observationsOf } from '../../../../src/signals/metrics/observations.ts'
import type { SpendEvent } from '../../../../src/types.ts'
import { aDeployment } from '../../../support/facts.ts'
import { type EventParts, spendEvent } from '../../../support/spend-event.ts'

function setup(settings: MetricsSettings = {}, { endUsers = false, known = ['gpt', 'other-gpt'] } = {}) {
  const isKnownModel = (name: string) => known.includes(name)
  const families = new CallFamilies(chooseMetrics(settings), { endUsers, isKnownModel })
  const find = (id: string) => (id === 'd0' ? aDeployment({ id: 'd0', model: 'bad' }) : undefined)
  return {
    call(parts: EventParts = {}, more: Partial<SpendEvent> = {}) {
      const event = { ...spendEvent(parts), path: '/v1/chat/completions', ...more }
      for (const observed of observationsOf(event, find)) families.put(observed)
    },
    async samples(name: string) {
      const metric = families.metrics().find((one) => one.name === name)
      return metric && (await metric.get()).values
    },
    names: () => families.metrics().map(({ name }) => name),
  }
}

const BROKEN = { code: '500', class: 'InternalServerError', message: 'boom' }

test("what a call costs has all of LiteLLM's labels, and `None` where there is no value", async () => {
  const { call, samples } = setup()
  call({ call: { userAgent: 'curl/8', clientIp: '10.0.0.1', endUserId: 'e1' } })
  call({ call: { userAgent: 'curl/8', clientIp: '10.0.0.1', endUserId: 'e2' } })
  expect(await samples('litellm_spend_metric_total')).toEqual([
    {
      value: 0.02,
      labels: {
        end_user: 'None',
        hashed_api_key: 'a'.repeat(64),
        api_key_alias: 'the alias',
        model: 'gpt-4o-2024-08-06',
        team: 't1',
        team_alias: 'the team',
        user: 'u1',
        user_email: 'None',
        client_ip: '10.0.0.1',
        user_agent: 'curl/8',
        requested_model: 'gpt',
        model_id: 'd1',
        api_provider: 'openai',
        service_tier: 'None',
        org_id: 'o1',
        org_alias: 'None',
      },
    },
  ])
})

test('a stream that its client left was answered, as its row says', async () => {
  const { call, samples } = setup()
  const error = { code: '499', class: 'ClientDisconnected', message: '' }
  const outcome = { status: 'failure', statusCode: 499, aborted: true, firstByteAt: new Date(), error } as const
  call({ call: { stream: true }, outcome })
  // One that had not begun was not.
  call({ call: { stream: true }, outcome: { ...outcome, firstByteAt: undefined } })
  const codes = (await samples('litellm_proxy_total_requests_metric_total'))?.map(({ labels, value }) => [
    labels.status_code,
    value,
  ])
  expect(codes).toEqual([
    ['200', 1],
    ['499', 1],
  ])
  expect(await samples('litellm_proxy_failed_requests_metric_total')).toHaveLength(1)
  expect(await samples('litellm_deployment_success_responses_total')).toHaveLength(1)
})

test('end users have series of their own where that is asked for', async () => {
  const { call, samples } = setup({}, { endUsers: true })
  for (const endUserId of ['e1', 'e2']) call({ call: { endUserId } })
  expect((await samples('litellm_spend_metric_total'))?.map(({ labels }) => labels.end_user)).toEqual(['e1', 'e2'])
})

test('a model that nobody serves is `other`: clients could invent any number of names', async () => {
  const { call, samples } = setup()
  const error = { code: '400', class: 'BadRequestError', message: '', refusal: 'model_not_found' } as const
  for (const modelGroup of ['nope-1', 'nope-2']) {
    const outcome = { status: 'failure', statusCode: 400, error, usage: undefined } as const
    call({ call: { modelGroup }, deployment: null, outcome, cost: undefined })
  }
  const failed = await samples('litellm_proxy_failed_requests_metric_total')
  expect(failed).toMatchObject([
    {
      value: 2,
      labels: { requested_model: 'other', exception_status: '400', exception_class: 'ProxyModelNotFoundError' },
    },
  ])
  expect(await samples('litellm_spend_metric_total')).toEqual([])
  expect(await samples('litellm_llm_api_failed_requests_metric_total')).toMatchObject([{ labels: { model: 'other' } }])
})

test("a provider's error is a failed try of its deployment, under the provider's name", async () => {
  const { call, samples } = setup()
  call({ outcome: { status: 'failure', statusCode: 500, error: BROKEN, usage: undefined }, cost: undefined })
  const labels = { exception_class: 'Openai.InternalServerError', exception_status: '500' }
  expect(await samples('litellm_deployment_failure_responses_total')).toMatchObject([{ value: 1, labels }])
  expect(await samples('litellm_deployment_success_responses_total')).toEqual([])
  expect(await samples('litellm_deployment_total_requests_total')).toMatchObject([{ value: 1 }])
})

test('each try counts at its deployment, and a fallback where it led', async () => {
  const { call, samples } = setup()
  const failures = [{ deploymentId: 'd0', class: 'RateLimitError', status: 429 }]
  call({}, { route: { group: 'other-gpt', retries: 0, fallbacks: 1, failures } })
  expect(await samples('litellm_deployment_failure_responses_total')).toMatchObject([
    { value: 1, labels: { model_id: 'd0', litellm_model_name: 'bad', exception_status: '429' } },
  ])
  expect(await samples('litellm_deployment_success_responses_total')).toMatchObject([
    { value: 1, labels: { model_id: 'd1', model_group: 'other-gpt', requested_model: 'gpt' } },
  ])
  expect(await samples('litellm_deployment_successful_fallbacks_total')).toMatchObject([
    { value: 1, labels: { requested_model: 'gpt', fallback_model: 'other-gpt', exception_status: '429' } },
  ])
})

test('a client that left is no failure of the deployment', async () => {
  const { call, samples } = setup()
  const error = { code: '499', class: 'ClientDisconnected', message: '' }
  call({ outcome: { status: 'failure', statusCode: 499, aborted: true, error } })
  expect(await samples('litellm_deployment_failure_responses_total')).toEqual([])
  expect(await samples('litellm_proxy_failed_requests_metric_total')).toMatchObject([{ value: 1 }])
  // What it has used by then is spent.
  expect(await samples('litellm_spend_metric_total')).toMatchObject([{ value: 0.01 }])
})

test("latencies: the whole, the provider's part, and ours", async () => {
  const { call, samples } = setup()
  const startedAt = new Date(1_000)
  const outcome = { startedAt, firstByteAt: new Date(2_000), endedAt: new Date(4_000) }
  const route = { group: 'gpt', retries: 0, fallbacks: 0, failures: [], askedAt: new Date(1_500) }
  call({ call: { stream: true }, outcome }, { route, overheadMs: 250 })
  const sum = async (name: string) =>
    (await samples(name))?.find(({ metricName }) => metricName === `${name}_sum`)?.value
  expect(await sum('litellm_request_total_latency_metric')).toBe(3)
  expect(await sum('litellm_llm_api_latency_metric')).toBe(2.5)
  expect(await sum('litellm_llm_api_time_to_first_token_metric')).toBe(0.5)
  expect(await sum('litellm_overhead_latency_metric')).toBe(0.25)
  expect(await sum('litellm_deployment_latency_per_output_token')).toBe(0.5 / 20)
})

test('the hash of a key that nobody knows makes no series', async () => {
  const { call, samples } = setup()
  const error = { code: '401', class: 'AuthenticationError', message: '', refusal: 'unknown_key' } as const
  const outcome = { status: 'failure', statusCode: 401, error, usage: undefined } as const
  call({ key: { hashedToken: 'of-nobody' }, call: { modelGroup: '' }, deployment: null, outcome, cost: undefined })
  expect(await samples('litellm_proxy_total_requests_metric_total')).toEqual([])
})

test('ids in paths make no series of their own', async () => {
  const { call, samples } = setup()
  for (const id of ['resp_1', 'resp_2']) call({}, { path: `/v1/responses/${id}` })
  const total = await samples('litellm_proxy_total_requests_metric_total')
  expect(total).toMatchObject([{ value: 2, labels: { route: '/v1/responses/{id}', status_code: '200' } }])
})

test('rate limits are as the answer told them', async () => {
  const { call, samples } = setup()
  const limits = {
    'x-ratelimit-api_key-limit-requests': '6',
    'x-ratelimit-api_key-remaining-requests': '2',
    'x-ratelimit-model_per_key-remaining-tokens': '96',
  }
  call({}, { limits })
  const key = { hashed_api_key: 'a'.repeat(64), api_key_alias: 'the alias' }
  const labels = { ...key, rate_limit_type: 'requests' }
  expect(await samples('litellm_api_key_rate_limit_allowed_metric')).toEqual([{ labels, value: 6 }])
  expect(await samples('litellm_api_key_rate_limit_used_metric')).toEqual([{ labels, value: 4 }])
  expect(await samples('litellm_team_rate_limit_used_metric')).toEqual([])
  expect(await samples('litellm_remaining_api_key_tokens_for_model')).toMatchObject([
    { value: 96, labels: { model: 'gpt' } },
  ])
  expect(await samples('litellm_remaining_api_key_requests_for_model')).toMatchObject([{ value: 2 ** 63 }])
})

test('hits and misses of the response cache', async () => {
  const { call, samples } = setup()
  call({}, { cache: { hit: true, key: 'k' } })
  call({}, { cache: { hit: false, key: 'k' } })
  call()
  expect(await samples('litellm_cache_hits_metric_total')).toMatchObject([{ value: 1 }])
  expect(await samples('litellm_cache_misses_metric_total')).toMatchObject([{ value: 1 }])
  expect(await samples('litellm_cached_tokens_metric_total')).toMatchObject([{ value: 120 }])
})

test('labels of the operator: metadata and tags', async () => {
  const { call, samples } = setup({
    metadataLabels: ['metadata.team.region'],
    tagLabels: ['prod', 'User-Agent: curl*'],
  })
  call({ key: { metadata: { team: { region: 'eu' }, tags: ['prod'] } }, call: { userAgent: 'curl/8.1' } })
  call({ key: { metadata: { team: { region: 7 } } } })
  expect(await samples('litellm_requests_metric_total')).toMatchObject([
    { labels: { metadata_team_region: 'eu', tag_prod: 'true', tag_User_Agent__curl_: 'true' } },
    { labels: { metadata_team_region: 'None', tag_prod: 'false', tag_User_Agent__curl_: 'false' } },
  ])
})

test('only the metrics and labels that are asked for', async () => {
  const { call, samples, names } = setup({
    config: [
      { metrics: ['litellm_spend_metric'], includeLabels: ['team', 'model'] },
      { metrics: ['litellm_total_tokens_metric'] },
    ],
    excludeLabels: ['user_email'],
  })
  call()
  expect(names()).toEqual(['litellm_spend_metric_total', 'litellm_total_tokens_metric_total'])
  expect(await samples('litellm_spend_metric_total')).toEqual([
    { value: 0.01, labels: { model: 'gpt-4o-2024-08-06', team: 't1' } },
  ])
  expect(await samples('litellm_total_tokens_metric_total')).not.toMatchObject([{ labels: { user_email: 'None' } }])
})

test('the stream label and the labels of rate limits are added where they are asked for', async () => {
  const { call, samples } = setup({ streamLabel: true, rateLimitLabels: true })
  const error = { code: '429', class: 'RateLimitError', message: '', refusal: 'rate_limited' } as const
  call({
    call: { stream: true },
    outcome: { status: 'failure', statusCode: 429, error, usage: undefined },
    deployment: null,
  })
  expect(await samples('litellm_proxy_total_requests_metric_total')).toMatchObject([{ labels: { stream: 'True' } }])
  expect(await samples('litellm_proxy_failed_requests_metric_total')).toMatchObject([
    { labels: { rate_limit_category: 'litellm_rate_limit', exception_class: 'HTTPException' } },
  ])
})

test.each([
  [{ config: [{ metrics: ['litellm_spend_metrics'] }] }, 'Did you mean litellm_spend_metric?'],
  [{ config: [{ metrics: ['litellm_spend_metric'], includeLabels: ['teams'] }] }, 'Did you mean team?'],
  [{ excludeMetrics: ['nothing_like_it'] }, 'prometheus_exclude_metrics'],
  [{ excludeLabels: ['nothing_like_it'] }, 'prometheus_exclude_labels'],
] as const)('a name that is none is an error: %j', (settings, sentence) => {
  expect(() => chooseMetrics(settings)).toThrow(sentence)
})

test('a metric of LiteLLM that is absent here may be named', () => {
  expect(chooseMetrics({ config: [{ metrics: ['litellm_guardrail_requests_total'] }] }).calls).toEqual([])
})
