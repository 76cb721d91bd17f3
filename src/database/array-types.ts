import type { Sql } from 'postgres'

/**
 * PostgreSQL's own types (`pg_type.dat`), each with the type of its arrays. postgres.js 3.4 asks the server for them each
 * time that it opens a connection, and drops the promise of that: where the connection dies meanwhile, the rejection has
 * no handler and ends the process. So it is switched off (`fetch_types`), and they are told here.
 */
const ARRAYS_OF: Readonly<Record<number, number>> = {
  16: 1000, // boolean
  20: 1016, // bigint
  21: 1005, // smallint
  23: 1007, // integer
  25: 1009, // text
  114: 199, // json
  700: 1021, // real
  701: 1022, // double precision
  1042: 1014, // character
  1043: 1015, // character varying
  1082: 1182, // date
  1114: 1115, // timestamp
  1184: 1185, // timestamp with time zone
  1700: 1231, // numeric
  2950: 2951, // uuid
  3802: 3807, // jsonb
}

type Parse = (text: string) => unknown
type Serialize = (value: unknown) => unknown

interface TypeTables {
  readonly parsers: Record<number, Parse>
  readonly serializers: Record<number, Serialize>
}

/** Arrays of these types are read and written as lists from now on. */
export function addArrayTypes(sql: Sql): void {
  const { parsers, serializers } = sql.options as unknown as TypeTables
  for (const [of, array] of Object.entries(ARRAYS_OF)) {
    const parse = parsers[Number(of)] ?? ((text: string) => text)
    const serialize = serializers[Number(of)] ?? String
    parsers[array] = (text) => listIn(text, parse)
    serializers[array] = (value) => literalOf(value, serialize)
  }
}

/** A value in quotes with its escapes, a brace, or a plain value. Commas stand between them. */
const TOKENS = /"((?:[^"\\]|\\.)*)"|([{}])|([^,{}"]+)/gs
/** The bounds that stand before an array that does not begin with 1. */
const BOUNDS = /^[^{]*=/

/** The values of an array (PostgreSQL, "Array Input and Output Syntax"); an array within it is a list too. */
export function listIn(literal: string, parse: Parse): readonly unknown[] {
  const open: unknown[][] = [[]]
  for (const [, quoted, brace, plain] of literal.replace(BOUNDS, '').matchAll(TOKENS)) {
    if (brace === '{') {
      const list: unknown[] = []
      open.at(-1)?.push(list)
      open.push(list)
    } else if (brace === '}') open.pop()
    else if (quoted !== undefined) open.at(-1)?.push(parse(quoted.replace(/\\(.)/gs, '$1')))
    else if (plain !== undefined) open.at(-1)?.push(plain === 'NULL' ? null : parse(plain))
  }
  const [list] = open[0] ?? []
  return Array.isArray(list) ? list : []
}

/** What is no list is text of an array already. */
function literalOf(value: unknown, serialize: Serialize): unknown {
  if (!Array.isArray(value)) return value
  const written = value.map((item) => {
    if (item === null || item === undefined) return 'NULL'
    if (Array.isArray(item)) return literalOf(item, serialize)
    return `"${String(serialize(item)).replace(/["\\]/g, '\\$&')}"`
  })
  return `{${written.join(',')}}`
}
