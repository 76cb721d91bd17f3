import { z } from 'zod'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { TEAM, TEAM_MODELS_ROW, TEAM_ROW } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { type AdminCall, endpoint, needed, text } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { checkRunsTeam, getTeam, runsTeam } from '../team-rights.ts'
import { shownMembers, teamModelsOf } from './info.ts'
import { unknownTeam } from './member-add.ts'
import { checkOrganizationLimits } from './write.ts'

const modelsBody = z.looseObject({ team_id: needed.text, models: needed.texts })
type ModelsBody = z.output<typeof modelsBody>

/** What a team without a list may call: a list that is begun must not take it away. */
const ALL = 'all-proxy-models'

/** `POST /team/model/add`: models that the team may call beside those it has. */
export const addTeamModels = endpoint({
  access: 'anyone',
  body: modelsBody,
  run: (call) =>
    changeModels(call, (models, named) => [...new Set([...(models.length === 0 ? [ALL] : models), ...named])]),
})

/** `POST /team/model/delete`: models that the team may not call any more. */
export const deleteTeamModels = endpoint({
  access: 'anyone',
  body: modelsBody,
  run: (call) => changeModels(call, (models, named) => models.filter((model) => !named.includes(model))),
})

async function changeModels(
  { store, caller, body: request, now }: AdminCall<ModelsBody>,
  change: (models: readonly string[], named: readonly string[]) => readonly string[],
): Promise<Json> {
  const before = await getTeam(store, request.team_id)
  if (!(await runsTeam(store, caller, before))) {
    throw refuseDict(403, 'Only proxy admin or team admin can modify team models')
  }
  const models = change((before.models ?? []) as readonly string[], request.models)
  const added = models.filter((model) => request.models.includes(model))
  const refusal = await checkOrganizationLimits(store, before.organization_id, { models: added })
  if (refusal) throw refusal
  const row = await writeTeam(store, before, { models, updated_at: now.toISOString() })
  const named = (await teamModelsOf(store, [row], TEAM_MODELS_ROW)).get(row.model_id) ?? null
  return answered(TEAM_ROW, row, { litellm_model_table: named })
}

async function writeTeam(store: AdminStore, before: Json, set: Json): Promise<Json> {
  const id = { team_id: before.team_id }
  const [[row]] = (await store.write({
    guard: { table: TABLES.teams, id, expect: { updated_at: before.updated_at } },
    steps: [{ kind: 'update', table: TABLES.teams, rows: [{ id, set }] }],
    audit: [{ action: 'updated', table: TABLES.teams, id: String(before.team_id), before, after: set }],
    forget: '*',
  })) as [[Json]]
  return row
}

/** What members can be allowed to do with the keys of their team: LiteLLM's list. */
const PERMISSIONS = [
  ...['/key/generate', '/key/update', '/key/delete', '/key/info', '/key/regenerate', '/key/service-account/generate'],
  ...['/key/{key_id}/regenerate', '/key/list', '/key/block', '/key/unblock', '/key/bulk_update'],
  ...['/team/key/bulk_update', '/team/daily/activity', '/team/daily/activity/aggregated'],
  ...['/team/daily/activity/aggregated/keys', '/team/daily/activity/aggregated/search'],
  ...['/team/daily/activity/aggregated/model_top_keys', '/team/daily/activity/export', '/spend/logs', '/spend/logs/v2'],
  ...['/key/{key_id}/reset_spend', '/key/aliases', '/key/access_group_assignment', '/auto_router/manage'],
]

/** `GET /team/permissions_list?team_id=`: what the members of a team may do with its keys, and what there is. */
export const listPermissions = endpoint({
  access: 'anyone',
  query: z.looseObject({ team_id: text }),
  async run({ store, caller, query: { team_id: id } }) {
    const team = await store.one(TABLES.teams, 'team_id', id)
    if (!team) throw unknownTeam(id ?? 'None')
    const refusal = caller.adminView ? undefined : await checkRunsTeam(store, caller, team, '/team/member_add')
    if (refusal) throw refusal
    return {
      team_id: team.team_id,
      team_member_permissions: team.team_member_permissions ?? [],
      all_available_permissions: PERMISSIONS,
    }
  },
})

/** `POST /team/permissions_update`. */
export const updatePermissions = endpoint({
  access: 'anyone',
  body: z.looseObject({ team_id: needed.text, team_member_permissions: needed.texts }),
  stores: [TABLES.teams],
  async run({ store, caller, body: request, now, route }) {
    const before = await store.one(TABLES.teams, 'team_id', request.team_id)
    if (!before) throw unknownTeam(request.team_id)
    const refusal = await checkRunsTeam(store, caller, before, route)
    if (refusal) throw refusal
    const { team_member_permissions } = request
    const row = await writeTeam(store, before, { team_member_permissions, updated_at: now.toISOString() })
    return answered(TEAM, row, { members_with_roles: shownMembers(row) })
  },
})
