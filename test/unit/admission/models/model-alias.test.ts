import { expect, test } from '@jest/globals'
import { resolveModelAlias } from '../../../../src/admission/models/model-access.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { aKey, aTeam } from '../support/facts.ts'

test.each([
  ['no alias', {}, 'gpt-4o', 'gpt-4o'],
  ["the team's alias", { team: aTeam({ modelAliases: { fast: 'gpt-4o-mini' } }) }, 'fast', 'gpt-4o-mini'],
  ["the key's alias", { aliases: { fast: 'gpt-4o-mini' } }, 'fast', 'gpt-4o-mini'],
  ["the team's alias first", { team: aTeam({ modelAliases: { fast: 'a' } }), aliases: { fast: 'b' } }, 'fast', 'a'],
  [
    "the key's alias of what the team's stands for",
    { team: aTeam({ modelAliases: { fast: 'a' } }), aliases: { a: 'b' } },
    'fast',
    'b',
  ],
  ['no chains within one list', { aliases: { a: 'b', b: 'a' } }, 'a', 'b'],
  ['no names of JavaScript', { aliases: {} }, 'constructor', 'constructor'],
] as [string, Partial<VirtualKey>, string, string][])('%s', (_claim, key, model, group) => {
  expect(resolveModelAlias(aKey(key), model)).toBe(group)
})
