import { z } from 'zod'
import { budgetFields } from '../budgets/budget-fields.ts'
import { dict, id, money, needed, text, texts } from '../fields.ts'

const fields = {
  ...budgetFields,
  organization_id: id,
  organization_alias: text,
  models: texts,
  metadata: dict,
  tags: texts,
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  spend: money,
  object_permission: dict,
}

/** What a request may say about an organization. */
export const newOrganizationBody = z.looseObject({ ...fields, organization_alias: needed.text })
export const updateOrganizationBody = z.looseObject({ ...fields, organization_id: needed.text })

export const ORGANIZATION_ROLES = ['org_admin', 'internal_user', 'internal_user_viewer'] as const

const member = z
  .looseObject({ user_id: text, user_email: text, role: z.enum(ORGANIZATION_ROLES) })
  .refine((person) => person.user_id || person.user_email, { message: 'Either user id or user email must be provided' })

export const addMembersBody = z.looseObject({
  organization_id: needed.text,
  member: z.union([z.array(member), member]).transform((one) => [one].flat()),
  max_budget_in_organization: money,
})

export const memberBody = z.looseObject({
  organization_id: needed.text,
  user_id: text,
  user_email: text,
  role: z.enum(ORGANIZATION_ROLES).nullish(),
  max_budget_in_organization: money,
})
