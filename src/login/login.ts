import type { AdminDeps } from '../admin/admin-deps.ts'
import { type AdminStore, TABLES } from '../admin/admin-store.ts'
import { ADMIN_NAME } from '../admin/caller.ts'
import { findUsersByEmail } from '../admin/sql/find-users-by-email.ts'
import { equalSecrets, hashPassword, isOldHash, verifyPassword } from '../admission/credential/password.ts'
import { LiteLLMError } from '../errors.ts'
import type { Json } from '../types.ts'
import type { LoginThrottle } from './login-throttle.ts'
import { createOnboarding, type Onboarding } from './onboarding.ts'
import { type Person, personOf, planSession, type SessionSettings, sessionToken, storeFor } from './session.ts'

export interface Credentials {
  /** `UI_USERNAME`, or the e-mail address of a user. */
  readonly name: string
  readonly password: string
  /** Where the attempt comes from: failures are counted by it. */
  readonly address: string
}

export interface Login extends Onboarding {
  /** The token of a new session. Rejects with `invalid_login` or `too_many_logins`. */
  signIn(credentials: Credentials, rootPath: string): Promise<string>
}

export interface LoginDeps {
  readonly admin: AdminDeps
  readonly masterKey: string
  /** `UI_USERNAME` and `UI_PASSWORD`. Absent: only users of the table sign in. */
  readonly administrator?: { readonly name: string; readonly password: string }
  /** The user behind the administrator's sessions (`PROXY_ADMIN_ID`). */
  readonly administratorId: string
  readonly session: SessionSettings
  readonly throttle: LoginThrottle
}

/** Sessions of LiteLLM's dashboard: who signs in gets a virtual key that expires, and a token that carries it. */
export function createLogin(deps: LoginDeps): Login {
  const { admin, masterKey, administrator, administratorId, session: settings, throttle } = deps

  return {
    async signIn(credentials, rootPath) {
      const { name, password, address } = credentials
      throttle.attempt(address, name)
      const now = admin.now?.() ?? new Date()
      const store = await storeFor(admin, administratorId, now)
      const person = isAdministrator(name, password) ? holder() : await userOf(store, name, password)
      if (!person) throw new LiteLLMError('invalid_login', { param: 'invalid_credentials' })
      throttle.succeeded(address, name)
      const session = planSession(person, { store, admin: admin.settings, settings, now })
      await store.write({
        steps: [...(person.mustChangePassword === undefined ? await administratorSteps(store) : []), ...session.steps],
        audit: session.audit,
        forget: [session.token],
      })
      return sessionToken(person, session.secret, { settings, rootPath, masterKey, now })
    },
    ...createOnboarding({ admin, masterKey, session: settings }),
  }

  /** Both are always compared, so that the time does not tell which one is wrong. */
  function isAdministrator(name: string, password: string): boolean {
    if (!administrator) return false
    const matches = [equalSecrets(name, administrator.name), equalSecrets(password, administrator.password)]
    return matches.every(Boolean)
  }

  function holder(): Person {
    return { userId: ADMIN_NAME, keyUserId: administratorId, email: null, role: 'proxy_admin' }
  }

  /** The rights of a key are those of its user. */
  async function administratorSteps(store: AdminStore) {
    const user = await store.one(TABLES.users, 'user_id', administratorId)
    if (user?.user_role === 'proxy_admin') return []
    const row = { user_id: administratorId, user_role: 'proxy_admin' }
    return [{ kind: 'upsert', table: TABLES.users, key: ['user_id'], rows: [row] } as const]
  }
}

/** The user with this address and password. Without one, the time of a comparison passes, too. */
async function userOf(store: AdminStore, email: string, password: string): Promise<Person | undefined> {
  const [user] = await findUsersByEmail(store.sql, email)
  const stored = typeof user?.password === 'string' ? user.password : undefined
  if (!(await verifyPassword(password, stored)) || !user || stored === undefined) return undefined
  if (isOldHash(stored)) await store.write(newHash(user, await hashPassword(password)))
  return personOf(user)
}

function newHash(user: Json, password: string): Parameters<AdminStore['write']>[0] {
  const rows = [{ id: { user_id: user.user_id }, set: { password } }]
  return { steps: [{ kind: 'update', table: TABLES.users, rows }], audit: [], forget: [] }
}
