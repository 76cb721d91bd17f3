import { expect, test } from '@jest/globals'
import { type Model, modelsOf } from '../../../../src/models/routing/model.ts'
import { createModelCatalog } from '../../../../src/models/routing/model-catalog.ts'
import type { Deployment } from '../../../../src/types.ts'
import { readRouterSettings } from '../../../support/router-settings.ts'
import { deployment } from './make.ts'

function setup(deployments: readonly Deployment[]) {
  let models: readonly Model[] = modelsOf(deployments)
  const settings = readRouterSettings({ model_group_alias: { short: 'gpt-4o', both: ['a', 'b'] } })
  const catalog = createModelCatalog({ models: () => models, settings: () => settings })
  const replace = (list: readonly Deployment[]) => {
    models = modelsOf(list)
  }
  return { catalog, replace }
}

const ids = (found: readonly Deployment[]) => found.map(({ id }) => id)

test('finds the deployments of a name, an id, an alias, or else of the longest pattern', () => {
  const { catalog } = setup([
    deployment('1', 'gpt-4o'),
    deployment('2', 'openai/*'),
    deployment('3', 'openai/gpt-*'),
    deployment('4', 'a'),
    deployment('5', 'b'),
    deployment('6', 'gpt-4o', { blocked: true }),
  ])
  const found = (name: string) => ids(catalog.deploymentsOf(name))
  expect([found('gpt-4o'), found('4'), found('short'), found('both')]).toEqual([['1'], ['4'], ['1'], ['4', '5']])
  expect([found('openai/gpt-5'), found('openai/o3'), found('nobody')]).toEqual([['3'], ['2'], []])
})

test("a team's own model is known under the team's name for it, and to the team alone", () => {
  const { catalog } = setup([deployment('1', 'internal-name', { teamId: 't1', teamModelGroup: 'ours' })])
  expect([catalog.teamModels('t1'), catalog.teamModels('t2')]).toEqual([['ours'], []])
  expect([catalog.has('ours'), catalog.has('internal-name')]).toEqual([false, true])
  expect(ids(catalog.deploymentsOf('ours'))).toEqual(['1'])
})

test('access groups and what clients may set are those of the deployments', () => {
  const beta = { ...deployment('1', 'a'), accessGroups: ['beta'], clientSide: ['api_base'] }
  const { catalog } = setup([beta, { ...deployment('2', 'b'), accessGroups: ['beta', 'gamma'] }])
  expect(catalog.accessGroupsOf('b')).toEqual(['beta', 'gamma'])
  expect([...catalog.accessGroups()]).toEqual([
    ['beta', ['a', 'b']],
    ['gamma', ['b']],
  ])
  expect([catalog.clientSideParams('a'), catalog.clientSideParams('b')]).toEqual([['api_base'], []])
})

test('what was replaced is forgotten', () => {
  const { catalog, replace } = setup([deployment('1', 'a')])
  expect(catalog.has('a')).toBe(true)
  replace([deployment('2', 'b')])
  expect([catalog.has('a'), catalog.has('b')]).toEqual([false, true])
})
