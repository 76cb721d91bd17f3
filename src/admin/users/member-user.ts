import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import { ADMIN_NAME } from '../caller.ts'
import { userRow } from './user-row.ts'

interface Person {
  readonly user_id?: string | null
  readonly user_email?: string | null
}

/**
 * The row of a user who comes to be by being made a member of something. Of what the request says of the person only id
 * and address count: whoever may add members may not make administrators.
 */
export function memberUser(person: Person, teams: readonly string[], settings: AdminSettings, now: Date): Json {
  const { user_id, user_email } = person
  const { defaultUserParams, maxInternalUserBudget, internalUserBudgetDuration } = settings
  return userRow(
    {
      max_budget: maxInternalUserBudget,
      budget_duration: internalUserBudgetDuration,
      // The master key stands behind this name; its row gives nothing to whoever has a key of it.
      user_role: user_id === ADMIN_NAME ? null : 'internal_user_viewer',
      ...defaultUserParams,
      ...{ user_id, user_email, teams },
    },
    settings,
    now,
  )
}
