import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { PROJECT } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { checkBudget, planBudget } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { type Endpoint, endpoint, needed } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { refuse, refuseDict } from '../refuse.ts'
import {
  COLUMNS,
  changeProjectBody,
  checkMayChange,
  checkWithinTeam,
  getProject,
  getTeam,
  maySee,
  metadataOf,
  newProjectBody,
  shownProject,
} from './project.ts'

/** `POST /project/new`: a part of a team with models, limits and a budget of its own. */
const newProject = endpoint({
  access: 'anyone',
  body: newProjectBody,
  stores: [TABLES.budgets],
  async run(call) {
    const { store, caller, body: request, now } = call
    const team = await getTeam(store, request.team_id)
    const refusal = (await checkMayChange(call, team)) ?? checkBudget(request, now) ?? checkWithinTeam(request, team)
    if (refusal) throw refusal
    const project = request.project_id ?? randomUUID()
    if (await store.one(TABLES.projects, 'project_id', project)) {
      const message = `Project id = ${project} already exists. Please use a different project id.`
      throw refuse(400, message, { type: 'bad_request', param: 'project_id' })
    }
    const by = nameOf(caller)
    const budget = planBudget(request, undefined, by, now)
    const permission = planPermission(request.object_permission)
    const row = {
      project_id: project,
      ...{ project_alias: request.project_alias ?? null, description: request.description ?? null },
      ...{ team_id: request.team_id, budget_id: budget.id ?? null, metadata: metadataOf(request, {}) ?? {} },
      ...{ models: request.models ?? [], model_rpm_limit: request.model_rpm_limit ?? {} },
      ...{ model_tpm_limit: request.model_tpm_limit ?? {}, blocked: request.blocked ?? false, spend: 0 },
      ...{ object_permission_id: permission.id ?? null, created_by: by, updated_by: by },
      ...{ created_at: now.toISOString(), updated_at: now.toISOString() },
    }
    const [[written]] = (await store.write({
      steps: [{ kind: 'insert', table: TABLES.projects, rows: [row] }, ...budget.steps, ...permission.steps],
      audit: [{ action: 'created', table: TABLES.projects, id: project, after: row }],
      forget: '*',
    })) as [[Json]]
    return await shownProject(store, written)
  },
})

/** `POST /project/update`: what is not sent stays. */
const updateProject = endpoint({
  access: 'anyone',
  body: changeProjectBody,
  stores: [TABLES.budgets],
  async run(call) {
    const { store, caller, body: request, now } = call
    const before = await getProject(store, request.project_id)
    const team = await store.one(TABLES.teams, 'team_id', before.team_id as string | null)
    const target = request.team_id ? await getTeam(store, request.team_id) : team
    const refusal =
      (await checkMayChange(call, team)) ??
      (await checkMayChange(call, target)) ??
      checkBudget(request, now) ??
      (target && checkWithinTeam(request, target))
    if (refusal) throw refusal
    const by = nameOf(caller)
    const budget = planBudget(request, before.budget_id, by, now)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const metadata = metadataOf(request, (before.metadata ?? {}) as Json)
    const asked: Json = request
    const named = COLUMNS.filter((name) => asked[name] !== undefined && asked[name] !== null)
    const set: Json = {
      ...Object.fromEntries(named.map((name) => [name, asked[name]])),
      ...(metadata && { metadata }),
      ...(budget.id !== undefined && { budget_id: budget.id }),
      ...(permission.id && { object_permission_id: permission.id }),
      updated_at: now.toISOString(),
      updated_by: by,
    }
    const key = { project_id: request.project_id }
    const [[row]] = (await store.write({
      guard: { table: TABLES.projects, id: key },
      steps: [
        { kind: 'update', table: TABLES.projects, rows: [{ id: key, set }] },
        ...budget.steps,
        ...permission.steps,
      ],
      audit: [{ action: 'updated', table: TABLES.projects, id: request.project_id, before, after: set }],
      forget: '*',
    })) as [[Json]]
    return await shownProject(store, row)
  },
})

/** `DELETE /project/delete`: projects without keys. */
const deleteProjects = endpoint({
  access: 'admin',
  body: z.looseObject({ project_ids: needed.texts }),
  async run({ store, body: { project_ids: ids } }) {
    const rows = []
    for (const one of new Set(ids)) rows.push(await getProject(store, one))
    const [key] = await store.find(TABLES.keys, 'project_id', ids)
    if (key)
      throw refuseDict(400, `Project ${key.project_id} has keys. Delete them first, or give them another project.`)
    await store.write({
      steps: [
        { kind: 'delete', table: TABLES.projects, rows: rows.map((row) => ({ id: { project_id: row.project_id } })) },
      ],
      audit: rows.map((row) => ({
        action: 'deleted',
        table: TABLES.projects,
        id: String(row.project_id),
        before: row,
      })),
      forget: '*',
    })
    return rows.map((row) => answered(PROJECT, row))
  },
})

/** `GET /project/info?project_id=`, for administrators and members of its team. */
const getProjectInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ project_id: needed.text }),
  async run({ store, caller, query }) {
    const row = await getProject(store, query.project_id)
    const team = await store.one(TABLES.teams, 'team_id', row.team_id as string | null)
    if (!maySee(caller, team)) throw refuseDict(403, 'User not authorized to view this project')
    return await shownProject(store, row)
  },
})

/** `GET /project/list`: all projects; for others than administrators those of their teams. */
const listProjects = endpoint({
  access: 'anyone',
  async run({ store, caller }) {
    if (!store.has(TABLES.projects)) return []
    const rows = await listRows(store.sql, TABLES.projects, 'project_id')
    const teams = await store.find(
      TABLES.teams,
      'team_id',
      rows.map((row) => row.team_id as string | null),
    )
    const seen = rows.filter((row) =>
      maySee(
        caller,
        teams.find((team) => team.team_id === row.team_id),
      ),
    )
    return await Promise.all(seen.map((row) => shownProject(store, row)))
  },
})

export const PROJECT_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /project/new': newProject,
  'POST /project/update': updateProject,
  'DELETE /project/delete': deleteProjects,
  'GET /project/info': getProjectInfo,
  'GET /project/list': listProjects,
}
