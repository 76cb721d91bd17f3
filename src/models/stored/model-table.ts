import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import type { Json } from '../../types.ts'
import { jsonObjectOf, type OpenedParams, openParams } from './model-table-params.ts'
import type { SecretBox } from './secret-box.ts'
import { type CredentialRow, listCredentials } from './sql/list-credentials.ts'
import { listDeployments, type ModelRow } from './sql/list-deployments.ts'

/** One entry of LiteLLM's `model_list`. */
export interface ModelListEntry {
  readonly model_name: string
  readonly litellm_params: Json
  readonly model_info: Json
}

export interface ModelProblem {
  readonly modelId: string
  readonly modelName: string
  /** What is wrong, in a sentence that holds no value of the row. */
  readonly problem: string
}

type Env = Readonly<Record<string, string | undefined>>

/** Credentials by name; one that cannot be opened is known by its problem. */
export type Credentials = ReadonlyMap<string, OpenedParams>

export function credentialsOf(rows: readonly CredentialRow[], box: SecretBox | undefined, env: Env): Credentials {
  return new Map(rows.map((row) => [row.credential_name, openParams(row.credential_values, box, env)]))
}

/**
 * A row as a `model_list` entry: its parameters opened, its credential's values filled in where the row itself says nothing,
 * `model_info` completed as LiteLLM does. A row that cannot be used is a problem.
 */
export function modelEntryOf(
  row: ModelRow,
  credentials: Credentials,
  box: SecretBox | undefined,
  env: Env,
): ModelListEntry | ModelProblem {
  const problem = (text: string): ModelProblem => ({ modelId: row.model_id, modelName: row.model_name, problem: text })
  const opened = openParams(row.litellm_params, box, env)
  if ('problem' in opened) return problem(`litellm_params${opened.problem}`)
  const own = opened.params
  if (typeof own.model !== 'string' || own.model === '') return problem('litellm_params.model is missing.')
  const filled = fillCredential(own, credentials)
  if ('problem' in filled) return problem(filled.problem)
  return { model_name: row.model_name, litellm_params: filled.params, model_info: modelInfoOf(row) }
}

function fillCredential(own: Json, credentials: Credentials): OpenedParams {
  const { litellm_credential_name: name, ...params } = own
  if (typeof name !== 'string' || name === '') return { params: own }
  const credential = credentials.get(name)
  if (!credential) return { problem: `The credential ${JSON.stringify(name)} does not exist.` }
  if ('problem' in credential) return { problem: `The credential ${JSON.stringify(name)}${credential.problem}` }
  const given = Object.entries(params).filter(([, value]) => value !== null && value !== undefined)
  return { params: { ...credential.params, ...Object.fromEntries(given), litellm_credential_name: name } }
}

function modelInfoOf(row: ModelRow): Json {
  // Unreadable, it only fails to describe the model; it does not stop it from serving.
  const info = jsonObjectOf(row.model_info) ?? {}
  const { created_at, created_by, updated_at, updated_by } = row
  return {
    ...info,
    created_at,
    created_by,
    updated_at,
    updated_by,
    id: typeof info.id === 'string' && info.id !== '' ? info.id : row.model_id,
    db_model: true,
    blocked: row.blocked || info.blocked === true,
  }
}

export interface ModelTable {
  readonly entries: readonly ModelListEntry[]
  /** Rows that cannot be used. They block no other row. */
  readonly problems: readonly ModelProblem[]
}

interface ModelTableOptions {
  readonly sql: Sql
  readonly schema: Schema
  /** `undefined`: neither a salt key nor a master key is known, so nothing can be opened. */
  readonly box: SecretBox | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The models that LiteLLM's admin keeps in the database, as `model_list` entries with everything opened and filled in.
 * A database without these tables has none. Rejects only when the database does.
 */
export async function readModelTable({ sql, schema, box, env }: ModelTableOptions): Promise<ModelTable> {
  const [models, credentials] = await Promise.all([
    schema.has('LiteLLM_ProxyModelTable') ? listDeployments(sql) : [],
    schema.has('LiteLLM_CredentialsTable') ? listCredentials(sql) : [],
  ])
  const known = credentialsOf(credentials, box, env)
  const entries: ModelListEntry[] = []
  const problems: ModelProblem[] = []
  for (const row of models) {
    const read = modelEntryOf(row, known, box, env)
    if ('problem' in read) problems.push(read)
    else entries.push(read)
  }
  return { entries, problems }
}
