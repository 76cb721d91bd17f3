import type { Step } from '../../litellm/changes.ts'
import { nextModelId } from '../../litellm/sql/next-model-id.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { TABLES } from '../tables.ts'

export interface TeamModels {
  readonly id: number | undefined
  readonly steps: readonly Step[]
}

/** Where a team's own names for models are kept: in the row that is linked, or in a new one. */
export async function planTeamModels(
  store: AdminStore,
  aliases: Json | null | undefined,
  linked: unknown,
  by: string,
  now: Date,
): Promise<TeamModels> {
  if (aliases === undefined || (aliases === null && !linked)) return { id: undefined, steps: [] }
  const updated = { aliases: aliases ?? {}, updated_at: now.toISOString(), updated_by: by }
  if (typeof linked === 'number') {
    const rows = [{ id: { id: String(linked) }, set: updated }]
    return { id: linked, steps: [{ kind: 'update', table: TABLES.models, rows }] }
  }
  const id = await nextModelId(store.sql)
  const row = { id, ...updated, created_at: now.toISOString(), created_by: by }
  return { id, steps: [{ kind: 'insert', table: TABLES.models, rows: [row] }] }
}
