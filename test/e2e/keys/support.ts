import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Sql } from 'postgres'
import { createLiteLLM, type Gateway, type LiteLLMOptions, litellm } from '../../../src/index.ts'
import { oldestBeyond } from '../../../src/lib/memoize.ts'
import { MASTER_KEY } from '../../support/app.ts'
import { createTestDatabase } from '../../support/database.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

type Columns = Readonly<Record<string, unknown>>

/** Rows of one case. Each entity is linked to the key, and each budget to its entity; ids carry the id of the case. */
export interface Rows {
  readonly key?: Columns
  readonly team?: Columns
  readonly user?: Columns
  readonly member?: Columns
  readonly org?: Columns
  readonly project?: Columns
  readonly endUser?: Columns
  readonly tag?: Columns
  readonly permission?: Columns
  readonly accessGroup?: Columns
  readonly agent?: Columns
  /** The aliases of the team. */
  readonly teamAliases?: Columns
  readonly budgets?: Readonly<
    Partial<Record<'key' | 'member' | 'teamMembers' | 'org' | 'project' | 'endUser' | 'tag', Columns>>
  >
}

export interface Settings {
  readonly general?: Columns
  readonly litellm?: Columns
  readonly options?: LiteLLMOptions
}

export interface House {
  readonly sql: Sql
  /** The address of a gateway with these settings, all on one database. */
  url(settings?: Settings): Promise<string>
  gateway(settings?: Settings): Promise<Gateway>
  /** Puts the rows of a case into the database. */
  put(id: string, rows: Rows): Promise<{ readonly secret: string; readonly hash: string }>
  close(): Promise<void>
}

interface Opened {
  readonly gateway: Gateway
  readonly server: Server
  readonly url: string
}

/** Each has some connections, and the server of all tests has three hundred. */
const MAX_OPEN = 12

const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
const JSON_COLUMNS = new Set(['budget_limits', 'members_with_roles'])

export async function openHouse(): Promise<House> {
  const database = await createTestDatabase()
  const { sql } = database
  await addNewerColumns(sql)
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })), { strict: false })
  const opened = new Map<string, Promise<Opened>>()
  const open = async (settings: Settings = {}) => {
    const name = JSON.stringify(settings)
    const found = opened.get(name) ?? openGateway(settings)
    // Behind all others, so that the first is the one that nobody has asked for longest.
    opened.delete(name)
    opened.set(name, found)
    for (const oldest of oldestBeyond(opened, MAX_OPEN)) {
      const unused = opened.get(oldest)!
      opened.delete(oldest)
      await close(unused)
    }
    return await found
  }
  const close = async (opening: Promise<Opened>) => {
    const { gateway, server } = await opening
    server.close().closeAllConnections()
    await gateway.close()
  }

  return {
    sql,
    url: async (settings) => (await open(settings)).url,
    gateway: async (settings) => (await open(settings)).gateway,
    put: (id, rows) => put(sql, id, rows),
    async close() {
      for (const opening of opened.values()) await close(opening)
      await upstream.close()
      await database.drop()
    },
  }

  async function openGateway({ general, litellm: section, options }: Settings) {
    const gateway = createLiteLLM({
      databaseUrl: database.url,
      masterKey: MASTER_KEY,
      minConns: 1,
      maxConns: 3,
      config: {
        model_list: models(upstream.url),
        router_settings: { model_group_alias: { smart: 'gpt-4o' }, fallbacks: [{ 'free-first': ['freer', 'gpt-4o'] }] },
        general_settings: { ...general },
        litellm_settings: { ...section },
      },
      ...options,
    })
    const server = createServer(express().use(litellm({ gateway })))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return { gateway, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
}

function models(api_base: string) {
  const model = (model_name: string, params: Columns, model_info: Columns = {}) => ({
    model_name,
    litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'k', ...PRICE, ...params },
    model_info,
  })
  return [
    model('gpt-4o', {}, { access_groups: ['beta'] }),
    model('gpt-4o-mini', {}),
    model('claude-3-5-haiku', {}),
    model('free', { input_cost_per_token: 0, output_cost_per_token: 0 }),
    model('priceless', {
      model: 'openai/nobody-knows',
      input_cost_per_token: undefined,
      output_cost_per_token: undefined,
    }),
    model('free-first', { input_cost_per_token: 0, output_cost_per_token: 0 }),
    model('half-free', { input_cost_per_token: 0, output_cost_per_token: 0 }),
    model('half-free', {}),
    model('wild/*', { model: 'openai/*' }, { access_groups: ['wilds'] }),
    model('of-team', {}, { team_id: 'the-team', team_public_model_name: 'ours' }),
  ]
}

/** What LiteLLM has added since the fixture was taken. */
async function addNewerColumns(sql: Sql): Promise<void> {
  await sql.unsafe(`
    alter table "LiteLLM_VerificationToken" add column budget_limits jsonb, add column project_id text,
      add column agent_id text, add column budget_fallbacks jsonb;
    alter table "LiteLLM_TeamTable" add column budget_limits jsonb, add column default_team_member_models text[];
    alter table "LiteLLM_BudgetTable" add column allowed_models text[],
      add column temp_budget_increase double precision, add column temp_budget_expiry timestamp(3);
    alter table "LiteLLM_AgentsTable" add column tpm_limit integer, add column rpm_limit integer,
      add column session_tpm_limit integer, add column session_rpm_limit integer;
    create table "LiteLLM_ProjectTable" (
      project_id text primary key, project_alias text, budget_id text, metadata jsonb not null default '{}',
      models text[], spend double precision not null default 0, blocked boolean not null default false,
      model_rpm_limit jsonb, model_tpm_limit jsonb, model_itpm_limit jsonb, model_otpm_limit jsonb
    )`)
}

async function put(sql: Sql, id: string, rows: Rows) {
  const secret = `sk-${randomBytes(12).toString('base64url')}`
  const hash = createHash('sha256').update(secret).digest('hex')
  const by = { created_by: 'test', updated_by: 'test' }
  const insert = async (table: string, columns: Columns) => {
    const row = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, toColumn(name, value)]))
    await sql`insert into ${sql(`LiteLLM_${table}`)} ${sql(row)}`
  }
  const toColumn = (name: string, value: unknown) => {
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    return plain || JSON_COLUMNS.has(name) ? sql.json(JSON.parse(JSON.stringify(value).replaceAll('<id>', id))) : value
  }
  const { budgets = {} } = rows
  const budgetOf = (name: keyof typeof budgets) => (budgets[name] ? { budget_id: `${name}-${id}` } : {})

  for (const [name, columns] of Object.entries(budgets))
    await insert('BudgetTable', { budget_id: `${name}-${id}`, ...by, ...columns })
  if (rows.permission) await insert('ObjectPermissionTable', { object_permission_id: `p-${id}`, ...rows.permission })
  if (rows.org)
    await insert('OrganizationTable', {
      organization_id: `o-${id}`,
      organization_alias: 'org',
      budget_id: `none-${id}`,
      models: [],
      ...by,
      ...budgetOf('org'),
      ...rows.org,
    })
  let modelId: number | undefined
  if (rows.teamAliases) {
    const [made] = await sql`
      insert into "LiteLLM_ModelTable" (aliases, created_by, updated_by)
      values (${sql.json(rows.teamAliases as never)}, 'test', 'test') returning id`
    modelId = made!.id
  }
  if (rows.team)
    await insert('TeamTable', { team_id: `t-${id}`, models: [], ...(modelId && { model_id: modelId }), ...rows.team })
  if (rows.user) await insert('UserTable', { user_id: `u-${id}`, models: [], ...rows.user })
  if (rows.member)
    await insert('TeamMembership', { user_id: `u-${id}`, team_id: `t-${id}`, ...budgetOf('member'), ...rows.member })
  if (rows.project) await insert('ProjectTable', { project_id: `pr-${id}`, ...budgetOf('project'), ...rows.project })
  if (rows.endUser) await insert('EndUserTable', { user_id: `e-${id}`, ...budgetOf('endUser'), ...rows.endUser })
  if (rows.tag) await insert('TagTable', { tag_name: `tag-${id}`, models: [], ...budgetOf('tag'), ...rows.tag })
  if (rows.accessGroup)
    await insert('AccessGroupTable', {
      access_group_id: `g-${id}`,
      access_group_name: `g-${id}`,
      assigned_key_ids: [hash],
      ...rows.accessGroup,
    })
  if (rows.agent)
    await insert('AgentsTable', {
      agent_id: `a-${id}`,
      agent_name: `a-${id}`,
      agent_card_params: {},
      ...by,
      ...rows.agent,
    })
  await insert('VerificationToken', {
    token: hash,
    key_name: `sk-...${secret.slice(-4)}`,
    models: [],
    ...(rows.team && { team_id: `t-${id}` }),
    ...((rows.user || rows.member) && { user_id: `u-${id}` }),
    ...(rows.org && { organization_id: `o-${id}` }),
    ...(rows.project && { project_id: `pr-${id}` }),
    ...(rows.permission && { object_permission_id: `p-${id}` }),
    ...(rows.accessGroup && { access_group_ids: [`g-${id}`] }),
    ...(rows.agent && { agent_id: `a-${id}` }),
    ...budgetOf('key'),
    ...rows.key,
  })
  return { secret, hash }
}
