import type { Json } from '../../types.ts'
import { type Changes, KEY_CHANNEL, membersOf, type Step } from '../changes.ts'
import type { Schema } from '../schema.ts'
import { quote, quoteAll } from './quote.ts'

/** The statement that makes such changes. Their values are in its one parameter, the changes as JSON. */
export function changeText(schema: Schema, { guard, steps }: Changes): string {
  const parts = [
    'input as materialized (select $1::text::jsonb as doc)',
    guard ? guardText(guard) : 'guard as materialized (select 1)',
    ...steps.map((step, index) => `step${index} as (${stepText(schema, step, index)})`),
    ...(schema.has('LiteLLM_AuditLog')
      ? [`audit as (${insertText(schema, 'LiteLLM_AuditLog', AUDIT, "'audit'")})`]
      : []),
    `told as materialized (
       select pg_notify('${KEY_CHANNEL}', f.token)
       from input, jsonb_array_elements_text(input.doc -> 'forget') as f (token)
       where exists (select from guard)
     )`,
  ]
  const rows = steps.map((_, index) => `(select coalesce(jsonb_agg(s.row), '[]') from step${index} as s)`)
  return `
    with ${parts.join(',\n')}
    select
      exists (select from guard) as passed,
      jsonb_build_array(${rows.join(', ')}) as rows,
      (select count(*) from told) as told`
}

const AUDIT = [
  ...['id', 'updated_at', 'changed_by', 'changed_by_api_key', 'action', 'table_name', 'object_id', 'before_value'],
  'updated_values',
]

function guardText({ table, id, expect = {} }: NonNullable<Changes['guard']>): string {
  const same = Object.keys(expect).map(
    (column) => `coalesce(to_jsonb(g.${quote(column)}), 'null') = input.doc #> '{guard,expect,${column}}'`,
  )
  return `guard as materialized (
      select 1
      from ${quote(table)} as g, input
      where ${[...matchText('g', id, "input.doc #> '{guard,id}'"), ...same].join(' and ')}
      for update of g
    )`
}

function stepText(schema: Schema, step: Step, index: number): string {
  const items = `'{steps,${index},rows}'`
  const { table, kind } = step
  if (kind === 'insert') return insertText(schema, table, membersOf(step.rows), items, '')
  if (kind === 'ensure' || kind === 'upsert') {
    const members = membersOf(step.rows)
    const others = existing(schema, table, members).filter((column) => !step.key.includes(column))
    const action =
      kind === 'ensure' || others.length === 0
        ? 'do nothing'
        : `(${quoteAll(step.key)}) do update set ${others.map((name) => `${quote(name)} = excluded.${quote(name)}`).join(', ')}`
    return insertText(schema, table, members, items, `on conflict ${action}`)
  }
  const from = `jsonb_array_elements(input.doc #> ${items}) as p (item)`
  const where = [...matchText('t', (step.rows[0]?.id ?? {}) as Json, "p.item -> 'id'"), 'exists (select from guard)']
  if (kind === 'delete') {
    return `
      delete from ${quote(table)} as t
      using input, ${from}
      where ${where.join(' and ')}
      returning to_jsonb(t) as row`
  }
  return `
    update ${quote(table)} as t
    set ${setText(schema, step)}
    from input, ${from}
    where ${where.join(' and ')}
    returning to_jsonb(t) as row`
}

function setText(schema: Schema, step: Step): string {
  if (step.kind === 'join' || step.kind === 'leave') return memberAssignment(step.kind)
  return 'column' in step ? listAssignment(step.kind, step.column) : assignments(schema, step.table)
}

/** Every column gets what the patch says, or what the row already has: one text for all patches. */
function assignments(schema: Schema, table: string): string {
  const columns = [...(schema.get(table)?.columns ?? [])]
  const values = columns.map((name) => `r.${quote(name)}`).join(', ')
  return `(${quoteAll(columns)}) = (select ${values} from jsonb_populate_record(t, p.item -> 'set') as r)`
}

function listAssignment(kind: 'append' | 'remove', name: string): string {
  const column = quote(name)
  const others = `array(
      select u.value
      from unnest(t.${column}) with ordinality as u (value, position)
      where not p.item -> 'values' ? u.value
      order by u.position
    )`
  const added = "array(select jsonb_array_elements_text(p.item -> 'values'))"
  return `${column} = ${kind === 'remove' ? others : `${others} || ${added}`}`
}

/** Old rows have an object where the list belongs. An entry without an id is known by its address. */
function memberAssignment(kind: 'join' | 'leave'): string {
  const others = `coalesce(
      (
        select jsonb_agg(e.entry order by e.position)
        from jsonb_array_elements(
          case jsonb_typeof(t.members_with_roles) when 'array' then t.members_with_roles else '[]' end
        ) with ordinality as e (entry, position)
        where not exists (
          select
          from jsonb_array_elements(p.item -> 'members') as m (entry)
          where m.entry ->> 'user_id' = e.entry ->> 'user_id'
            or (e.entry ->> 'user_id' is null and m.entry ->> 'user_email' = e.entry ->> 'user_email')
        )
      ),
      '[]'
    )`
  return `members_with_roles = ${kind === 'leave' ? others : `${others} || (p.item -> 'members')`}`
}

function insertText(schema: Schema, table: string, members: readonly string[], items: string, conflict = ''): string {
  const columns = existing(schema, table, members)
  const path = items.startsWith("'{") ? `#> ${items}` : `-> ${items}`
  return `
    insert into ${quote(table)} as t (${quoteAll(columns)})
    select ${columns.map((name) => `r.${quote(name)}`).join(', ')}
    from input, jsonb_populate_recordset(null::${quote(table)}, input.doc ${path}) as r
    where exists (select from guard)
    ${conflict}
    returning to_jsonb(t) as row`
}

function existing(schema: Schema, table: string, members: readonly string[]): string[] {
  const columns = schema.get(table)?.columns
  return members.filter((name) => columns?.has(name))
}

/** All ids are text but those of LiteLLM_ModelTable. */
function matchText(alias: string, id: Json, path: string): string[] {
  return Object.keys(id).map((column) => {
    const name = `${alias}.${quote(column)}`
    return `${column === 'id' ? `${name}::text` : name} = ${path} ->> '${column}'`
  })
}
