import { isUnsafeParam } from '../auth/unsafe-param.ts'

/** Fields by which a call is attributed, checked and sent, beside those that are unsafe. */
const DECIDING: ReadonlySet<string> = new Set([
  ...['model', 'user', 'safety_identifier', 'metadata', 'litellm_metadata', 'tags', 'request_tags'],
  ...['litellm_session_id', 'litellm_trace_id', 'extra_body', 'api_key', 'cache', 'vector_store_ids'],
  ...['guardrails', 'guardrail_config', 'disable_global_guardrails', 'disable_global_guardrail'],
])

/**
 * Whether it is too late for a field of this name once its form is on its way to the upstream. SECURITY: nobody has looked
 * at what comes later. `metadata[tags][]` is a part of `metadata`.
 */
export function isLateField(name: string): boolean {
  const end = name.indexOf('[')
  const first = end > 0 ? name.slice(0, end) : name
  return DECIDING.has(first) || isUnsafeParam(first)
}
