import { useState } from 'preact/hooks'
import type { State } from '../answers.ts'
import { useAsked } from './api.ts'
import { limitsText } from './keys.tsx'
import { away, counted, dollars } from './parts/format.ts'
import { Aside, Bar, Card, Empty, Facts, Mark, Pages, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'
import { keyTitle, type OrganizationRow, type TeamInfo, type TeamRow, type UserRow, usedPart } from './rows.ts'

interface Teams {
  readonly teams: readonly TeamRow[]
  readonly total: number
  readonly total_pages: number
}

interface Users {
  readonly users: readonly UserRow[]
  readonly total: number
  readonly total_pages: number
}

/** Organizations with their teams, teams with their members, and users. Who is no administrator sees own teams. */
export function TeamsAndUsers({ state }: { state: State }) {
  const { is_admin: isAdmin, user_id: userId, team_id: teamId } = state.reader
  const [at, setAt] = useState(1)
  const [openTeam, setOpenTeam] = useState<string>()
  const isAlone = !isAdmin && userId === null
  const listed = useAsked<Teams>(isAlone ? undefined : `/v2/team/list?${teamQuery(at, isAdmin ? null : userId)}`)
  const own = useAsked<TeamInfo>(isAlone && teamId ? `/team/info?team_id=${encodeURIComponent(teamId)}` : undefined)
  const organizations = useAsked<readonly OrganizationRow[]>(isAdmin ? '/organization/list' : undefined)
  const teams = isAlone ? (own.data ? [own.data.team_info] : []) : listed.data?.teams
  return (
    <>
      <Problem error={listed.error ?? own.error ?? organizations.error} />
      {teams?.length === 0 && !own.error && (
        <Empty>
          {isAdmin ? (
            <>
              No teams yet. <code>POST /team/new</code> makes one: its members share a budget, limits and models.
            </>
          ) : (
            'You are in no team.'
          )}
        </Empty>
      )}
      {teams &&
        byOrganization(teams, organizations.data ?? []).map(([organization, members]) => (
          <Card
            key={organization?.organization_id ?? ''}
            title={organization ? (organization.organization_alias ?? organization.organization_id) : 'Teams'}
            aside={organization && <OrganizationBudget of={organization} />}
          >
            {members.length === 0 ? (
              <Empty>No team yet.</Empty>
            ) : (
              <Table
                label={`Teams of ${organization?.organization_alias ?? 'no organization'}`}
                columns={TEAM_COLUMNS}
                rows={members}
                keyOf={({ team_id }) => team_id}
                isEven
                openKey={openTeam}
                onOpen={({ team_id }) => setOpenTeam(team_id)}
              />
            )}
          </Card>
        ))}
      {listed.data && listed.data.total_pages > 1 && (
        <Pages at={at} of={listed.data.total_pages} onGo={setAt}>
          {counted(listed.data.total, 'team')}
        </Pages>
      )}
      {isAdmin && <UserList />}
      {openTeam && <TeamDetail id={openTeam} onClose={() => setOpenTeam(undefined)} />}
    </>
  )
}

function teamQuery(page: number, userId: string | null): URLSearchParams {
  return new URLSearchParams({ page: String(page), page_size: '100', ...(userId !== null && { user_id: userId }) })
}

function byOrganization(
  teams: readonly TeamRow[],
  organizations: readonly OrganizationRow[],
): readonly (readonly [OrganizationRow | undefined, readonly TeamRow[]])[] {
  const without = teams.filter(
    ({ organization_id: id }) => !organizations.some(({ organization_id }) => organization_id === id),
  )
  const groups = organizations.map(
    (one) => [one, teams.filter(({ organization_id }) => organization_id === one.organization_id)] as const,
  )
  return without.length > 0 ? [...groups, [undefined, without]] : groups
}

function OrganizationBudget({ of: { spend, litellm_budget_table: budget } }: { of: OrganizationRow }) {
  const max_budget = budget?.max_budget ?? null
  return (
    <span class="num">
      {dollars(spend)}
      {max_budget !== null && (
        <>
          {' '}
          of {dollars(max_budget)} <Bar part={usedPart({ spend, max_budget })} />
        </>
      )}
    </span>
  )
}

const TEAM_COLUMNS: readonly Column<TeamRow>[] = [
  {
    head: 'Team',
    kind: 'name',
    of: ({ team_alias, team_id }) => team_alias || team_id,
    title: ({ team_id }) => team_id,
  },
  {
    head: 'State',
    of: (team) =>
      team.blocked ? (
        <Mark kind="stop">blocked</Mark>
      ) : usedPart(team) >= 1 ? (
        <Mark kind="stop">over budget</Mark>
      ) : (
        <Mark kind={usedPart(team) >= 0.8 ? 'attention' : 'ok'}>
          {usedPart(team) >= 0.8 ? 'near budget' : 'active'}
        </Mark>
      ),
  },
  { head: 'Spend', kind: 'num', of: ({ spend }) => dollars(spend), title: ({ spend }) => `$${spend}` },
  { head: 'Budget', kind: 'num', of: ({ max_budget }) => (max_budget === null ? '–' : dollars(max_budget)) },
  { head: 'Used', of: (team) => (team.max_budget === null ? '' : <Bar part={usedPart(team)} />) },
  { head: 'Members', kind: 'num', isExtra: true, of: ({ members_count }) => members_count ?? '–' },
  { head: 'Keys', kind: 'num', isExtra: true, of: ({ keys_count }) => keys_count ?? '–' },
  { head: 'A minute', isExtra: true, of: limitsText },
  {
    head: 'Models',
    kind: 'name',
    isExtra: true,
    of: ({ models }) => (models.length === 0 ? 'all' : models.join(', ')),
    title: ({ models }) => models.join(', '),
  },
]

/** A team with its members, each with what it has spent there, and its keys. */
function TeamDetail({ id, onClose }: { id: string; onClose(): void }) {
  const { data, error } = useAsked<TeamInfo>(`/team/info?team_id=${encodeURIComponent(id)}`)
  const team = data?.team_info
  return (
    <Aside label="Team" onClose={onClose} head={<b>{team?.team_alias || id}</b>}>
      <Problem error={error} />
      {data && team && (
        <>
          <Facts
            of={[
              ['spent', `${dollars(team.spend)}${team.max_budget === null ? '' : ` of ${dollars(team.max_budget)}`}`],
              ['used', team.max_budget !== null && <Bar part={usedPart(team)} />],
              ['begins again', team.budget_reset_at && `${away(team.budget_reset_at)}, every ${team.budget_duration}`],
              ['a minute', limitsText(team)],
              ['may call', team.models.length === 0 ? 'all models' : `${team.models.join(', ')}: the team’s list`],
              ['organization', team.organization_id],
              ['team', team.team_id],
            ]}
          />
          <p>
            <a class="button" href={`#calls?range=30d&team_id=${encodeURIComponent(id)}`}>
              Its calls
            </a>
          </p>
          <h3>{counted(team.members_with_roles.length, 'member')}</h3>
          <Members of={data} />
          <h3>{counted(data.keys.length, 'key')}</h3>
          <ul class="list lines">
            {data.keys.map((key) => (
              <li key={key.token}>
                <span>{keyTitle(key)}</span>
                <span class="num">{dollars(key.spend)}</span>
                {key.max_budget === null ? <span /> : <Bar part={usedPart(key)} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </Aside>
  )
}

function Members({ of: { team_info: team, team_memberships: memberships } }: { of: TeamInfo }) {
  return (
    <ul class="list lines">
      {team.members_with_roles.map((member) => {
        const found = memberships.find(({ user_id }) => user_id === member.user_id)
        const spend = found?.spend ?? 0
        const max_budget = found?.litellm_budget_table?.max_budget ?? team.team_member_budget_table?.max_budget ?? null
        return (
          <li key={member.user_id ?? member.user_email}>
            <span>
              {member.user_alias || member.user_email || member.user_id} <span class="soft">{member.role}</span>
            </span>
            <span class="num">{dollars(spend)}</span>
            {max_budget === null ? <span /> : <Bar part={usedPart({ spend, max_budget })} />}
          </li>
        )
      })}
    </ul>
  )
}

const USER_COLUMNS: readonly Column<UserRow>[] = [
  {
    head: 'User',
    kind: 'name',
    of: ({ user_alias, user_email, user_id }) => user_alias || user_email || user_id,
    title: ({ user_id }) => user_id,
  },
  { head: 'Role', of: ({ user_role }) => (user_role ?? '–').replaceAll('_', ' ') },
  { head: 'Spend', kind: 'num', of: ({ spend }) => dollars(spend), title: ({ spend }) => `$${spend}` },
  { head: 'Budget', kind: 'num', of: ({ max_budget }) => (max_budget === null ? '–' : dollars(max_budget)) },
  { head: 'Used', of: (user) => (user.max_budget === null ? '' : <Bar part={usedPart(user)} />) },
  { head: 'Keys', kind: 'num', isExtra: true, of: ({ key_count }) => key_count ?? '–' },
  {
    head: 'Calls',
    isExtra: true,
    of: ({ user_id }) => <a href={`#calls?range=30d&user_id=${encodeURIComponent(user_id)}`}>show</a>,
  },
]

function UserList() {
  const [at, setAt] = useState(1)
  const { data, error } = useAsked<Users>(`/user/list?page=${at}&page_size=50&sort_by=spend&sort_order=desc`)
  return (
    <Card title="Users">
      <Problem error={error} />
      {data?.users.length === 0 && (
        <Empty>
          No users yet. <code>POST /user/new</code> makes one; a key with a user counts for both.
        </Empty>
      )}
      {data && data.users.length > 0 && (
        <>
          <Table isEven label="Users" columns={USER_COLUMNS} rows={data.users} keyOf={({ user_id }) => user_id} />
          <Pages at={at} of={data.total_pages} onGo={setAt}>
            {counted(data.total, 'user')}
          </Pages>
        </>
      )}
    </Card>
  )
}
