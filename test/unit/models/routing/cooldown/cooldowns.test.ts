import { describe, expect, test } from '@jest/globals'
import { createCooldowns, type Subject, subjectOf } from '../../../../../src/models/routing/cooldown/cooldowns.ts'
import {
  CREDENTIAL_CODE,
  type Failure,
  failureOfAnswer,
  failureOfConnection,
  RATE_LIMIT_CODE,
} from '../../../../../src/models/routing/cooldown/error-class.ts'
import { createMemoryState } from '../../../../../src/models/routing/memory-state.ts'
import type { Json } from '../../../../../src/types.ts'
import { readRouterSettings } from '../../../../support/router-settings.ts'
import { clock, deployment } from '../make.ts'

function setup(routerSettings: Json = {}) {
  const time = clock()
  const { cooldown } = readRouterSettings(routerSettings)
  return { time, cooldowns: createCooldowns(cooldown, createMemoryState(time.now), time.now) }
}

const MANY = { single: false }
const SINGLE = { single: true }
const A = deployment('a')
const status = (code: number) => failureOfAnswer(code)

describe('what a failure speaks of', () => {
  const { cooldown } = readRouterSettings()
  const own = failureOfConnection

  test.each<[string, Failure, Subject, Subject]>([
    ['429', status(429), 'deployment', 'deployment'],
    ['401', status(401), 'credential', 'deployment'],
    ['403', status(403), 'credential', 'call'],
    ['404', status(404), 'route', 'deployment'],
    ['a redirect', status(302), 'deployment', 'deployment'],
    ['400', status(400), 'call', 'call'],
    ['408', status(408), 'deployment', 'deployment'],
    ['409', status(409), 'call', 'call'],
    ['413', status(413), 'call', 'call'],
    ['422', status(422), 'call', 'call'],
    ['500', status(500), 'deployment', 'deployment'],
    ['529', status(529), 'deployment', 'deployment'],
    ['a refused connection', own('ECONNREFUSED'), 'deployment', 'deployment'],
    ['a credential that cannot be had', own(CREDENTIAL_CODE), 'deployment', 'deployment'],
    ['a full queue of our own', own(RATE_LIMIT_CODE), 'call', 'deployment'],
    ["LiteLLM's APIConnectionError", { class: 'APIConnectionError', status: 500 }, 'call', 'call'],
  ])('%s: of the %s, and in LiteLLM %s', (_what, failure, ours, theirs) => {
    expect(subjectOf(failure, cooldown)).toBe(ours)
    expect(subjectOf(failure, { ...cooldown, likeLiteLLM: true })).toBe(theirs)
  })
})

describe('the first failure of one of several deployments', () => {
  test.each([
    ['429', status(429), true],
    ['401', status(401), true],
    ['a redirect', status(302), true],
    ['408', status(408), false],
    ['500', status(500), false],
    ['503', status(503), false],
    ['529', status(529), false],
    ['a refused connection', failureOfConnection('ECONNREFUSED'), false],
  ])('%s cools it down: %3$p', (_what, failure, cools) => {
    expect(setup().cooldowns.failed(A, failure, MANY) > 0).toBe(cools)
  })
})

test.each([
  [429, false],
  [500, false],
  [401, true],
])('the only deployment of a group cools down after %i: %p', (code, cools) => {
  expect(setup().cooldowns.failed(A, status(code), SINGLE) > 0).toBe(cools)
})

test('it cools down when more than half of at least five calls of a minute fail', () => {
  const { cooldowns } = setup()
  const fail = () => cooldowns.failed(A, status(500), MANY)
  cooldowns.succeeded(A)
  cooldowns.succeeded(A)
  expect([fail(), fail(), fail()]).toEqual([0, 0, 5000])
})

test('half of the calls is not more than half, and another minute counts anew', () => {
  const { cooldowns, time } = setup()
  const fail = () => cooldowns.failed(A, status(500), MANY)
  for (let index = 0; index < 4; index++) cooldowns.succeeded(A)
  expect([fail(), fail(), fail(), fail()]).toEqual([0, 0, 0, 0])
  time.advance(60_000)
  expect([fail(), fail(), fail(), fail(), fail()]).toEqual([0, 0, 0, 0, 5000])
})

test('the only deployment cools down after a thousand failures without a success', () => {
  const { cooldowns } = setup()
  const results = Array.from({ length: 1000 }, () => cooldowns.failed(A, status(500), SINGLE))
  expect(results.indexOf(5000)).toBe(999)
  const other = setup().cooldowns
  other.succeeded(A)
  expect(Math.max(...Array.from({ length: 2000 }, () => other.failed(A, status(500), SINGLE)))).toBe(0)
})

test.each([
  ['the default', {}, {}, undefined, 5000],
  ['what the router says', { cooldown_time: 60 }, {}, undefined, 60_000],
  ['what the upstream asks for', { cooldown_time: 60 }, {}, 7000, 7000],
  ['what the deployment says', { cooldown_time: 60 }, { cooldownMs: 2000 }, 7000, 2000],
  ['not at all when the deployment says 0', { cooldown_time: 60 }, { cooldownMs: 0 }, 7000, 0],
  ['not at all when the router says 0', { cooldown_time: 0 }, {}, undefined, 0],
  ['not at all when cooldowns are off', { disable_cooldowns: true }, {}, 7000, 0],
])('it lasts as long as %s', (_what, settings, routing, retryAfterMs, ms) => {
  const { cooldowns } = setup(settings)
  const one = deployment('one', 'g', routing)
  expect(cooldowns.failed(one, status(429), { ...MANY, retryAfterMs })).toBe(ms)
  expect(cooldowns.coolingMs(one)).toBe(ms)
})

test('it ends by itself', () => {
  const { cooldowns, time } = setup()
  cooldowns.failed(A, status(429), MANY)
  time.advance(4999)
  expect(cooldowns.coolingMs(A)).toBe(1)
  time.advance(1)
  expect(cooldowns.coolingMs(A)).toBe(0)
})

test('a wildcard deployment never cools down: one bad model name would take all the others with it', () => {
  expect(setup().cooldowns.failed(deployment('w', 'openai/*'), status(404), MANY)).toBe(0)
})

describe('allowed failures by number', () => {
  const results = (settings: Json, failures: readonly Failure[], routing = {}) => {
    const { cooldowns } = setup(settings)
    return failures.map((failure) => cooldowns.failed(deployment('d', 'g', routing), failure, MANY) > 0)
  }
  const [rate, server] = [status(429), status(500)]

  test('allowed_fails other than the default replaces the share', () => {
    expect(results({ allowed_fails: 2 }, [rate, rate, rate])).toEqual([false, false, true])
    expect(results({ allowed_fails: 0 }, [server])).toEqual([true])
  })

  test("allowed_fails that equals LiteLLM's default leaves it to the share", () => {
    expect(results({ allowed_fails: 3 }, [rate])).toEqual([true])
  })

  test('a policy speaks for its classes, allowed_fails for the others', () => {
    const settings = { allowed_fails: 1, allowed_fails_policy: { RateLimitErrorAllowedFails: 0 } }
    expect(results(settings, [rate])).toEqual([true])
    expect(results(settings, [server, server])).toEqual([false, true])
    expect(results({ allowed_fails_policy: { RateLimitErrorAllowedFails: 9 } }, Array(4).fill(server))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test("a deployment's own numbers go before the router's", () => {
    expect(results({ allowed_fails: 9 }, [server, server], { allowedFails: 1 })).toEqual([false, true])
    const routing = { allowedFailsPolicy: { InternalServerErrorAllowedFails: 0 } }
    expect(results({ allowed_fails: 9 }, [server], routing)).toEqual([true])
  })

  test('failures older than the cooldown time are forgotten', () => {
    const { cooldowns, time } = setup({ allowed_fails: 1, cooldown_time: 10 })
    expect(cooldowns.failed(A, server, MANY)).toBe(0)
    time.advance(10_000)
    expect(cooldowns.failed(A, server, MANY)).toBe(0)
    expect(cooldowns.failed(A, server, MANY)).toBe(10_000)
  })
})
