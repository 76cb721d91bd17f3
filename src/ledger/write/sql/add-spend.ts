import type { Entity } from '../../../database/entities.ts'
import type { TableShape } from '../../../database/schema.ts'
import { quote, quoteAll } from '../../../database/sql/quote.ts'

/**
 * Steps that add what was charged to the running totals of one table; the last is `added_<name>`.
 *
 * They begin when the step `after` has ended, and lock the rows in order of their ids: an update alone would lock in
 * join order, which two writers need not share. Order of bytes, as LiteLLM sorts.
 */
export function addSpend(entity: Entity, table: TableShape, after: string): string {
  return entity.insert ? upsert(entity, after) : update(entity, table, after)
}

function sums({ name, ids, source, lastUse }: Entity, touches: boolean): string {
  const charged = ids.map(([, column]) => column)
  return `
  sum_${name} as (
    select
      ${ids.map(([column, from]) => `${from} as ${quote(column)}`).join(', ')},
      sum(spend) as spend,
      max(used_at) as used_at
    from ${source ?? 'charged'}
    where ${charged.map((column) => `${column} <> ''`).join(' and ')}${touches && lastUse ? '' : ' and spend > 0'}
    group by ${charged.join(', ')}
  )`
}

function update(entity: Entity, { columns }: TableShape, after: string): string {
  const { name, table, ids, totals = ['spend'], lastUse } = entity
  const touched = lastUse !== undefined && columns.has(lastUse) ? [lastUse] : []
  const keys = quoteAll(ids.map(([column]) => column))
  const changes = [
    ...totals.filter((total) => columns.has(total)).map((total) => `${quote(total)} = t.${quote(total)} + s.spend`),
    ...touched.map((column) => `${quote(column)} = greatest(t.${quote(column)}, s.used_at)`),
  ]
  return `${sums(entity, touched.length > 0)},
  locked_${name} as (
    select ${keys}
    from ${quote(table)}
    where (${keys}) in (select ${keys} from sum_${name})
      and (select count(*) from ${after}) >= 0
    order by ${ids.map(([column]) => `${quote(column)} collate "C"`).join(', ')}
    for no key update
  ),
  added_${name} as (
    update ${quote(table)} as t
    set ${changes.join(', ')}
    from sum_${name} as s
    join locked_${name} using (${keys})
    where ${ids.map(([column]) => `t.${quote(column)} = s.${quote(column)}`).join(' and ')}
    returning 1
  )`
}

function upsert(entity: Entity, after: string): string {
  const { name, table, ids, insert = {} } = entity
  const keys = ids.map(([column]) => column)
  const extra = Object.entries(insert)
  return `${sums(entity, false)},
  added_${name} as (
    insert into ${quote(table)} as t (${quoteAll([...keys, 'spend', ...extra.map(([column]) => column)])})
    select ${[...keys.map(quote), 'spend', ...extra.map(([, value]) => value)].join(', ')}
    from sum_${name}
    where (select count(*) from ${after}) >= 0
    order by ${keys.map((column) => `${quote(column)} collate "C"`).join(', ')}
    on conflict (${quoteAll(keys)}) do update
    set spend = t.spend + excluded.spend
    returning 1
  )`
}
