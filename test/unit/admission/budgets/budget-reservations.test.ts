import { describe, expect, test } from '@jest/globals'
import { BudgetReservations, type ReservationOptions } from '../../../../src/admission/budgets/budget-reservations.ts'
import { checkCall } from '../../../../src/admission/checks.ts'
import type { CallFacts, CheckSettings } from '../../../../src/admission/facts/check.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { aCall, aTeam, NOW, someFacts } from '../support/facts.ts'

test('200 calls of 0.01 at once on a key with 0.50 left: 50 pass', () => {
  const { reserve } = setup()
  const facts = someFacts({ spend: 9.5, maxBudget: 10, readAt: NOW })
  const passed = Array.from({ length: 200 }, (_, i) => reserve(`${i}`, facts, 0.01)).filter((refusal) => !refusal)
  expect(passed).toHaveLength(50)
})

test.each([0.01, 0.02, 0.05, 0.1, 0.25])(
  'calls of %p fit into a budget of 0.5 as often as they do on paper',
  (cost) => {
    const { reserve } = setup()
    const facts = someFacts({ maxBudget: 0.5, readAt: NOW })
    const passed = Array.from({ length: 200 }, (_, i) => reserve(`${i}`, facts, cost)).filter((refusal) => !refusal)
    expect(passed).toHaveLength(Math.round(0.5 / cost))
  },
)

test('calls that come one after the other, each paid before the next, pass as often', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ maxBudget: 0.5, readAt: NOW })
  let passed = 0
  for (let i = 0; i < 200; i++) {
    if (reserve(`${i}`, facts, 0.01)) break
    reservations.settle(`${i}`, 0.01)
    passed++
  }
  expect(passed).toBe(50)
})

test('the refusal says what is spent and what is reserved apart, and that waiting may help', () => {
  const { reserve } = setup()
  const facts = someFacts({ alias: 'robot', spend: 1, maxBudget: 2, readAt: NOW })
  expect(reserve('a', facts, 1)).toBeUndefined()
  expect(reserve('b', facts, 1)).toEqual({
    code: 'budget_exceeded',
    budget: 'key',
    exceeded: { type: 'budget', entity: 'key', entityId: 'hash', budget: 2, spend: 1 },
    message:
      'Budget has been exceeded! Key=robot (sk-...abcd) Current cost: 1.0, Max budget: 2.0. Reserved by 1 running call: ' +
      '1.0. This call needs 1.0: send it again when running calls have ended, or with a lower output limit',
    headers: { 'retry-after': '1' },
    waitsFor: 'spend:key:hash',
  })
  expect(reserve('c', facts, 1, { compat: '1.83' })?.status).toBe(400)
})

test('a call that may cost more than is left passes with what is left', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ spend: 9, maxBudget: 10, readAt: NOW })
  expect(reserve('a', facts, 5)).toBeUndefined()
  expect(reservations.reservedOf('spend:key:hash')).toBe(1)
  expect(reserve('b', facts, 0.01)?.code).toBe('budget_exceeded')
})

test('a call that is refused by one budget holds nothing of another', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({
    maxBudget: 10,
    readAt: NOW,
    owners: { teamId: 't' },
    team: aTeam({ spend: 5, maxBudget: 5 }),
  })
  expect(reserve('a', facts, 1)?.message).toContain('Team=t')
  expect(reservations.reservedOf('spend:key:hash')).toBe(0)
})

test('what is left counts for every key of a team', () => {
  const { reserve } = setup()
  const team = aTeam({ spend: 9, maxBudget: 10 })
  const key = (hashedToken: string) => someFacts({ hashedToken, owners: { teamId: 't' }, team, readAt: NOW })
  expect(reserve('a', key('one'), 1)).toBeUndefined()
  expect(reserve('b', key('two'), 1)?.code).toBe('budget_exceeded')
})

test('the true cost takes the place of the estimate', () => {
  const { reserve, reservations, spendOf } = setup()
  const facts = someFacts({ maxBudget: 10, readAt: NOW })
  reserve('a', facts, 4)
  reservations.settle('a', 1)
  expect(spendOf(facts, 'spend:key:hash', 0)).toBe(1)
  reservations.settle('a', 1)
  expect(spendOf(facts, 'spend:key:hash', 0)).toBe(1)
  expect(reservations.running).toBe(0)
})

test('a call that cost nothing gives back all it held', () => {
  const { reserve, reservations, spendOf } = setup()
  const facts = someFacts({ maxBudget: 10, readAt: NOW })
  reserve('a', facts, 4)
  reservations.settle('a', 0)
  expect(spendOf(facts, 'spend:key:hash', 0)).toBe(0)
  expect(reservations.reservedOf('spend:key:hash')).toBe(0)
})

test('a running call that has used more than it reserved reserves that, and only ever more', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ maxBudget: 10, readAt: NOW })
  reserve('a', facts, 1)
  reserve('b', facts, 2)
  reservations.grow('a', 4)
  expect(reservations.reservedOf('spend:key:hash')).toBe(6)
  reservations.grow('a', 3)
  reservations.grow('gone', 3)
  expect(reservations.reservedOf('spend:key:hash')).toBe(6)
  expect(reserve('c', facts, 5)?.message).toContain('Reserved by 2 running calls: 6.0. This call needs 5.0')
  reservations.settle('a', 0)
  expect(reservations.reservedOf('spend:key:hash')).toBe(2)
})

test('spend counts before it is written, in the row that was read before, and not in the row that has it', () => {
  const { reserve, reservations, clock, spendOf } = setup()
  const before = someFacts({ maxBudget: 10, readAt: clock() })
  reserve('a', before, 4)
  reservations.settle('a', 3)
  expect(spendOf(before, 'spend:key:hash', 0)).toBe(3)
  clock.advance(100)
  reservations.written(['a'])
  expect(spendOf(before, 'spend:key:hash', 0)).toBe(3)
  clock.advance(1)
  const after = someFacts({ maxBudget: 10, spend: 3, readAt: clock() })
  expect(spendOf(after, 'spend:key:hash', 3)).toBe(3)
})

test('a call that is written before its end is told does not count in rows that have it', () => {
  const { reserve, reservations, clock, spendOf } = setup()
  reserve('a', someFacts({ maxBudget: 10, readAt: clock() }), 4)
  reservations.written(['a'])
  reservations.settle('a', 3)
  clock.advance(1)
  const after = someFacts({ spend: 3, maxBudget: 10, readAt: clock() })
  expect(spendOf(after, 'spend:key:hash', 3)).toBe(3)
})

test('an end user is counted by when its own row was read', () => {
  const { reserve, reservations, clock } = setup()
  const old = someFacts({ readAt: clock() }, { endUser: { id: 'e', spend: 0, maxBudget: 5, readAt: clock() } })
  reserve('a', old, 3)
  reservations.settle('a', 3)
  clock.advance(10)
  reservations.written(['a'])
  clock.advance(10)
  const fresh = someFacts({ readAt: NOW }, { endUser: { id: 'e', spend: 3, maxBudget: 5, readAt: clock() } })
  expect(reserve('b', fresh, 2)).toBeUndefined()
  expect(reserve('c', fresh, 2)?.code).toBe('budget_exceeded')
})

test('the checks see what is spent, and not what running calls have reserved', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ maxBudget: 1, readAt: NOW })
  expect(checkCall(reservations.watch(facts), aCall(), {}, NOW)).toBeUndefined()
  reserve('a', facts, 1)
  expect(checkCall(reservations.watch(facts), aCall(), {}, NOW)).toBeUndefined()
  reservations.settle('a', 1)
  expect(checkCall(reservations.watch(facts), aCall(), {}, NOW)?.code).toBe('budget_exceeded')
})

test('a reservation that is never settled is taken back', () => {
  const { reserve, reservations, clock } = setup({ ttlMs: 1000 })
  const facts = someFacts({ maxBudget: 1, readAt: NOW })
  reserve('lost', facts, 1)
  clock.advance(999)
  expect(reserve('b', facts, 1)?.code).toBe('budget_exceeded')
  clock.advance(1)
  expect(reserve('c', facts, 1)).toBeUndefined()
  expect(reservations.running).toBe(1)
})

test('a call that reserves again, for its next attempt, holds once', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ maxBudget: 10, readAt: NOW })
  reserve('a', facts, 4)
  reserve('a', facts, 5)
  expect(reservations.reservedOf('spend:key:hash')).toBe(5)
})

test('a call does not stand in its own way when it reserves again', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ maxBudget: 1, readAt: NOW })
  reserve('a', facts, 1)
  expect(reserve('a', facts, 1)).toBeUndefined()
  expect(reservations.reservedOf('spend:key:hash')).toBe(1)
})

test('a call whose cost cannot be told in advance passes while there is something left', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts({ maxBudget: 1, readAt: NOW })
  expect(reserve('a', facts, 0)).toBeUndefined()
  reservations.settle('a', 5)
  expect(reserve('b', facts, 0)?.code).toBe('budget_exceeded')
})

test('a team with a budget of 0 may begin, as with LiteLLM', () => {
  const { reserve } = setup()
  const facts = someFacts({ readAt: NOW, owners: { teamId: 't' }, team: aTeam({ maxBudget: 0 }) })
  expect(reserve('a', facts, 1)).toBeUndefined()
})

test('free calls hold nothing', () => {
  const { reserve, spendOf } = setup()
  const facts = someFacts({ maxBudget: 1, readAt: NOW }, { free: true })
  expect(reserve('a', facts, 1)).toBeUndefined()
  expect(spendOf(facts, 'spend:key:hash', 0)).toBe(0)
})

test('no sum is left over after a thousand calls', () => {
  const { reserve, reservations, clock, spendOf } = setup({ rowsLiveMs: 10 })
  const facts = someFacts({ maxBudget: 1000, readAt: NOW })
  for (let i = 0; i < 1000; i++) reserve(`${i}`, facts, 0.1)
  for (let i = 0; i < 1000; i++) reservations.settle(`${i}`, 0.1)
  for (let i = 0; i < 1000; i++) reservations.written([`${i}`])
  clock.advance(1)
  expect(spendOf({ ...facts, key: { ...facts.key, readAt: clock() } }, 'spend:key:hash', 0)).toBe(0)
})

const windowed: Partial<VirtualKey> = { budgetWindows: [{ duration: '1d', maxBudget: 2 }], readAt: NOW }

test('a budget window is filled by calls and empties at its reset', () => {
  const { reserve, reservations, clock } = setup()
  const facts = someFacts(windowed)
  reserve('a', facts, 1)
  reservations.settle('a', 2)
  expect(reserve('b', facts, 1)?.message).toBe('ExceededBudget: Key over 1d budget. Spend=$2.0000, Limit=$2.00')
  clock.advance(12 * 3_600_000)
  expect(reserve('c', facts, 1)).toBeUndefined()
})

test('a budget window knows what was spent in it before, once it is told', () => {
  const { reserve, reservations } = setup()
  const facts = someFacts(windowed)
  const [budget, ...rest] = reservations.unseeded(facts, aCall(), {})
  expect(rest).toEqual([])
  expect(budget?.window?.filledBy).toEqual({ entity: 'key', id: 'hash', since: new Date('2026-02-16T00:00:00Z') })
  reservations.seed(budget!, 2)
  expect(reservations.unseeded(facts, aCall(), {})).toEqual([])
  expect(reserve('a', facts, 1)?.code).toBe('budget_exceeded')
})

test("LiteLLM's own time of reset ends a window", () => {
  const { reserve, reservations, clock } = setup()
  const resetAt = new Date(NOW.getTime() + 1000)
  const facts = someFacts({ ...windowed, budgetWindows: [{ duration: '1d', maxBudget: 2, resetAt }] })
  reserve('a', facts, 1)
  reservations.settle('a', 2)
  expect(reserve('b', facts, 1)?.code).toBe('budget_exceeded')
  clock.advance(1000)
  expect(reserve('c', facts, 1)).toBeUndefined()
})

test('a budget for a model begins with its first call', () => {
  const { reserve, reservations, clock } = setup()
  const facts = someFacts({ modelMaxBudget: { 'gpt-4o': { max_budget: 1, budget_duration: '1h' } }, readAt: NOW })
  expect(reservations.unseeded(facts, aCall(), {})).toEqual([])
  reserve('a', facts, 1)
  reservations.settle('a', 1.5)
  expect(reserve('b', facts, 1)?.message).toContain('exceeded budget for model=gpt-4o')
  clock.advance(3_600_000)
  expect(reserve('c', facts, 1)).toBeUndefined()
})

describe('tags', () => {
  const tags = [{ name: 'x', spend: 0, maxBudget: 10, readAt: NOW }]
  const counter = 'spend:tag:x'
  const optIn: ReservationOptions & { settings: CheckSettings } = { settings: { compat: { clientTags: 'opt-in' } } }

  test('one that the client names counts while calls run and when they have ended', () => {
    const { reserve, reservations, spendOf } = setup()
    const facts = someFacts({ readAt: NOW }, { tags })
    expect(reserve('a', facts, 4)).toBeUndefined()
    expect(reservations.reservedOf(counter)).toBe(4)
    reservations.settle('a', 3)
    expect(spendOf(facts, counter, 0)).toBe(3)
  })

  test.each([
    ['that the client may not charge', {}, 0, 0],
    ['that the key lets it charge', { metadata: { allow_client_tags: true } }, 4, 3],
    ['that the team lets it charge', { teamMetadata: { allow_client_tags: true } }, 4, 3],
    ['that the key brings anyway', { metadata: { tags: ['x'] } }, 4, 3],
  ] as const)(
    'where it takes a permission, one %s counts while calls run and when they have ended: %j, %p and %p',
    (_name, key, held, charged) => {
      const { reserve, reservations, spendOf } = setup(optIn)
      const facts = someFacts({ ...key, readAt: NOW }, { tags })
      expect(reserve('a', facts, 4)).toBeUndefined()
      expect(reservations.reservedOf(counter)).toBe(held)
      reservations.settle('a', 3)
      expect(spendOf(facts, counter, 0)).toBe(charged)
    },
  )

  test('a call is held to the budget of a tag that it is not charged to', () => {
    const { reserve } = setup(optIn)
    const spent = someFacts({}, { tags: [{ ...tags[0]!, spend: 11 }] })
    expect(reserve('a', spent, 4)?.message).toContain('Tag=x')
    // What is left of it matters to those alone who spend it.
    const nearly = someFacts({}, { tags: [{ ...tags[0]!, spend: 9 }] })
    reserve('b', { ...nearly, key: { ...nearly.key, metadata: { allow_client_tags: true } } }, 4)
    expect([reserve('c', nearly, 4), reserve('d', nearly, 4)]).toEqual([undefined, undefined])
  })

  test('what a key brings counts for calls that name it, before it is written', () => {
    const { reserve, reservations } = setup()
    reserve('a', someFacts({ metadata: { tags: ['x'] } }), 0)
    reservations.settle('a', 11)
    expect(reserve('b', someFacts({ hashedToken: 'other' }, { tags }), 0)?.message).toContain('Tag=x')
  })
})

function setup({ settings: usual = {}, ...options }: ReservationOptions & { settings?: CheckSettings } = {}) {
  let now = NOW.getTime()
  const clock = Object.assign(() => new Date(now), {
    advance(ms: number) {
      now += ms
    },
  })
  const reservations = new BudgetReservations({ clock, ...options })
  return {
    reservations,
    clock,
    reserve: (callId: string, facts: CallFacts, estimate: number, settings = usual) =>
      reservations.reserve({ callId, facts, call: aCall(), settings, estimate }),
    spendOf: (facts: CallFacts, counter: string, recorded: number) =>
      reservations.watch(facts).spendOf!(counter, recorded, facts.key.readAt),
  }
}
