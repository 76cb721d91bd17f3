import { expect, test } from '@jest/globals'
import { ConfigError } from '../../../../src/errors.ts'
import { readRouterSettings } from '../../../support/router-settings.ts'

test("without any setting it is LiteLLM's defaults", () => {
  expect(readRouterSettings()).toMatchObject({
    strategy: 'simple-shuffle',
    strategyArgs: { latencyTtlMs: 3_600_000, latencySamples: 10, latencyBuffer: 0 },
    retries: { count: 2, backOff: { initialMs: 500, maxMs: 8000, jitterMs: 750, leastMs: 0 } },
    cooldown: {
      off: false,
      defaultCooldownMs: 5000,
      defaultAllowedFails: 3,
      failureRatio: 0.5,
      failureMinCalls: 5,
      singleMinCalls: 1000,
    },
    maxFallbacks: 5,
    tags: { filtering: false, matchAny: true, prefix: '' },
    preCallChecks: false,
    timeouts: { defaultTimeoutMs: 6_000_000 },
  })
})

test('every key of router_settings is read', () => {
  const settings = readRouterSettings({
    routing_strategy: 'latency-based-routing',
    routing_strategy_args: { ttl: 60, lowest_latency_buffer: 0.5, max_latency_list_size: 3 },
    num_retries: 0,
    retry_after: 2,
    retry_policy: { TimeoutErrorRetries: 3 },
    model_group_retry_policy: { 'gpt-4o': { TimeoutErrorRetries: 1 } },
    allowed_fails: 7,
    allowed_fails_policy: { TimeoutErrorAllowedFails: 2 },
    cooldown_time: 60,
    disable_cooldowns: true,
    fallbacks: [{ a: ['b'] }],
    default_fallbacks: ['z'],
    context_window_fallbacks: [{ a: ['c'] }],
    content_policy_fallbacks: [{ a: ['d'] }],
    max_fallbacks: 2,
    model_group_alias: { smart: 'a' },
    enable_tag_filtering: true,
    tag_filtering_match_any: false,
    tag_routing_prefix: 'route:',
    enable_pre_call_checks: true,
    timeout: 30,
    stream_timeout: 5,
  })
  expect(settings).toMatchObject({
    strategy: 'latency-based-routing',
    strategyArgs: { latencyTtlMs: 60_000, latencySamples: 3, latencyBuffer: 0.5 },
    retries: { count: 0, policy: { TimeoutErrorRetries: 3 }, backOff: { leastMs: 2000 } },
    cooldown: { off: true, cooldownMs: 60_000, allowedFails: 7, allowedFailsPolicy: { TimeoutErrorAllowedFails: 2 } },
    maxFallbacks: 2,
    tags: { filtering: true, matchAny: false, prefix: 'route:' },
    preCallChecks: true,
    timeouts: { timeoutMs: 30_000, streamTimeoutMs: 5000 },
  })
  expect(settings.retries.policyByGroup.get('gpt-4o')).toEqual({ TimeoutErrorRetries: 1 })
  expect([...settings.fallbacks.regular.keys()]).toEqual(['a', '*'])
  expect(settings.fallbacks.contextWindow.get('a')).toEqual([{ group: 'c', params: {} }])
  expect(settings.fallbacks.contentPolicy.get('a')).toEqual([{ group: 'd', params: {} }])
  expect(settings.aliases.get('smart')).toEqual({ groups: ['a'], hidden: false })
})

test('router_settings win over litellm_settings, but not by null', () => {
  const litellmSettings = { num_retries: 5, fallbacks: [{ a: ['b'] }], request_timeout: 10 }
  const settings = readRouterSettings({ num_retries: 1, fallbacks: null }, litellmSettings)
  expect(settings.retries.count).toBe(1)
  expect(settings.fallbacks.regular.has('a')).toBe(true)
  expect(settings.timeouts.defaultTimeoutMs).toBe(10_000)
})

test("LiteLLM's constants come from the environment, behind the settings", () => {
  const env = {
    DEFAULT_MAX_RETRIES: '4',
    ROUTER_MAX_FALLBACKS: '1',
    DEFAULT_COOLDOWN_TIME_SECONDS: '7',
    DEFAULT_ALLOWED_FAILS: '9',
    DEFAULT_FAILURE_THRESHOLD_PERCENT: '0.9',
    DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS: '50',
    SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD: '10',
    INITIAL_RETRY_DELAY: '0.1',
    MAX_RETRY_DELAY: '1',
    JITTER: '0',
    REQUEST_TIMEOUT: '12',
  }
  expect(readRouterSettings({ max_fallbacks: 3 }, {}, env)).toMatchObject({
    retries: { count: 4, backOff: { initialMs: 100, maxMs: 1000, jitterMs: 0 } },
    cooldown: {
      defaultCooldownMs: 7000,
      defaultAllowedFails: 9,
      failureRatio: 0.9,
      failureMinCalls: 50,
      singleMinCalls: 10,
    },
    maxFallbacks: 3,
    timeouts: { defaultTimeoutMs: 12_000 },
  })
})

test('an unknown strategy is a mistake of the configuration, with the names that are known', () => {
  const read = () => readRouterSettings({ routing_strategy: 'fastest' })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(
    '`router_settings.routing_strategy` must be one of simple-shuffle, least-busy, usage-based-routing, usage-based-routing-v2, latency-based-routing, cost-based-routing, got "fastest".',
  )
})
