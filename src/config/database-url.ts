import { ConfigError } from '../errors.ts'

export interface DatabaseAddress {
  /** Without what only Prisma understands: the driver would send it to the server, which refuses it. */
  readonly url: string
  /** Value for the server's `search_path`, from `schema`. */
  readonly searchPath?: string
  /** `false` behind a PgBouncer in transaction mode: prepared statements hang there. */
  readonly prepare: boolean
  readonly maxConns?: number
  readonly connectTimeoutMs?: number
}

/** Parameters of Prisma's and libpq's URLs that postgres.js would hand to the server as settings. */
const NOT_FOR_THE_SERVER: ReadonlySet<string> = new Set([
  'schema',
  'pgbouncer',
  'statement_cache_size',
  'connection_limit',
  'pool_timeout',
  'connect_timeout',
  'socket_timeout',
  'max_connection_lifetime',
  'max_idle_connection_lifetime',
  'sslaccept',
  'sslcert',
  'sslidentity',
  'sslkey',
  'sslpassword',
  'channel_binding',
  'gssencmode',
])

/**
 * Reads a `DATABASE_URL` as LiteLLM, that is Prisma, understands it. `source` names where it stands, for the error, which
 * never contains the URL itself.
 */
export function readDatabaseUrl(text: string, source: string): DatabaseAddress {
  if (!/^postgres(ql)?:\/\/\S+$/.test(text)) {
    throw new ConfigError(
      `${source} must be a PostgreSQL URL, for example postgresql://user:password@host:5432/litellm. ` +
        'Without a database set `enabled: false`.',
    )
  }
  // A password may contain an unescaped question mark.
  const start = text.indexOf('?', text.lastIndexOf('@'))
  const query = new URLSearchParams(start < 0 ? '' : text.slice(start))
  const kept = new URLSearchParams([...query].filter(([name]) => !NOT_FOR_THE_SERVER.has(name)))
  // `require` alone encrypts without looking at the certificate; Prisma's `sslaccept=strict` looks at it.
  if (query.get('sslaccept') === 'strict' && kept.get('sslmode') === 'require') kept.set('sslmode', 'verify-full')
  const schema = query.get('schema')
  const maxConns = positive(query.get('connection_limit'))
  const seconds = positive(query.get('connect_timeout'))
  return {
    url: (start < 0 ? text : text.slice(0, start)) + (kept.size > 0 ? `?${kept}` : ''),
    prepare: query.get('pgbouncer') !== 'true' && query.get('statement_cache_size') !== '0',
    ...(schema ? { searchPath: quoted(schema) } : {}),
    ...(maxConns ? { maxConns } : {}),
    ...(seconds ? { connectTimeoutMs: seconds * 1_000 } : {}),
  }
}

/** 0 means "no limit" to Prisma, which is no number we could use. */
function positive(text: string | null): number | undefined {
  const number = Number(text ?? 0)
  return Number.isInteger(number) && number > 0 ? number : undefined
}

function quoted(identifier: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(identifier) ? identifier : `"${identifier.replaceAll('"', '""')}"`
}
