import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MASTER_KEY } from '../../support/app.ts'
import { type House, openHouse, type Rows } from './support.ts'

let house: House
let count = 0

beforeAll(async () => {
  house = await openHouse()
})

afterAll(() => house.close())

// Without the pattern `wild/*`: it is no model that could be called.
const ALL = ['gpt-4o', 'gpt-4o-mini', 'claude-3-5-haiku', 'free', 'priceless', 'free-first', 'half-free', 'smart']

async function list(secret: string) {
  const answer = await fetch(`${await house.url()}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { data: { id: string }[] }
  // What the price map knows of a model stands beside.
  expect(body).toMatchObject({
    object: 'list',
    data: body.data.map(({ id }) => ({ id, object: 'model', created: 1_677_610_602, owned_by: 'openai' })),
  })
  return body.data.map(({ id }) => id)
}

test.each<readonly [string, Rows, readonly string[]]>([
  ['a key without a list', {}, ALL],
  ['a list of names', { key: { models: ['free', 'gpt-4o'] } }, ['gpt-4o', 'free', 'smart']],
  ['names that nothing serves', { key: { models: ['free', 'nowhere'] } }, ['free']],
  ['a wildcard', { key: { models: ['gpt-*'] } }, ['gpt-4o', 'gpt-4o-mini', 'smart']],
  ['a provider', { key: { models: ['anthropic/*'] } }, ['claude-3-5-haiku']],
  ['an access group', { key: { models: ['beta'] } }, ['gpt-4o', 'smart']],
  ['a name that only a wildcard serves', { key: { models: ['wild/o3'] } }, ['wild/o3']],
  ["the team's models", { team: { models: ['free'] } }, ['free']],
  [
    'all-team-models',
    { key: { models: ['all-team-models'] }, team: { models: ['free', 'wild/x'] } },
    ['free', 'wild/x'],
  ],
  ['what the key and the team allow', { key: { models: ['gpt-4o', 'free'] }, team: { models: ['free'] } }, ['free']],
  [
    "a member's models",
    { team: {}, user: {}, member: {}, budgets: { member: { allowed_models: ['free'] } } },
    ['free'],
  ],
  ["the user's models", { user: { models: ['free'] } }, ['free']],
  ['a user without models of its own', { user: { models: ['no-default-models'] } }, []],
  ['a team with a model of its own', { team: { team_id: 'the-team' }, key: { team_id: 'the-team' } }, [...ALL, 'ours']],
])('%s', async (_, rows, expected) => {
  const { secret } = await house.put(`m${++count}`, rows)
  expect(await list(secret)).toEqual(expected)
})

test('the master key sees every model group, those of teams too', async () => {
  expect(await list(MASTER_KEY)).toEqual([...ALL, 'ours'])
})
