import { describe, expect, test } from '@jest/globals'
import { failureOfAnswer, failureOfConnection } from '../../../../src/models/routing/cooldown/error-class.ts'
import { createRouter } from '../../../../src/models/routing/router.ts'
import { STRATEGIES, type StrategyName } from '../../../../src/models/routing/strategies/strategies.ts'
import { readRouterSettings } from '../../../support/router-settings.ts'
import { type Drive, drive, type Fault } from './drive.ts'
import { call, clock, deployment, seededRandom } from './make.ts'

interface Case {
  readonly fault: Fault
  /** Tries at the two deployments of the call's own group, with two retries. */
  readonly own: number
  /** Tries at the only deployment of the fallback group, with two retries. */
  readonly fallback: number
}

const status = (code: number, more: Partial<Fault> = {}): Fault => ({ failure: failureOfAnswer(code), ...more })
const connection = (code: string, more: Partial<Fault> = {}): Fault => ({ failure: failureOfConnection(code), ...more })
const body = (error: object): Fault => ({ failure: failureOfAnswer(400, { error }) })

const CASES: Readonly<Record<string, Case>> = {
  'connection refused': { fault: connection('ECONNREFUSED'), own: 3, fallback: 3 },
  'no such host': { fault: connection('ENOTFOUND'), own: 3, fallback: 3 },
  'bad certificate': { fault: connection('CERT_HAS_EXPIRED'), own: 3, fallback: 3 },
  timeout: { fault: connection('UND_ERR_HEADERS_TIMEOUT'), own: 3, fallback: 3 },
  'cut before the first byte': { fault: connection('UND_ERR_SOCKET'), own: 3, fallback: 3 },
  'cut in the middle of an answer': { fault: connection('UND_ERR_SOCKET', { answered: true }), own: 1, fallback: 0 },
  'bad request': { fault: status(400), own: 1, fallback: 1 },
  'prompt too long': { fault: body({ code: 'context_length_exceeded' }), own: 1, fallback: 1 },
  'prompt refused': { fault: body({ code: 'content_filter' }), own: 1, fallback: 1 },
  // 401 and 429 cool a deployment of several down at once, so each of the two is tried once.
  '401': { fault: status(401), own: 2, fallback: 1 },
  '403': { fault: status(403), own: 3, fallback: 1 },
  '404': { fault: status(404), own: 1, fallback: 1 },
  '408': { fault: status(408), own: 3, fallback: 3 },
  '413': { fault: status(413), own: 1, fallback: 1 },
  '422': { fault: status(422), own: 1, fallback: 1 },
  '429': { fault: status(429), own: 2, fallback: 3 },
  '429 with retry-after': { fault: status(429, { retryAfterMs: 2000 }), own: 2, fallback: 3 },
  '500': { fault: status(500), own: 3, fallback: 3 },
  '502': { fault: status(502), own: 3, fallback: 3 },
  '503': { fault: status(503), own: 3, fallback: 3 },
  '529': { fault: status(529), own: 3, fallback: 3 },
}

function setup(strategy: StrategyName, retries: number, fallbacks: boolean) {
  const time = clock()
  return createRouter([deployment('a'), deployment('b'), deployment('c', 'spare')], {
    settings: readRouterSettings({
      routing_strategy: strategy,
      num_retries: retries,
      fallbacks: fallbacks ? [{ 'gpt-4o': ['spare'] }] : [],
    }),
    now: time.now,
    random: seededRandom(),
  })
}

const triesIn = ({ tries }: Drive, group: string) => tries.filter((tried) => tried.group === group)

describe.each(Object.keys(STRATEGIES) as StrategyName[])('%s', (strategy) => {
  describe.each(Object.entries(CASES))('%s', (_name, { fault, own, fallback }) => {
    test('with retries and fallbacks', () => {
      const driven = drive(setup(strategy, 2, true), call(), () => fault)
      expect([triesIn(driven, 'gpt-4o').length, triesIn(driven, 'spare').length]).toEqual([own, fallback])
      expect(driven.end).toMatchObject({ giveUp: 'failed', failure: fault.failure })
    })

    test('with retries only', () => {
      const driven = drive(setup(strategy, 2, false), call(), () => fault)
      expect([triesIn(driven, 'gpt-4o').length, driven.tries.length]).toEqual([own, own])
      expect(driven.end).toMatchObject({ giveUp: 'failed', failure: fault.failure, retryAfterMs: fault.retryAfterMs })
    })

    test('with fallbacks only', () => {
      const driven = drive(setup(strategy, 0, true), call(), () => fault)
      expect(driven.tries.map(({ group }) => group)).toEqual(fault.answered ? ['gpt-4o'] : ['gpt-4o', 'spare'])
    })

    test('with neither', () => {
      const driven = drive(setup(strategy, 0, false), call(), () => fault)
      expect(driven.tries).toHaveLength(1)
      expect(driven.end?.failure).toEqual(fault.failure)
    })

    test('a retry goes to the other deployment at once, and waits only where there is no other', () => {
      const { tries } = drive(setup(strategy, 2, true), call(), () => fault)
      const [first, second] = tries
      if (own > 1) expect(second!.try.id).not.toBe(first!.try.id)
      for (const tried of tries) {
        const again = tried.group === 'spare' && tried.retries > 0
        expect(tried.afterMs > 0).toBe(again)
        if (again && fault.retryAfterMs) expect(tried.afterMs).toBe(fault.retryAfterMs)
      }
    })

    test('a call whose other deployment works succeeds whenever it is tried again', () => {
      const router = setup(strategy, 2, false)
      let bad: string | undefined
      const driven = drive(router, call(), ({ try: { id } }) => {
        bad ??= id
        return id === bad ? fault : undefined
      })
      expect(driven.end === undefined).toBe(own > 1)
    })
  })
})
