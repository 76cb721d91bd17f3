import { z } from 'zod'
import { anything, bool, dict, dicts, id, int, money, needed, text, texts } from '../fields.ts'

const member = z
  .looseObject({ user_id: text, user_email: text, role: z.enum(['admin', 'user']) })
  .refine((person) => person.user_id || person.user_email, { message: 'Either user id or user email must be provided' })

/** One person or several. */
export const people = z.union([z.array(member), member]).transform((one) => [one].flat())

/** What a request may say about a team. */
export const teamFields = {
  team_alias: text,
  team_id: id,
  organization_id: id,
  members_with_roles: z.array(member).nullish(),
  team_member_permissions: texts,
  metadata: dict,
  tpm_limit: int,
  rpm_limit: int,
  tpd_limit: int,
  max_parallel_requests: int,
  max_budget: money,
  soft_budget: money,
  budget_duration: text,
  budget_limits: dicts,
  models: texts,
  default_team_member_models: texts,
  blocked: bool,
  model_aliases: dict,
  model_max_budget: dict,
  tags: texts,
  guardrails: texts,
  prompts: texts,
  policies: texts,
  object_permission: dict,
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  team_member_budget: money,
  team_member_budget_duration: text,
  team_member_rpm_limit: int,
  team_member_tpm_limit: int,
  team_member_key_duration: text,
  access_group_ids: texts,
  router_settings: dict,
  allowed_passthrough_routes: texts,
  default_estimated_output_tokens: int,
  default_estimated_output_tokens_per_model: dict,
  logging: anything,
  secret_manager_settings: dict,
}

export const newTeamBody = z.looseObject(teamFields)
export const updateTeamBody = z.looseObject({ ...teamFields, team_id: needed.text })
export type TeamBody = z.output<typeof newTeamBody>
