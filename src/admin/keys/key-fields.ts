import { z } from 'zod'
import { ASKED_COLUMNS, type AskedColumn, type AskedKind, type KEY_COLUMNS } from '../../keys/columns.ts'
import type { Json } from '../../types.ts'
import { BUDGET, GENERATED_KEY, ROUTER_SETTINGS } from '../answer-forms.ts'
import { answered, type Form } from '../answers.ts'
import { anything, bool, dict, dicts, id, int, longText, money, text, texts, time } from '../endpoint.ts'

const limitType = z.enum(['guaranteed_throughput', 'best_effort_throughput', 'dynamic']).nullish()

/** What LiteLLM keeps in the `metadata` of a key, not in columns. */
const metadataFields = {
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  rpm_limit_type: limitType,
  tpm_limit_type: limitType,
  enforced_params: texts,
  temp_budget_increase: money,
  temp_budget_expiry: time,
  allowed_vector_store_indexes: dicts,
  guardrails: texts,
  tags: texts,
  prompts: texts,
  logging: anything,
  secret_manager_settings: dict,
  allowed_passthrough_routes: texts,
  team_member_key_duration: text,
  disable_global_guardrails: bool,
  throttle_on_budget_exceeded: bool,
  enable_prompt_caching: bool,
  end_user_budget_id: text,
  denied_passthrough_routes: texts,
  tag_rpm_limit: dict,
  tag_tpm_limit: dict,
  mcp_rpm_limit: dict,
  default_estimated_output_tokens: int,
  default_estimated_output_tokens_per_model: dict,
}

/** Before there was a column for them, policies were kept in the metadata too. */
const COLUMN_OR_METADATA = ['policies']

const KINDS = {
  text,
  id,
  int,
  money,
  flag: bool,
  names: texts,
  object: dict,
  objects: dicts,
  'key type': z.enum(['llm_api', 'management', 'read_only', 'default']).nullish(),
} as const satisfies Readonly<Record<AskedKind, z.ZodType>>

type ColumnFields = { readonly [K in AskedColumn]: (typeof KINDS)[(typeof KEY_COLUMNS)[K]['asked']] }

const columnFields = Object.fromEntries(
  ASKED_COLUMNS.map(([name, { asked }]) => [name, KINDS[asked]]),
) as unknown as ColumnFields

/** What a request may say about a key, as LiteLLM names it. Members that are not listed are taken and not used. */
export const keyFields = {
  ...columnFields,
  ...metadataFields,
  duration: text,
  soft_budget: money,
  object_permission: dict,
  send_invite_email: bool,
  key: longText,
}

export const generateBody = z.looseObject(keyFields)
export type GenerateBody = z.output<typeof generateBody>

/**
 * The metadata after a request. Metadata in the request replaces what was there; members that belong into the metadata
 * are then put into it, and null takes them out. `undefined`: nothing changes.
 */
export function metadataAfter(request: Json, before: Json, hasColumn: (name: string) => boolean): Json | undefined {
  const names = [...Object.keys(metadataFields), ...COLUMN_OR_METADATA.filter((name) => !hasColumn(name))]
  const moved = names.filter((name) => request[name] !== undefined)
  if (request.metadata === undefined && moved.length === 0) return undefined
  const metadata: Record<string, unknown> = {
    ...((request.metadata === undefined ? before : request.metadata) as Json),
  }
  for (const name of moved) {
    if (request[name] === null) delete metadata[name]
    else metadata[name] = request[name]
  }
  return metadata
}

/**
 * LiteLLM's GenerateKeyResponse, by the rows that were written: the key, and its own budget tier. Members that are kept in
 * the metadata stand there alone. The only answer with the secret in it.
 */
export function generatedKey(row: Json, secret: string, budget?: Json, form: Form = GENERATED_KEY): Json {
  const { policies } = row
  const answer = answered(form, row, {
    key: secret,
    token_id: row.token,
    router_settings: answered(ROUTER_SETTINGS, (row.router_settings ?? {}) as Json),
    litellm_budget_table: budget ? answered(BUDGET, budget) : null,
  })
  // In its place among the members.
  answer.policies = Array.isArray(policies) && policies.length > 0 ? policies : null
  return answer
}
