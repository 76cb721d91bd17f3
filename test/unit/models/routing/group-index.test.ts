import { expect, test } from '@jest/globals'
import { aliasesOf, createGroupIndex } from '../../../../src/models/routing/group-index.ts'
import type { Deployment } from '../../../../src/types.ts'
import { deployment, key } from './make.ts'

function setup(deployments: readonly Deployment[], aliases: unknown = {}) {
  const index = createGroupIndex(deployments, aliasesOf(aliases))
  return { index, ids: (name: string, of = key()) => index.find(name, of).map(({ id }) => id) }
}

test('an exact model group goes before every wildcard', () => {
  const { ids } = setup([deployment('w', 'openai/*'), deployment('e', 'openai/gpt-4o'), deployment('all', '*')])
  expect(ids('openai/gpt-4o')).toEqual(['e'])
})

test('the most specific wildcard serves, and * everything else', () => {
  const { ids } = setup([deployment('all', '*'), deployment('o', 'openai/*'), deployment('m', 'openai/*-mini')])
  expect([ids('openai/gpt-4o-mini'), ids('openai/gpt-4o'), ids('gpt-4o')]).toEqual([['m'], ['o'], ['all']])
})

test('a wildcard deployment gets the model name rebuilt from its pattern', () => {
  const { index } = setup([
    { ...deployment('o', 'openai/*'), model: '*' },
    { ...deployment('all', '*'), model: '*' },
    { ...deployment('f', 'fast/*'), model: 'llama-*' },
  ])
  const sent = (name: string) => index.find(name, undefined).map(({ model }) => model)
  expect([sent('openai/gpt-4o'), sent('mistral'), sent('fast/8b')]).toEqual([['gpt-4o'], ['mistral'], ['llama-8b']])
})

test('an alias names another group, a wildcard, or several groups together', () => {
  const { ids } = setup([deployment('a', 'gpt-4o'), deployment('b', 'claude'), deployment('w', 'openai/*')], {
    smart: 'gpt-4o',
    wild: { model: 'openai/o3', hidden: true },
    both: ['gpt-4o', 'claude', 'missing'],
    claude: 'gpt-4o',
  })
  expect(ids('smart')).toEqual(['a'])
  expect(ids('wild')).toEqual(['w'])
  expect(ids('both')).toEqual(['a', 'b'])
  expect(ids('claude')).toEqual(['a'])
})

test('a deployment can be asked for by its id', () => {
  expect(setup([deployment('a'), deployment('b')]).ids('b')).toEqual(['b'])
})

test('a blocked deployment does not exist', () => {
  const { ids, index } = setup([deployment('a', 'gpt-4o', { blocked: true }), deployment('b', '*', { blocked: true })])
  expect([ids('gpt-4o'), ids('a'), ids('x'), index.names()]).toEqual([[], [], [], []])
})

test("a team's own model goes before the public one, for that team only, and is not listed", () => {
  const own = deployment('own', 'model_name_t1_123', { teamId: 't1', teamModelGroup: 'gpt-4o' })
  const { ids, index } = setup([deployment('public'), own])
  expect(ids('gpt-4o', key({ owners: { teamId: 't1' } }))).toEqual(['own'])
  expect(ids('gpt-4o', key({ owners: { teamId: 't2' } }))).toEqual(['public'])
  expect(ids('gpt-4o')).toEqual(['public'])
  expect([ids('own'), ids('model_name_t1_123')]).toEqual([[], []])
  expect(ids('own', key({ master: true }))).toEqual(['own'])
  expect(index.names()).toEqual(['gpt-4o'])
})

test('groups and visible aliases are listed once', () => {
  const { index } = setup([deployment('a'), deployment('b'), deployment('w', 'openai/*')], {
    smart: 'gpt-4o',
    shy: { model: 'gpt-4o', hidden: true },
    'gpt-4o': 'gpt-4o',
  })
  expect(index.names()).toEqual(['gpt-4o', 'openai/*', 'smart'])
})

test('a name nobody serves finds nothing', () => {
  expect(setup([deployment('a')]).ids('constructor')).toEqual([])
})
