import { expect, test } from '@jest/globals'
import { bySpecificity, fillWildcard, isWildcard, wildcardMatcher } from '../../../../src/models/routing/wildcard.ts'

test.each([
  ['openai/*', 'openai/gpt-4o', ['gpt-4o']],
  ['*', 'anything/at all', ['anything/at all']],
  ['openai/fo::*::static::*', 'openai/fo::a::static::b', ['a', 'b']],
  ['openai/*', 'azure/gpt-4o', undefined],
  ['*-mini', 'gpt-4o-mini', ['gpt-4o']],
  ['*-mini', 'gpt-4o-mini-audio', undefined],
  ['gpt-4.1*', 'gpt-4x1', undefined],
  ['openai/*', 'openai/', ['']],
])('%s against %s stands for %j', (pattern, name, segments) => {
  expect(wildcardMatcher(pattern)(name)).toEqual(segments)
})

test.each([
  ['*', ['gpt-4o'], 'openai/gpt-4o', 'gpt-4o'],
  ['openai/*', ['gpt-4o'], 'llm/gpt-4o', 'openai/gpt-4o'],
  ['fixed', ['gpt-4o'], 'openai/gpt-4o', 'fixed'],
  ['fo::*::static::*', ['a', 'b'], 'x', 'fo::a::static::b'],
  ['meta.llama3*', ['hello-world-', '-70b'], 'hello-world-meta.llama3-70b', 'hello-world-meta.llama3-70b'],
])('%s filled with %j when %s was asked for is %s', (model, segments, asked, sent) => {
  expect(fillWildcard(model, segments, asked)).toBe(sent)
})

test('a segment that looks like a replacement pattern stays as it is', () => {
  expect(fillWildcard('*', ['$&$1'], 'x/$&$1')).toBe('$&$1')
})

test('the longer pattern is more specific, then the one with fewer stars', () => {
  expect(['*', 'openai/*', 'openai/gpt-4*', 'openai/**'].sort(bySpecificity)).toEqual([
    'openai/gpt-4*',
    'openai/**',
    'openai/*',
    '*',
  ])
  expect(['a*b*', 'a*bc'].sort(bySpecificity)).toEqual(['a*bc', 'a*b*'])
})

test('only a star makes a pattern', () => {
  expect([isWildcard('openai/*'), isWildcard('gpt-4.1?')]).toEqual([true, false])
})
