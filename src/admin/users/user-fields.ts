import { z } from 'zod'
import { bool, longText, money, needed, text, texts } from '../fields.ts'
import { keyFields } from '../keys/key-fields.ts'

const team = z.union([
  needed.text,
  z.looseObject({ team_id: needed.text, max_budget_in_team: money, user_role: z.enum(['user', 'admin']).nullish() }),
])

/** What a request may say about a user; the members about keys are for the key that comes with a new user. */
export const userFields = {
  ...keyFields,
  user_id: text,
  user_email: text,
  user_alias: text,
  user_role: z.enum(['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer']).nullish(),
  sso_user_id: text,
  teams: z.array(team).nullish(),
  organizations: texts,
  auto_create_key: bool,
  password: longText,
}

export const newUserBody = z.looseObject(userFields)
export type UserBody = z.output<typeof newUserBody>
