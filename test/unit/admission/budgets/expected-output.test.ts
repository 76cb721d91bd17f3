import { describe, expect, test } from '@jest/globals'
import { ExpectedOutput } from '../../../../src/admission/budgets/expected-output.ts'

const PAIR = { hashedToken: 'hash', modelGroup: 'gpt' }
/** A dollar a token, at most 1,000 of them, after 5 dollars of input. */
const estimate = { cost: 1_005, tokens: 0, output: 1_000, costOf: (tokens: number) => 5 + tokens }

/** Calls that have been answered, each while another was refused. */
function trained(outputs: readonly number[], output = new ExpectedOutput()) {
  for (const [index, tokens] of outputs.entries()) {
    output.begin(`t${index}`, PAIR, estimate)
    output.begin('refused', PAIR, estimate)
    output.refuse('refused')
    output.end(`t${index}`, tokens)
    output.end('refused')
  }
  return output
}

describe('a call reserves', () => {
  test('the most that it may cost, while nothing is known of calls like it', () => {
    expect(new ExpectedOutput().begin('a', PAIR, estimate)).toBe(1_005)
  })

  test('the most that it may cost, while no call is refused for lack of room', () => {
    const output = new ExpectedOutput()
    for (let count = 0; count < 50; count++) {
      output.begin('a', PAIR, estimate)
      output.end('a', 10)
    }
    expect(output.begin('a', PAIR, estimate)).toBe(1_005)
  })

  test('twice the longest answer after few answers, then what 95 % of them stayed below', () => {
    expect(trained([10, 30]).begin('a', PAIR, estimate)).toBe(65)
    expect(trained([...Array(38).fill(10), 20, 900]).begin('a', PAIR, estimate)).toBe(15)
    expect(trained([...Array(36).fill(10), ...Array(4).fill(20)]).begin('a', PAIR, estimate)).toBe(25)
  })

  test('what the latest answers used: old ones are forgotten', () => {
    expect(trained([...Array(50).fill(800), ...Array(128).fill(10)]).begin('a', PAIR, estimate)).toBe(15)
  })

  test('as much for each of its answers', () => {
    expect(trained(Array(20).fill(10)).begin('a', PAIR, { ...estimate, answers: 3 })).toBe(35)
  })

  test('never more than the most that it may cost', () => {
    expect(trained([800, 900]).begin('a', PAIR, estimate)).toBe(1_005)
  })

  test('by what its own key and model use', () => {
    const output = trained(Array(20).fill(10))
    expect(output.begin('a', { ...PAIR, hashedToken: 'other' }, estimate)).toBe(1_005)
    expect(output.begin('b', { ...PAIR, modelGroup: 'other' }, estimate)).toBe(1_005)
  })

  test('the most that it may cost, where nothing is to be learned', () => {
    const output = trained(Array(20).fill(10), new ExpectedOutput({ learns: false }))
    expect(output.begin('a', PAIR, estimate)).toBe(1_005)
  })

  test('the cost that is known, where the estimate says no more', () => {
    expect(trained([10]).begin('a', PAIR, { cost: 7, tokens: 1 })).toBe(7)
  })
})

describe('how many calls reserve less than they may cost', () => {
  const trustedOf = (output: ExpectedOutput) =>
    Array.from({ length: 500 }, (_, index) => output.begin(`n${index}`, PAIR, estimate)).filter((cost) => cost < 1_005)
      .length

  test('grows by three with each call that ends while another is refused, up to four times those that run', () => {
    expect(trustedOf(trained([10]))).toBe(3)
    expect(trustedOf(trained(Array(50).fill(10)))).toBe(4)
  })

  test('is halved by a call that uses twice what it reserved', () => {
    const output = trained(Array(20).fill(10))
    expect(output.begin('long', PAIR, estimate)).toBe(15)
    output.end('long', 900)
    expect(trustedOf(output)).toBe(2)
  })

  test('is halved at once by a stream that uses more than it reserved, and once only', () => {
    const output = trained(Array(20).fill(10))
    expect(output.begin('long', PAIR, estimate)).toBe(15)
    output.grow('long', 11)
    output.grow('long', 600)
    expect(trustedOf(output)).toBe(1)
    output.end('long', 900)
    expect(trustedOf(output)).toBe(2)
  })

  test('falls with the calls that run: short answers one after the other earn no burst', () => {
    const output = trained(Array(20).fill(10))
    for (let count = 0; count < 5; count++) {
      output.begin('alone', PAIR, estimate)
      output.end('alone', 10)
    }
    expect(trustedOf(output)).toBe(1)
  })
})

describe('a call that streams', () => {
  test('reserves more once it has nearly used what it reserved, at least 256 tokens ahead', () => {
    const output = trained(Array(20).fill(300))
    const big = { cost: 10_000, tokens: 0, output: 10_000, costOf: (tokens: number) => tokens }
    expect(output.begin('a', PAIR, big)).toBe(300)
    expect(output.grow('a', 40)).toBeUndefined()
    expect(output.grow('a', 100)).toBe(356)
    expect(output.grow('a', 100)).toBeUndefined()
    expect(output.grow('a', 2_000)).toBe(3_000)
    expect(output.grow('a', 9_000)).toBe(10_000)
    expect(output.grow('a', 9_999)).toBeUndefined()
  })

  test('reserves no more when it has reserved the most that it may cost, or is unknown', () => {
    const output = new ExpectedOutput()
    output.begin('a', PAIR, estimate)
    expect(output.grow('a', 900)).toBeUndefined()
    expect(output.grow('unknown', 900)).toBeUndefined()
  })
})
