import * as z from 'zod'
import { inspect, suggest } from '../lib/config-error.ts'
import { isPlainObject } from '../lib/environment.ts'
import { ABSENT_CALLBACKS, CALLBACKS } from '../signals/callbacks/callback-table.ts'
import type { CallbackApi } from '../signals/callbacks/generic-api.ts'
import { BLOCKED_USER_CHECK } from './blocked-users.ts'
import type { LitellmSettings } from './settings/read-settings.ts'

const PROMETHEUS = 'prometheus'

/** Names in `callbacks` that are no places to tell calls to. */
const OTHERS: ReadonlySet<string> = new Set([BLOCKED_USER_CHECK, PROMETHEUS])

/** Settings that list callbacks, and which calls those hear of. */
export const CALLBACK_LISTS = {
  callbacks: undefined,
  success_callback: 'success',
  failure_callback: 'failure',
} as const

type Hears = (typeof CALLBACK_LISTS)[keyof typeof CALLBACK_LISTS]

/** A file of JavaScript beside the configuration, as `serve` loads it: `./my-logger.mjs`. */
export function isModulePath(name: string): boolean {
  return /^\.{0,2}\/.*\.[cm]?[jt]s$/.test(name)
}

const EVENTS = ['llm_api_success', 'llm_api_failure'] as const

const api = z.looseObject({
  endpoint: z.url({ error: 'must be a URL' }),
  headers: z.record(z.string(), z.string(), { error: 'must be a mapping of names to texts' }).default({}),
  event_types: z
    .array(z.enum(EVENTS, { error: `must be one of ${EVENTS.join(', ')}` }), { error: 'must be a list' })
    .default([...EVENTS]),
  log_format: z
    .enum(['json_array', 'ndjson', 'single'], { error: 'must be json_array, ndjson or single' })
    .default('json_array'),
})

/** Names under `callback_settings` that are addresses of the operator's own: `callback_type: generic_api`. */
export function apiNames(callbackSettings: unknown): readonly string[] {
  return Object.entries(isPlainObject(callbackSettings) ? callbackSettings : {}).flatMap(([name, entry]) =>
    isPlainObject(entry) && entry.callback_type === 'generic_api' ? [name] : [],
  )
}

/** These addresses, by their names, or one line for each thing that is wrong with them. */
export function callbackApisOf(callbackSettings: unknown): {
  readonly apis: ReadonlyMap<string, CallbackApi>
  readonly lines: readonly string[]
} {
  const apis = new Map<string, CallbackApi>()
  const lines: string[] = []
  for (const name of apiNames(callbackSettings)) {
    const entry = (callbackSettings as Readonly<Record<string, unknown>>)[name]
    const read = inspect(api, entry, { at: ['callback_settings', name] })
    if ('lines' in read) {
      lines.push(...read.lines)
      continue
    }
    const { endpoint, headers, event_types: events, log_format: format } = read.value
    const hears = events.length === EVENTS.length ? undefined : HEARS[events[0] ?? 'llm_api_success']
    apis.set(name, { endpoint, headers, hears, format })
  }
  return { apis, lines }
}

const HEARS = { llm_api_success: 'success', llm_api_failure: 'failure' } as const

/** Whether the gateway acts on this name in a list of callbacks. `apis`: see `apiNames`. */
export function isCallback(list: string, name: unknown, apis: readonly string[]): boolean {
  if (typeof name !== 'string') return false
  if (apis.includes(name)) return true
  if (name === BLOCKED_USER_CHECK) return list === 'callbacks'
  if (name === PROMETHEUS) return true
  return Object.hasOwn(CALLBACKS, name) || isModulePath(name)
}

/** What a name that nobody acts on may have been meant as: one of LiteLLM's that is not there is meant as it is. */
export function meantCallback(name: unknown): string | undefined {
  if (typeof name !== 'string' || ABSENT_CALLBACKS.includes(name)) return undefined
  return suggest(name, [...Object.keys(CALLBACKS), ...OTHERS])
}

/** Whether one of the lists asks for metrics. */
export function wantsMetrics({ callbacks, successCallback, failureCallback }: LitellmSettings): boolean {
  return [callbacks, successCallback, failureCallback].flat().includes(PROMETHEUS)
}

/** The callbacks that are named, each with the calls that it hears of: `undefined` for all. */
export function callbackNames({
  callbacks,
  successCallback,
  failureCallback,
}: LitellmSettings): ReadonlyMap<string, Hears> {
  const named = new Map<string, Hears>()
  const add = (names: unknown, hears: Hears) => {
    for (const name of [names ?? []].flat()) {
      if (typeof name !== 'string' || OTHERS.has(name)) continue
      named.set(name, named.has(name) && named.get(name) !== hears ? undefined : hears)
    }
  }
  add(callbacks, CALLBACK_LISTS.callbacks)
  add(successCallback, CALLBACK_LISTS.success_callback)
  add(failureCallback, CALLBACK_LISTS.failure_callback)
  return named
}
