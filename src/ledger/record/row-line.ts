import type { Json } from '../../types.ts'
import { COLUMN_LIST, type ColumnName, type ColumnType } from './columns.ts'
import { FIELD_END, fieldsText, withoutEnds } from './fields.ts'

/** Types whose fields are JSON as they stand. */
const IS_JSON: ReadonlySet<ColumnType> = new Set<ColumnType>(['float8', 'int4', 'jsonb'])

/** The line of a row that is given as JSON. */
export function lineOf(row: Json): string {
  return fieldsText(COLUMN_LIST.map(([name, { type }]) => fieldOf(row[name], type)))
}

function fieldOf(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return ''
  return type === 'jsonb' ? JSON.stringify(value) : withoutEnds(String(value))
}

/** The row of a line as JSON text. */
export function jsonOf(line: string): string {
  const fields = line.split(FIELD_END)
  return `{${COLUMN_LIST.flatMap(([name, { type }], at) => memberOf(name, type, fields[at] ?? '')).join(',')}}`
}

function memberOf(name: string, type: ColumnType, field: string): string | [] {
  if (field === '' && type === 'jsonb') return []
  if (field === '' && type !== 'text') return `"${name}":null`
  return `"${name}":${IS_JSON.has(type) ? field : JSON.stringify(field)}`
}

/** Which field of a line has the column, counted from 0. */
export function fieldIndexOf(column: ColumnName): number {
  return COLUMN_LIST.findIndex(([name]) => name === column)
}
