import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { createAdmin } from '../../../src/admin/admin.ts'
import type { AdminSettings } from '../../../src/admin/admin-deps.ts'
import { MASTER_KEY } from '../../../src/admission/credential/credential.ts'
import { pythonString } from '../../../src/admission/facts/python-text.ts'
import { readSchema, type Schema } from '../../../src/database/schema.ts'
import { isLiteLLMError } from '../../../src/errors.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { createKeyStore } from '../../../src/keys/key-store.ts'
import type { VirtualKey } from '../../../src/types.ts'
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from '../../support/database.ts'
import { createKey } from '../../support/keys.ts'

/** A Wednesday. */
export const NOW = new Date('2026-03-18T10:20:30.456Z')

export interface Answer {
  readonly status: number
  readonly body: any
}

export interface TestAdmin {
  readonly sql: Sql
  readonly database: TestDatabase
  readonly keys: ReturnType<typeof createKeyStore>
  readonly events: GatewayEvents
  post(path: string, body?: unknown, as?: VirtualKey, headers?: { changedBy?: string }): Promise<Answer>
  get(path: string, as?: VirtualKey): Promise<Answer>
  call(method: string, path: string, body?: unknown, as?: VirtualKey, headers?: { changedBy?: string }): Promise<Answer>
  /** A user with a key of its own, as the gateway would know the key. */
  user(id: string, role?: string, columns?: Record<string, unknown>): Promise<VirtualKey>
  /** The key behind a secret, as the gateway would know it. */
  as(secret: string): Promise<VirtualKey>
  audits(): Promise<Record<string, any>[]>
  row(table: string, where?: Record<string, unknown>): Promise<any>
}

/** The endpoints on a database of their own, called by the master key unless said otherwise. */
export async function startAdmin(
  options: TestDatabaseOptions & { settings?: AdminSettings; database?: TestDatabase; now?: () => Date } = {},
): Promise<TestAdmin> {
  const database = options.database ?? (await createTestDatabase(options))
  const { sql } = database
  let schema: Schema | undefined
  const schemaOf = async ({ fresh = false } = {}) => {
    if (!schema || fresh) schema = await readSchema(sql)
    return schema
  }
  const keys = createKeyStore({ sql, schema: schemaOf, max: 100, ttlMs: 60_000 })
  const events = new GatewayEvents()
  const admin = createAdmin({
    sql,
    schema: schemaOf,
    keys,
    settings: options.settings ?? {},
    events,
    now: options.now ?? (() => NOW),
  })

  async function call(
    method: string,
    path: string,
    body?: unknown,
    caller: VirtualKey = MASTER_KEY,
    { changedBy }: { changedBy?: string } = {},
  ) {
    const { pathname, searchParams } = new URL(path, 'http://gateway')
    const matched = admin.match(method, pathname)
    if (!matched) return { status: 404, body: undefined }
    try {
      const answer = await admin.handle(matched, { caller, body, query: searchParams, changedBy })
      return { status: answer.status, body: JSON.parse(JSON.stringify(answer.body)) }
    } catch (error) {
      if (!isLiteLLMError(error)) throw error
      return { status: error.status, body: error.toJSON() }
    }
  }

  return {
    sql,
    database,
    keys,
    events,
    call,
    post: (path, body, as, headers) => call('POST', path, body, as, headers),
    get: (path, as) => call('GET', path, undefined, as),
    async user(id, role = 'internal_user', columns = {}) {
      await sql`insert into "LiteLLM_UserTable" ${sql({ user_id: id, user_role: role })} on conflict do nothing`
      const { hashedToken } = await createKey(sql, { user_id: id, ...columns })
      return (await keys.find(hashedToken))!
    },
    async as(secret) {
      return (await keys.find(createHash('sha256').update(secret).digest('hex')))!
    },
    audits: () => sql`select * from "LiteLLM_AuditLog" order by updated_at, id`,
    async row(table, where = {}) {
      const conditions = Object.entries(where)
      const rows = await sql.unsafe(
        `select * from "${table}" ${conditions.length ? 'where' : ''} ${conditions.map(([name], index) => `"${name}" = $${index + 1}`).join(' and ')}`,
        conditions.map(([, value]) => value as never),
      )
      return rows[0]
    },
  }
}

/**
 * The status of an error answer, and what it says: type and param where they are the endpoint's own; in whichever form the
 * route has for its HTTPExceptions where they are not.
 */
export function refusal(status: number, message: any, type?: string, param: string | null = 'None') {
  if (type === undefined) return { status, body: saying(message) }
  return { status, body: { error: { message, type, param, code: String(status) } } }
}

/** A body whose error says this, `{"error": …}` or `{"detail": …}`. */
function saying(message: string): unknown {
  return {
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    asymmetricMatch: (body: any) => (body?.error?.message ?? textOf(body?.detail)) === message,
    toAsymmetricMatcher: () => `Saying<${message}>`,
  }
}

function textOf(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return detail
  const [[name, text] = []] = Object.entries(detail)
  return `{'${name}': ${pythonString(String(text))}}`
}
