import type { Sql } from 'postgres'
import { credentialsOf, type ModelListEntry, type ModelProblem, modelEntryOf } from './model-table-entry.ts'
import type { Schema } from './schema.ts'
import type { SecretBox } from './secret-box.ts'
import { listCredentials } from './sql/list-credentials.ts'
import { listDeployments } from './sql/list-deployments.ts'

export interface ModelTable {
  readonly entries: readonly ModelListEntry[]
  /** Rows that cannot be used. They hold back nobody else. */
  readonly problems: readonly ModelProblem[]
}

export interface ModelTableOptions {
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
