import type { Sql } from 'postgres'

/** An id for a row of LiteLLM_ModelTable that no other row gets. */
export async function nextModelId(sql: Sql): Promise<number> {
  const [row] = await sql<[{ id: number }]>`
    select nextval(pg_get_serial_sequence('"LiteLLM_ModelTable"', 'id'))::int as id`
  return row.id
}
