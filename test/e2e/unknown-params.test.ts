import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ROUTES } from '../../src/admin/routes.ts'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startApp({ upstream: 'http://127.0.0.1:1' })
})

afterAll(() => app.close())

const HEADER = 'x-litellm-unknown-params'
const send = async (method: string, path: string, body: object, secret = MASTER_KEY) => {
  const response = await fetch(app.url + path, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await response.body?.cancel()
  return response
}

describe('a member that an endpoint does not know is named in a header', () => {
  // The members of these are names of providers.
  const NAMING = ['PATCH /config/cost_discount_config', 'PATCH /config/cost_margin_config']
  const TAKING = Object.entries(ROUTES).filter(([route, { body }]) => body !== undefined && !NAMING.includes(route))

  test.each(TAKING.map(([route]) => route))('%s', async (route) => {
    const [method, path] = route.split(' ') as [string, string]
    const { headers } = await send(method, path.replace(/\{\w+\}/, 'none'), { max_budgt: 5 })
    expect(headers.get(HEADER)).toBe('max_budgt')
  })

  test('when the call succeeds, too: `max_budgt` makes a key without a budget', async () => {
    const { status, headers } = await send('POST', '/key/generate', { max_budgt: 5, models: ['gpt-4o'] })
    expect([status, headers.get(HEADER)]).toEqual([200, 'max_budgt'])
  })

  test('in lists, with its place', async () => {
    const keys = [
      { key: 'sk-1', max_budget: 1 },
      { key: 'sk-2', modells: [] },
    ]
    expect((await send('POST', '/key/bulk_update', { keys })).headers.get(HEADER)).toBe('keys[1].modells')
    const member = { user_id: 'u', role: 'user', rolle: 'admin' }
    const { headers } = await send('POST', '/team/member_add', { team_id: 't', member })
    expect(headers.get(HEADER)).toBe('member.rolle')
  })

  test('as are members of the router settings of keys and teams that are stored and do not act', async () => {
    for (const path of ['/key/generate', '/team/new']) {
      const { status, headers } = await send('POST', path, { router_settings: { num_retries: 3, cooldown_time: 1 } })
      expect([path, status, headers.get(HEADER)]).toEqual([path, 200, 'router_settings.cooldown_time'])
      expect((await send('POST', path, { router_settings: { num_retries: 3 } })).headers.get(HEADER)).toBeNull()
    }
  })

  test('under a name that no header can hold', async () => {
    const { headers } = await send('POST', '/key/generate', {
      'a\r\nset-cookie: x': 1,
      ü: 1,
      '\ud800': 1,
      ['n'.repeat(99)]: 1,
    })
    expect(headers.get('set-cookie')).toBeNull()
    expect(headers.get(HEADER)).toBe(`a%0D%0Aset-cookie%3A%20x, %C3%BC, %EF%BF%BD, ${'n'.repeat(64)}...`)
  })

  test('and no more than twenty of them', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`n${index}`, 1]))
    const { headers } = await send('POST', '/key/generate', many)
    expect(headers.get(HEADER)?.split(', ')).toHaveLength(21)
  })
})

test('what is known, or is anybody’s to name, is not', async () => {
  const known = { models: ['gpt-4o'], metadata: { anything: 1 }, aliases: { a: 'b' }, max_budget: null }
  expect((await send('POST', '/key/generate', known)).headers.has(HEADER)).toBe(false)
  const model = { model_name: 'm', litellm_params: { model: 'openai/m', anything: 1 }, model_info: { more: 1 } }
  expect((await send('POST', '/model/new', model)).headers.has(HEADER)).toBe(false)
  expect((await send('POST', '/team/new', { team_alias: 'a', members_with_roles: [] })).headers.has(HEADER)).toBe(false)
})
