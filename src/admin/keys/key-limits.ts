import { durationEnd } from '../../admission/facts/budget-duration.ts'
import { pythonFloat } from '../../admission/facts/python-text.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { refuse, refuseDict } from '../refuse.ts'

/** No time at all is a duration, too: a key may expire at once. */
const NOTHING = /^0{1,6}(mo|[smhdw])/

const DEFAULTED = [
  ...['max_budget', 'user_id', 'team_id', 'max_parallel_requests', 'tpm_limit', 'rpm_limit', 'budget_duration'],
  ...['duration', 'models', 'metadata'],
]
const DURATIONS = new Set(['duration', 'budget_duration', 'rotation_interval'])

/** The request with the configured defaults for what it leaves open. */
export function withDefaults<T extends Json>(request: T, defaults: Json = {}): T {
  const open = DEFAULTED.filter((name) => isEmpty(request[name]) && defaults[name] !== undefined)
  return { ...request, ...Object.fromEntries(open.map((name) => [name, defaults[name]])) }
}

/**
 * The request within the configured bounds: what is over one is a refusal, what asks for no limit gets the bound. So
 * does what the request leaves open, when that is for a new key.
 */
export function withinBounds<T extends Json>(
  request: T,
  bounds: Json | undefined,
  now: Date,
  { fill }: { readonly fill: boolean },
): T | LiteLLMError {
  const filled: Record<string, unknown> = { ...request }
  for (const [name, bound] of Object.entries(bounds ?? {})) {
    const value = filled[name]
    if (bound === null || bound === undefined || (value === undefined && !fill)) continue
    if (value === undefined || value === null) filled[name] = bound
    else if (isOver(name, value, bound, now)) return overBound(name, value, bound)
  }
  return filled as T
}

/** Amounts of money are never negative. */
export function checkAmounts(request: Json): LiteLLMError | undefined {
  for (const name of ['max_budget', 'soft_budget']) {
    const amount = request[name]
    if (typeof amount === 'number' && amount < 0) {
      return refuseDict(400, `${name} must be a non-negative finite number. Received: ${pythonFloat(amount)}`)
    }
  }
  return undefined
}

/** Texts of durations that LiteLLM could not read. */
export function checkDurations(request: Json, now: Date): LiteLLMError | undefined {
  for (const name of ['duration', 'budget_duration', 'rotation_interval', 'grace_period']) {
    const value = request[name]
    if (typeof value !== 'string' || value === '' || (name === 'duration' && value === '-1')) continue
    if (secondsOf(value, now) === undefined) {
      return refuse(400, `Invalid duration format. Received ${name}=${value}`, {
        type: 'bad_request_error',
        param: name,
      })
    }
  }
  return undefined
}

function isOver(name: string, value: unknown, bound: unknown, now: Date): boolean {
  if (DURATIONS.has(name)) return seconds(value, now) > seconds(bound, now)
  if (Array.isArray(bound) && Array.isArray(value)) return value.some((item) => !bound.includes(item))
  return typeof value === 'number' && value > Number(bound)
}

/** "-1" means for ever. */
function seconds(duration: unknown, now: Date): number {
  return duration === '-1' ? Number.POSITIVE_INFINITY : (secondsOf(String(duration), now) ?? 0)
}

function overBound(name: string, value: unknown, bound: unknown): LiteLLMError {
  const text = (amount: unknown) => (name === 'max_budget' ? pythonFloat(Number(amount)) : String(amount))
  return refuseDict(
    400,
    `${name} is over max limit set in config - user_value=${text(value)}; max_value=${text(bound)}`,
  )
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** `now` and this much. `undefined` for what is no duration. A month ends on its last day when the day is missing. */
export function addDuration(now: Date, text: string): Date | undefined {
  return NOTHING.test(text) ? now : durationEnd(text, now)
}

/** Seconds of a duration, counted from `now` where it is in months. */
export function secondsOf(text: string, now: Date): number | undefined {
  const end = addDuration(now, text)
  return end && (end.getTime() - now.getTime()) / 1_000
}
