import { afterAll, describe, expect, test } from '@jest/globals'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { refusal, startAdmin, type TestAdmin } from './support.ts'

const admins: TestAdmin[] = []
afterAll(() => Promise.all(admins.map(({ database }) => database.drop())))

describe.each(LITELLM_VERSIONS)('on a database of LiteLLM %s', (version) => {
  test('a team lives from its creation to its deletion', async () => {
    const { post, get, row, audits } = await setup({ schema: version })
    const made = await post('/team/new', {
      team_id: 't',
      team_alias: 'the team',
      models: ['gpt-4o'],
      max_budget: 100,
      budget_duration: '1mo',
      tags: ['x'],
      model_aliases: { fast: 'gpt-4o' },
      team_member_budget: 5,
      members_with_roles: [{ role: 'user', user_id: 'ann' }],
    })
    expect(made).toMatchObject({
      status: 200,
      body: {
        team_id: 't',
        spend: 0,
        blocked: false,
        budget_reset_at: '2026-04-01T00:00:00Z',
        members_with_roles: [
          { user_id: 'ann', user_email: null, role: 'user' },
          { user_id: 'default_user_id', user_email: null, role: 'admin' },
        ],
        metadata: { tags: ['x'], team_member_budget_id: expect.stringMatching(/^team-the team-budget-[0-9a-f]{32}$/) },
      },
    })
    expect(await row('LiteLLM_UserTable', { user_id: 'ann' })).toMatchObject({ teams: ['t'] })
    expect(await row('LiteLLM_ModelTable')).toMatchObject({ id: made.body.model_id, aliases: { fast: 'gpt-4o' } })

    const added = await post('/team/member_add', {
      team_id: 't',
      member: [{ role: 'admin', user_email: 'Bob@example.com' }],
      max_budget_in_team: 7,
    })
    expect(added).toMatchObject({
      status: 200,
      body: {
        team_id: 't',
        updated_users: [{ user_email: 'Bob@example.com', teams: ['t'] }],
        updated_team_memberships: [{ team_id: 't', spend: 0, litellm_budget_table: { max_budget: 7 } }],
      },
    })
    const bob = added.body.updated_users[0].user_id
    expect(
      await post('/team/member_add', { team_id: 't', member: { role: 'user', user_email: 'bob@EXAMPLE.com' } }),
    ).toEqual(
      refusal(
        400,
        expect.stringContaining(`User already in team. Member: user_id=${bob}, user_email=Bob@example.com. Existing`),
        'team_member_already_in_team',
        'member',
      ),
    )
    expect(
      await post('/team/member_update', { team_id: 't', user_id: 'ann', role: 'admin', max_budget_in_team: 9 }),
    ).toMatchObject({
      status: 200,
      body: { team_id: 't', user_id: 'ann', user_email: null, max_budget_in_team: 9, tpm_limit: null, rpm_limit: null },
    })
    // What is in the rows, whatever the request says of it.
    expect(
      await post('/team/member_update', { team_id: 't', user_id: 'ann', user_email: 'x@y.z', tpm_limit: 50 }),
    ).toMatchObject({
      status: 200,
      body: { team_id: 't', user_id: 'ann', user_email: null, max_budget_in_team: 9, tpm_limit: 50, rpm_limit: null },
    })
    const info = await get('/team/info?team_id=t')
    // The budget of its members lasts as long as the team's.
    const team_member_budget_table = { max_budget: 5, budget_duration: '1mo' }
    expect(info.body.team_info).toMatchObject({ team_alias: 'the team', team_member_budget_table })
    expect(info.body.team_memberships.map((m: any) => [m.user_id, m.litellm_budget_table.max_budget])).toEqual(
      expect.arrayContaining([
        ['ann', 9],
        [bob, 7],
        ['default_user_id', 5],
      ]),
    )
    expect(info.body.team_info.members_with_roles.find((m: any) => m.user_id === 'ann').role).toBe('admin')

    const { body: key } = await post('/key/generate', { team_id: 't', user_id: 'ann' })
    expect(await post('/team/update', { team_id: 't', max_budget: 50, metadata: { a: 1 }, models: [] })).toMatchObject({
      status: 200,
      body: {
        team_id: 't',
        data: {
          max_budget: 50,
          models: [],
          metadata: { a: 1, team_member_budget_id: made.body.metadata.team_member_budget_id },
        },
      },
    })
    expect(await post('/team/block', { team_id: 't' })).toMatchObject({ status: 200, body: { blocked: true } })
    expect(await post('/team/unblock', { team_id: 't' })).toMatchObject({ status: 200, body: { blocked: false } })
    expect(await post('/team/member_delete', { team_id: 't', user_id: 'ann' })).toMatchObject({
      status: 200,
      body: { members_with_roles: [{ user_id: 'default_user_id' }, { user_id: bob }] },
    })
    expect(await row('LiteLLM_UserTable', { user_id: 'ann' })).toMatchObject({ teams: [] })
    expect(await row('LiteLLM_TeamMembership', { user_id: 'ann' })).toBeUndefined()
    expect(await row('LiteLLM_VerificationToken', { token: key.token })).toBeUndefined()

    expect(await post('/team/delete', { team_ids: ['t'] })).toEqual({ status: 200, body: { deleted_teams: ['t'] } })
    expect(await row('LiteLLM_TeamTable')).toBeUndefined()
    expect(await row('LiteLLM_UserTable', { user_id: bob })).toMatchObject({ teams: [] })
    expect(
      (await audits())
        .filter(({ table_name: table }) => table === 'LiteLLM_TeamTable')
        .map((a) => a.action)
        .sort(),
    ).toEqual(['blocked', 'created', 'deleted', 'unblocked', 'updated', 'updated', 'updated', 'updated', 'updated'])
  })

  test('a user lives from creation to deletion', async () => {
    const { post, get, row } = await setup({ schema: version })
    await post('/team/new', { team_id: 't' })
    const made = await post('/user/new', {
      user_id: 'ann',
      user_email: 'ann@example.com',
      user_role: 'internal_user',
      max_budget: 10,
      teams: ['t'],
      models: ['gpt-4o'],
    })
    expect(made).toMatchObject({ status: 200, body: { user_id: 'ann', max_budget: 10, teams: ['t'] } })
    expect(made.body.key).toMatch(/^sk-/)
    expect(made.body.token).toBeNull()
    expect(await row('LiteLLM_VerificationToken')).toMatchObject({
      user_id: 'ann',
      max_budget: null,
      models: ['gpt-4o'],
    })
    expect(await row('LiteLLM_TeamTable')).toMatchObject({
      members_with_roles: [
        { user_id: 'default_user_id' },
        { user_id: 'ann', user_email: 'ann@example.com', role: 'user' },
      ],
    })
    expect(await get('/user/info?user_id=ann')).toMatchObject({
      status: 200,
      body: {
        user_id: 'ann',
        user_info: { user_email: 'ann@example.com', spend: 0 },
        keys: [{ user_id: 'ann' }],
        teams: [{ team_id: 't' }],
      },
    })
    expect(await post('/user/update', { user_email: 'ANN@example.com', max_budget: 20 })).toMatchObject({
      status: 200,
      body: { user_id: 'ann', data: { max_budget: 20, models: ['gpt-4o'] } },
    })
    expect(await get('/user/list?role=internal_user')).toMatchObject({
      status: 200,
      body: { users: [{ user_id: 'ann', key_count: 1 }], total: 1, page: 1, page_size: 25, total_pages: 1 },
    })
    expect(await post('/user/delete', { user_ids: ['ann'] })).toEqual({ status: 200, body: 1 })
    expect(await row('LiteLLM_UserTable', { user_id: 'ann' })).toBeUndefined()
    expect(await row('LiteLLM_VerificationToken')).toBeUndefined()
    expect(await row('LiteLLM_TeamTable')).toMatchObject({ members_with_roles: [{ user_id: 'default_user_id' }] })
  })
})

async function setup(options: Parameters<typeof startAdmin>[0] = {}) {
  const admin = await startAdmin(options)
  admins.push(admin)
  return admin
}
