import { z } from 'zod'
import { hashPassword, verifyPassword } from '../../admission/credential/password.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { PasswordPolicy } from '../admin-deps.ts'
import { TABLES } from '../admin-store.ts'
import { endpoint, needed } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { endSession, sessionDeletion } from './sessions.ts'

const LEAST = 8

/** Why this password is too easy to guess, or `undefined`: LiteLLM's `password_policy_*`. */
export function checkPassword(password: string, policy: PasswordPolicy = {}): LiteLLMError | undefined {
  const length = Math.max(policy.minLength ?? 12, LEAST)
  const lacks = [
    password.length < length && `be at least ${length} characters long`,
    policy.requireUppercase !== false && !/\p{Lu}/u.test(password) && 'include an uppercase letter',
    policy.requireLowercase !== false && !/\p{Ll}/u.test(password) && 'include a lowercase letter',
    policy.requireNumbers !== false && !/\p{Nd}/u.test(password) && 'include a number',
    policy.requireSpecial !== false && !/[^\p{L}\p{N}]/u.test(password) && 'include a special character',
  ].filter((text) => text !== false)
  if (lacks.length === 0) return undefined
  return refuse(400, `Password does not meet the required policy: must ${lacks.join(', ')}.`, {
    type: 'validation_error',
    param: 'password',
  })
}

/** The columns of a user whose password is set: `mustChange` where an administrator has chosen it. */
export async function passwordColumns(password: string, mustChange: boolean) {
  return {
    password: await hashPassword(password),
    password_reset_required: mustChange,
    last_breach_check_at: null,
  }
}

/** `POST /user/password/change`: the own password, with a session that was opened with it. Other sessions end. */
const changePassword = endpoint({
  access: 'anyone',
  body: z.looseObject({ current_password: needed.text, new_password: needed.text }),
  stores: [TABLES.users],
  async run({ store, settings, caller, body: { current_password: current, new_password: next }, now }) {
    if (caller.key.metadata.login_method !== 'username_password' || caller.userId === undefined) {
      throw refuseDict(
        403,
        'Passwords can only be changed from a dashboard session created by logging in with a password.',
      )
    }
    const id = { user_id: caller.userId }
    const user = await store.one(TABLES.users, 'user_id', caller.userId)
    if (typeof user?.password !== 'string') throw refuseDict(400, 'This account has no password set.')
    if (!(await verifyPassword(current, user.password))) throw refuseDict(400, 'Current password is incorrect.')
    if (current === next) throw refuseDict(400, 'New password must be different from the current password.')
    const weak = checkPassword(next, settings.passwordPolicy)
    if (weak) throw weak
    const sessions = await sessionDeletion(store, caller, caller.userId, caller.key.hashedToken)
    const set = { ...(await passwordColumns(next, false)), updated_at: now.toISOString() }
    await store.write({
      guard: { table: TABLES.users, id, expect: { password: user.password } },
      steps: [{ kind: 'update', table: TABLES.users, rows: [{ id, set }] }, ...sessions.steps],
      audit: [
        { action: 'updated', table: TABLES.users, id: caller.userId, after: { password_reset_required: false } },
        ...sessions.audit,
      ],
      forget: sessions.forget,
    })
    return { user_id: caller.userId, message: 'Password updated successfully.' }
  },
})

export const PASSWORD_ROUTES = {
  'POST /user/password/change': changePassword,
  'POST /session/logout': endpoint({
    access: 'anyone',
    headers: { 'set-cookie': 'token=; Path=/; Max-Age=0; SameSite=Lax' },
    run: ({ store, caller }) => endSession(store, caller),
  }),
}
