import type { AdminDeps, AdminSettings } from '../admin/admin-deps.ts'
import { type AdminStore, type Audit, createAdminStore, TABLES } from '../admin/admin-store.ts'
import { addDuration } from '../admin/keys/key-limits.ts'
import { planKey } from '../admin/keys/plan-key.ts'
import { SESSION_TEAM } from '../admin/users/sessions.ts'
import type { Step } from '../database/changes.ts'
import { LiteLLMError } from '../errors.ts'
import type { Json } from '../types.ts'
import { signToken } from './session-token.ts'

/** Who has signed in. */
export interface Person {
  readonly userId: string
  /** Whose rights the session has: the master key's holder may have a row under another id (`PROXY_ADMIN_ID`). */
  readonly keyUserId: string
  readonly email: string | null
  readonly role: string
  /** `undefined`: the holder of `UI_USERNAME` and `UI_PASSWORD`, who has no password in the table. */
  readonly mustChangePassword?: boolean
}

export interface SessionSettings {
  /** As LiteLLM writes it, e.g. `24h`. */
  readonly duration: string
  /** US dollars that one session may spend, on the playground for one. */
  readonly maxBudget: number
  readonly keyHeaderName: string
  readonly adminsMakeKeys: boolean
}

/** What a session may do while its password has to be changed. */
const RESET_ROUTES = ['/user/password/change', '/session/logout']

/** The virtual key behind a session, and the steps that write it. */
export function planSession(
  person: Person,
  { store, admin, settings, now }: { store: AdminStore; admin: AdminSettings; settings: SessionSettings; now: Date },
) {
  const reset = person.mustChangePassword === true
  const metadata = {
    ...(person.mustChangePassword !== undefined && { login_method: 'username_password' }),
    ...(reset && { password_reset_required: true }),
  }
  const request = {
    ...{ user_id: person.keyUserId, team_id: SESSION_TEAM, duration: settings.duration, metadata },
    ...{ max_budget: settings.maxBudget, allowed_routes: reset ? RESET_ROUTES : [] },
  }
  const hasColumn = (name: string) => store.hasColumn(TABLES.keys, name)
  const { row, secret } = planKey(request, { settings: admin, now, by: undefined, hasColumn, links: {} })
  const steps: Step[] = [{ kind: 'insert', table: TABLES.keys, rows: [row] }]
  const audit: Audit[] = [{ action: 'created', table: TABLES.keys, id: row.token, after: row }]
  return { secret, token: row.token, steps, audit }
}

/** The token by which LiteLLM's dashboard knows its session: the claims that it reads, signed with the master key. */
export function sessionToken(
  person: Person,
  key: string,
  { settings, rootPath, masterKey, now }: TokenContext,
): string {
  const expires = addDuration(now, settings.duration) ?? now
  const claims: Json = {
    user_id: person.userId,
    key,
    user_email: person.email,
    user_role: person.role,
    login_method: 'username_password',
    premium_user: false,
    auth_header_name: settings.keyHeaderName,
    disabled_non_admin_personal_key_creation: settings.adminsMakeKeys,
    server_root_path: rootPath,
    password_reset_required: person.mustChangePassword === true,
    exp: Math.floor(expires.getTime() / 1000),
  }
  return signToken(claims, masterKey)
}

export interface TokenContext {
  readonly settings: SessionSettings
  /** Where the gateway is mounted: empty, or a path such as `/gateway`. */
  readonly rootPath: string
  readonly masterKey: string
  readonly now: Date
}

/** A user without a role only looks, as in LiteLLM. */
export function personOf(user: Json): Person {
  return {
    userId: String(user.user_id),
    keyUserId: String(user.user_id),
    email: typeof user.user_email === 'string' ? user.user_email : null,
    role: String(user.user_role ?? 'internal_user_viewer'),
    mustChangePassword: user.password_reset_required === true,
  }
}

/** LiteLLM's tables for a change that this user makes. */
export async function storeFor(admin: AdminDeps, changedBy: string, now: Date): Promise<AdminStore> {
  const known = await admin.schema({ fresh: false })
  const schema = known.has(TABLES.keys) ? known : await admin.schema({ fresh: true })
  if (!schema.has(TABLES.keys)) throw new LiteLLMError('no_tables')
  return createAdminStore(admin, schema, { changedBy, hashedToken: '', now })
}
