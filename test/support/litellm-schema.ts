import { readFileSync } from 'node:fs'

/** Schemas read from databases that LiteLLM itself migrated, by the date of its version. */
export const LITELLM_VERSIONS = ['20250531', '20251031', '20260216'] as const
export type LiteLLMVersion = (typeof LITELLM_VERSIONS)[number]

interface Table {
  columns: Record<string, { type: string; nullable: boolean; default: string | null }>
  primary_key: string[]
  unique: Record<string, string[]>
  indexes: Record<string, string[]>
}

/** The statements that create LiteLLM's tables as that version has them. */
export function litellmSchemaSql(version: LiteLLMVersion, { partitioned = false } = {}): string {
  const file = new URL(`../fixtures/litellm-schemas/${version}.json`, import.meta.url)
  const tables = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Table>
  return Object.entries(tables)
    .map(([name, table]) => createTable(name, table, partitioned && name === 'LiteLLM_SpendLogs'))
    .join('\n')
}

function createTable(name: string, table: Table, partitioned: boolean): string {
  const columns = Object.entries(table.columns).map(([column, { type, nullable, default: value }]) =>
    [
      quote(column),
      value?.includes('nextval') ? 'serial' : typeOf(type),
      nullable ? '' : 'not null',
      value === null || value.includes('nextval') ? '' : `default ${value.replace(/::"\w+"$/, '')}`,
    ]
      .filter(Boolean)
      .join(' '),
  )
  const key = partitioned ? [...table.primary_key, 'startTime'] : table.primary_key
  const indexes = [
    ...Object.entries(table.unique).map(([index, names]) => ['unique index', index, names] as const),
    ...Object.entries(table.indexes).map(([index, names]) => ['index', index, names] as const),
  ]
  return [
    `create table ${quote(name)} (${columns.join(', ')}, primary key (${key.map(quote).join(', ')}))`,
    partitioned ? ' partition by range ("startTime")' : '',
    ';',
    partitioned ? `create table ${quote(`${name}_default`)} partition of ${quote(name)} default;` : '',
    ...indexes.map(
      ([kind, index, names]) => `create ${kind} ${quote(index)} on ${quote(name)} (${names.map(quote).join(', ')});`,
    ),
  ].join('')
}

function typeOf(type: string): string {
  if (type === 'USER-DEFINED') return 'text'
  return type === 'timestamp without time zone(3)' ? 'timestamp(3)' : type
}

/** Names are quoted; the key of an expression index, `lower(user_email)`, is not. */
function quote(name: string): string {
  return name.includes('(') ? name : `"${name}"`
}
