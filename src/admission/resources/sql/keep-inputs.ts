import type { PendingQuery, Row, Sql } from 'postgres'

export interface BatchInputRow {
  readonly id: string
  /** Tokens. */
  readonly inputPerRequest: number
}

/** Writes how much input batches have, beside their owners, which are there. What is written already stays. */
export function keepInputs(sql: Sql, rows: readonly BatchInputRow[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(rows)], { prepare: true })
}

const TEXT = `
  update express_litellm.resources as r
  set input_per_request = g."inputPerRequest"
  from jsonb_to_recordset($1::text::jsonb) as g (id text, "inputPerRequest" double precision)
  where r.id = g.id and r.input_per_request is null`
