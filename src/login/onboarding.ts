import type { AdminDeps } from '../admin/admin-deps.ts'
import { type AdminStore, TABLES } from '../admin/admin-store.ts'
import { USER } from '../admin/answer-forms.ts'
import { answered } from '../admin/answers.ts'
import { callerOf } from '../admin/caller.ts'
import { refuse, refuseDict } from '../admin/refuse.ts'
import { checkPassword, passwordColumns } from '../admin/users/password.ts'
import { sessionDeletion } from '../admin/users/sessions.ts'
import type { Json, VirtualKey } from '../types.ts'
import { type Person, personOf, planSession, type SessionSettings, sessionToken, storeFor } from './session.ts'
import { readToken, signToken } from './session-token.ts'

/** How invited users come to a password: by the link they were sent, once, within the days that it is valid. */
export interface Onboarding {
  /** `GET /onboarding/get_token`: opens the page on which the password is set. */
  openInvitation(link: string, rootPath: string): Promise<Json>
  /** `POST /onboarding/claim_token`: sets it and signs the user in. `secret`: what the page was given to show. */
  claimInvitation(claim: Claim, secret: string | undefined, rootPath: string): Promise<Json>
}

export interface Claim {
  readonly invitation_link: string
  readonly user_id: string
  readonly password: string
}

interface OnboardingDeps {
  readonly admin: AdminDeps
  readonly masterKey: string
  readonly session: SessionSettings
}

const PAGE_MS = 15 * 60_000
const TOKEN_TYPE = 'litellm_onboarding'

export function createOnboarding({ admin, masterKey, session: settings }: OnboardingDeps): Onboarding {
  return {
    async openInvitation(link, rootPath) {
      const now = admin.now?.() ?? new Date()
      const store = await storeFor(admin, 'invitation', now)
      const { user } = await openLink(store, link, now)
      const person = personOf(user)
      const exp = Math.floor((now.getTime() + PAGE_MS) / 1000)
      const claims = { token_type: TOKEN_TYPE, invitation_link: link, user_id: person.userId, exp }
      const key = signToken(claims, masterKey)
      const token = sessionToken({ ...person, mustChangePassword: false }, key, { settings, rootPath, masterKey, now })
      const page = `${rootPath}/ui/onboarding?token=${token}&user_email=${encodeURIComponent(person.email ?? '')}`
      return { login_url: page, token, user_email: person.email }
    },

    async claimInvitation({ invitation_link: link, user_id: userId, password }, secret, rootPath) {
      const now = admin.now?.() ?? new Date()
      const store = await storeFor(admin, userId, now)
      const { invitation, user } = await openLink(store, link, now)
      if (invitation.user_id !== userId) throw refuseDict(401, 'The invitation link is for another user.')
      const claims = readToken(secret ?? '', masterKey, now)
      const isOpen = claims?.token_type === TOKEN_TYPE && claims.invitation_link === link && claims.user_id === userId
      if (!isOpen) throw refuseDict(401, 'Invalid onboarding session for invitation link.')
      const weak = checkPassword(password, admin.settings.passwordPolicy)
      if (weak) throw weak
      const person: Person = { ...personOf(user), mustChangePassword: false }
      const session = planSession(person, { store, admin: admin.settings, settings, now })
      const written = await write(store, { invitation, user, password, session, now })
      const token = sessionToken(person, session.secret, { settings, rootPath, masterKey, now })
      return {
        login_url: `${rootPath}/ui/?login=success`,
        token,
        user_email: person.email,
        user: answered(USER, written),
      }
    },
  }
}

interface Accepted {
  readonly invitation: Json
  readonly user: Json
  readonly password: string
  readonly session: ReturnType<typeof planSession>
  readonly now: Date
}

/** All or nothing, and only if the link has not been used meanwhile. Sessions under the old password end. */
async function write(store: AdminStore, { invitation, user, password, session, now }: Accepted): Promise<Json> {
  const at = now.toISOString()
  const id = { id: invitation.id }
  const accepted = { is_accepted: true, accepted_at: at, updated_at: at, updated_by: user.user_id }
  const columns = { ...(await passwordColumns(password, false)), updated_at: at }
  const old = await sessionDeletion(store, callerOf(holderOf(user)), String(user.user_id))
  const rows = await store.tryWrite({
    guard: { table: TABLES.invitations, id, expect: { is_accepted: false } },
    steps: [
      { kind: 'update', table: TABLES.users, rows: [{ id: { user_id: user.user_id }, set: columns }] },
      { kind: 'update', table: TABLES.invitations, rows: [{ id, set: accepted }] },
      ...old.steps,
      ...session.steps,
    ],
    audit: [
      { action: 'updated', table: TABLES.users, id: String(user.user_id), after: { password_reset_required: false } },
      ...old.audit,
      ...session.audit,
    ],
    forget: [...old.forget, session.token],
  })
  if (!rows) throw refuseDict(401, 'Invitation link has already been used.')
  return rows[0]?.[0] ?? user
}

/** The invitation and its user, where the link may still be used. */
async function openLink(store: AdminStore, link: string, now: Date): Promise<{ invitation: Json; user: Json }> {
  const invitation = await store.one(TABLES.invitations, 'id', link)
  if (!invitation) throw refuseDict(401, 'Invitation link does not exist in db.')
  // Through the whole of its last day, as in LiteLLM.
  const lastDay = String(invitation.expires_at).slice(0, 10)
  if (lastDay < now.toISOString().slice(0, 10)) throw refuseDict(401, 'Invitation link has expired.')
  if (invitation.is_accepted === true || typeof invitation.accepted_at === 'string') {
    throw refuseDict(401, 'Invitation link has already been used.')
  }
  const user = await store.one(TABLES.users, 'user_id', String(invitation.user_id))
  if (!user) throw refuse(401, 'User does not exist in db.')
  return { invitation, user }
}

/** Whom the log of changes names: the user, who has no key yet. */
function holderOf(user: Json): VirtualKey {
  const owners = { userId: String(user.user_id) }
  const empty = { models: [], blocked: false, spend: 0, metadata: {}, teamMetadata: {} }
  return { hashedToken: '', master: false, owners, ...empty }
}
