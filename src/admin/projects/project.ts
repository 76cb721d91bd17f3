import { z } from 'zod'
import { pythonFloat, pythonList } from '../../admission/facts/python-text.ts'
import { listAllows } from '../../admission/models/model-access.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { OWN_BUDGET, PROJECT } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetFields } from '../budgets/budget-row.ts'
import { type Caller, isTeamAdmin, memberOf } from '../caller.ts'
import { type AdminCall, bool, dict, id, longText, needed, text, texts } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-fields.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { runsTeam } from '../team-rights.ts'

const fields = {
  ...budgetFields,
  project_id: id,
  project_alias: text,
  description: longText,
  metadata: dict,
  tags: texts,
  guardrails: texts,
  policies: texts,
  models: texts,
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  blocked: bool,
  object_permission: dict,
}
/** Columns that are what a request says. */
export const COLUMNS = [
  'project_alias',
  'description',
  'models',
  'model_rpm_limit',
  'model_tpm_limit',
  'blocked',
  'team_id',
]
/** What is kept in the metadata. */
const IN_METADATA = ['tags', 'guardrails', 'policies']

export const newProjectBody = z.looseObject({ ...fields, team_id: needed.text })
export const changeProjectBody = z.looseObject({ ...fields, team_id: text, project_id: needed.text })
type ProjectBody = z.output<typeof newProjectBody> | z.output<typeof changeProjectBody>

export async function getTeam(store: AdminStore, teamId: string): Promise<Json> {
  if (!store.has(TABLES.projects))
    throw refuse(400, 'This database has no table of projects: let a newer LiteLLM migrate it.')
  const team = await store.one(TABLES.teams, 'team_id', teamId)
  if (team) return team
  throw refuse(404, `Team not found, team_id=${teamId}`, { type: 'not_found', param: 'team_id' })
}

export async function getProject(store: AdminStore, projectId: string): Promise<Json> {
  const row = await store.one(TABLES.projects, 'project_id', projectId)
  if (row) return row
  throw refuse(404, `Project not found, project_id=${projectId}`, { type: 'not_found', param: 'project_id' })
}

export async function checkMayChange(
  { store, caller }: AdminCall,
  team: Json | undefined,
): Promise<LiteLLMError | undefined> {
  if (caller.admin || (team && (await runsTeam(store, caller, team)))) return undefined
  return refuseDict(403, `Only admins or team admins can create projects. Your role is ${caller.role ?? 'None'}`)
}

export function maySee(caller: Caller, team: Json | undefined): boolean {
  return (
    caller.adminView ||
    (team !== undefined && (isTeamAdmin(team, caller) || memberOf(team, caller.userId) !== undefined))
  )
}

/** Why a project may not have what its team has not, or `undefined`. */
export function checkWithinTeam(request: ProjectBody, team: Json): LiteLLMError | undefined {
  const { team_id: teamId } = team
  const allowed = Array.isArray(team.models) ? (team.models as string[]) : []
  const denied = (request.models ?? []).find((model) => !listAllows(allowed, model))
  if (denied !== undefined) {
    const sentence = `Model '${denied}' not in team's allowed models. Team allowed models=${pythonList(allowed)}.`
    return refuseDict(400, `${sentence} Team: ${teamId}`)
  }
  for (const name of ['max_budget', 'tpm_limit', 'rpm_limit'] as const) {
    const [asked, most] = [request[name], team[name]]
    if (typeof asked !== 'number' || typeof most !== 'number' || asked <= most) continue
    const shownAmount = (amount: number) => (name === 'max_budget' ? pythonFloat(amount) : String(amount))
    const sentence = `Project ${name} (${shownAmount(asked)}) exceeds team's ${name} (${shownAmount(most)}).`
    return refuseDict(400, `${sentence} Team: ${teamId}`)
  }
  return undefined
}

export function metadataOf(request: ProjectBody, before: Json): Json | undefined {
  const asked: Json = request
  const moved = IN_METADATA.filter((name) => asked[name] !== undefined)
  const named = Object.fromEntries(['metadata', ...moved].map((name) => [name, asked[name]]))
  return metadataAfter({ ...named, ...(asked.metadata === null && { metadata: {} }) }, before, () => false)
}

export async function shownProject(store: AdminStore, row: Json): Promise<Json> {
  const budget = await store.one(TABLES.budgets, 'budget_id', row.budget_id as string | null)
  const permission = await store.one(
    TABLES.permissions,
    'object_permission_id',
    row.object_permission_id as string | null,
  )
  return answered(PROJECT, row, {
    litellm_budget_table: budget ? answered(OWN_BUDGET, budget) : null,
    object_permission: permission ?? null,
  })
}
