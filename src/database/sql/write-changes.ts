import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'
import { type Changes, membersOf } from '../changes.ts'
import type { Schema } from '../schema.ts'
import { changeText } from './change-text.ts'

const texts = new WeakMap<Schema, Map<string, string>>()

/**
 * Makes all the changes, writes their audit log and tells other processes, or does none of it: one statement, whose
 * text is constant for a schema and a sequence of kinds. Answers with the rows of each step, `undefined` when the guard
 * found its row gone or changed.
 */
export async function writeChanges(sql: Sql, schema: Schema, changes: Changes): Promise<Json[][] | undefined> {
  const shape = shapeOf(changes)
  const known = texts.get(schema) ?? new Map<string, string>()
  texts.set(schema, known)
  const text = known.get(shape) ?? changeText(schema, changes)
  known.set(shape, text)
  const [found] = await sql.unsafe<[{ passed: boolean; rows: Json[][] }]>(text, [JSON.stringify(changes)], {
    prepare: true,
  })
  return found.passed ? found.rows : undefined
}

/** What the text depends on. */
function shapeOf({ guard, steps }: Changes): string {
  return JSON.stringify([
    guard && [guard.table, Object.keys(guard.id), Object.keys(guard.expect ?? {})],
    steps.map((step) => [
      step.kind,
      step.table,
      'key' in step && step.key,
      'column' in step && step.column,
      // New rows have columns, others an id; either way they are all alike.
      step.kind === 'insert' || 'key' in step ? membersOf(step.rows) : membersOf(step.rows.map(({ id }) => id)),
    ]),
  ])
}
