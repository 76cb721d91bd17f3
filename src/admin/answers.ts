import { pythonFloat } from '../admission/facts/python-text.ts'
import type { Json } from '../types.ts'
import { listed } from './admin-store.ts'

/**
 * How rows become answers: which members, in which order, and in which form. A form is the list of LiteLLM's members; what
 * a row does not have is null, or empty as below.
 */
export type Form = readonly string[]

/** Columns of dollars and of other fractions: Python writes them as 10.0. */
const FLOATS = new Set([
  ...['spend', 'total_spend', 'previous_spend', 'max_budget', 'soft_budget', 'temp_budget_increase'],
  ...['max_budget_in_team', 'reset_to'],
])

const TIMES = /_at$|^expires$|^last_active$|_expiry$/

/** What stands for a column that this database does not have. */
const EMPTY: Json = {
  ...{ spend: 0, total_spend: 0, rotation_count: 0 },
  ...{ auto_rotate: false, soft_budget_cooldown: false, allow_team_guardrail_config: false },
  ...{ team_blocked: false, is_session_token: false },
  ...{ models: [], teams: [], allowed_models: [], allowed_routes: [], allowed_cache_controls: [], policies: [] },
  ...{ access_group_ids: [], admins: [], members: [], team_member_permissions: [], default_team_member_models: [] },
  ...{
    team_models: [],
    model_spend: {},
    model_group_alias: {},
    router_settings: {},
    budget_fallbacks: {},
    model_max_budget_usage: {},
  },
}

/** How the time zone is written: Pydantic writes `Z`, Python's own JSON `+00:00`. */
export type Zone = 'Z' | '+00:00'

/** A row in a form. `extra`: members that stand in other tables. */
export function answered(form: Form, row: Json, extra: Json = {}, zone: Zone = 'Z'): Record<string, unknown> {
  const all: Json = { ...row, ...extra }
  return Object.fromEntries(form.map((name) => [name, answerValue(name, all[name], zone)]))
}

function answerValue(name: string, value: unknown, zone: Zone): unknown {
  if (value === undefined) return FLOATS.has(name) ? float(EMPTY[name]) : (EMPTY[name] ?? null)
  if (value === null) return listed(name, value)
  if (FLOATS.has(name)) return float(value)
  if (name === 'budget_limits' && Array.isArray(value)) return value.map((window: Json) => answered(WINDOW, window))
  if (typeof value === 'string' && TIMES.test(name)) return answerTime(value, zone)
  return value
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)?$/

/** A time as Python writes it: microseconds, or none at all. */
export function answerTime(text: string, zone: Zone = 'Z'): string {
  const [, seconds, fraction = ''] = ISO.exec(text) ?? []
  if (seconds === undefined) return text
  return `${seconds}${/[1-9]/.test(fraction) ? `.${fraction.slice(0, 6).padEnd(6, '0')}` : ''}${zone}`
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** A number as Python writes a float. */
export function float(value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? rawJSON(pythonFloat(value)) : (value ?? null)
}

/** A budget beside the one on the total. */
const WINDOW = ['budget_duration', 'max_budget', 'reset_at']
