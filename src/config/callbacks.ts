import { suggest } from '../lib/config-error.ts'
import { ABSENT_CALLBACKS, CALLBACKS } from '../signals/callbacks/callback-table.ts'
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

/** Whether the gateway acts on this name in a list of callbacks. */
export function isCallback(list: string, name: unknown): boolean {
  if (typeof name !== 'string') return false
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
