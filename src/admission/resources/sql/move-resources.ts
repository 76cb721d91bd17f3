import type { PendingQuery, Row, Sql } from 'postgres'

/** Gives what a key has made to the one that takes its place. */
export function moveResources(sql: Sql, from: string, to: string): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [from, to])
}

const TEXT = `
  update express_litellm.resources as r
  set hashed_token = $2
  where r.hashed_token = $1`
