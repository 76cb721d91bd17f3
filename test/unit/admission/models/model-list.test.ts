import { describe, expect, test } from '@jest/globals'
import { listAllows } from '../../../../src/admission/models/model-access.ts'

describe('a list of models', () => {
  test.each([
    ['is open when empty', [], 'gpt-4o', true],
    ['allows what it names', ['gpt-4o', 'x'], 'gpt-4o', true],
    ['denies what it does not name', ['gpt-4o'], 'gpt-4o-mini', false],
    ['is case-sensitive', ['gpt-4o'], 'GPT-4o', false],
    ['allows all with *', ['*'], 'anything', true],
    ['allows all with all-proxy-models', ['all-proxy-models'], 'anything', true],
    ['does not take no-default-models for a pattern', ['no-default-models'], 'gpt-4o', false],
    ['allows by the start', ['openai/*'], 'openai/gpt-4o', true],
    ['denies another start', ['openai/*'], 'azure/gpt-4o', false],
    ['does not match the pattern inside', ['openai/*'], 'my-openai/gpt-4o', false],
    ['allows by the end', ['*-mini'], 'gpt-4o-mini', true],
    ['denies another end', ['*-mini'], 'gpt-4o-mini-x', false],
    ['allows by start and end', ['gpt-*-mini'], 'gpt-4o-mini', true],
    ['does not let start and end overlap', ['abc*bcd'], 'abcd', false],
    ['allows by several parts in order', ['*a*b*'], 'xaybz', true],
    ['denies several parts out of order', ['*a*b*'], 'xbyaz', false],
    ['takes a dot for a dot', ['gpt-3.5*'], 'gpt-3x5-turbo', false],
    ['lets * stand for nothing', ['gpt-4*'], 'gpt-4', true],
    ['denies the empty name', ['gpt-4'], '', false],
  ] as [string, string[], string, boolean][])('%s', (_claim, allowed, model, expected) => {
    expect(listAllows(allowed, model)).toBe(expected)
  })
})
