import { z } from 'zod'
import type { ZonedDate } from '../admission/facts/time-zone.ts'
import type { VirtualKey } from '../types.ts'
import type { AdminSettings } from './admin-deps.ts'
import type { AdminStore } from './admin-store.ts'
import type { Caller } from './caller.ts'
import type { Access } from './refuse.ts'

/** A truth value in a query. */
export const flag = z
  .enum(['true', 'false', 'True', 'False', '1', '0'])
  .transform((value) => ['true', 'True', '1'].includes(value))
  .default(false)

export const direction = z.enum(['asc', 'desc']).default('desc')

/*
 * The kinds of members in the bodies of requests. All may be absent, which leaves things as they are, or null, which
 * clears them. Like LiteLLM's own they take numbers and truth values that come as text.
 */

const MAX_NAME = 1_024

/** An id or a name: it stands in an index. */
export const text = z.string().max(MAX_NAME).nullish()

/** An id where an empty one means none. */
export const id = z.preprocess((value) => (value === '' ? null : value), text)

/** A time, with its day and its hour. */
export const time = z
  .string()
  .refine((value) => /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)), {
    message: 'not a valid time: send one like 2026-01-31T00:00:00Z',
  })
  .nullish()

export const longText = z.string().nullish()

export const money = z.preprocess(toNumber, z.number().nullish())

export const int = z.preprocess(toNumber, z.number().int().nullish())

export const bool = z.preprocess(toBoolean, z.boolean().nullish())

export const texts = z.array(z.string().max(MAX_NAME)).nullish()

export const dict = z.record(z.string(), z.unknown()).nullish()

export const dicts = z.array(z.record(z.string(), z.unknown())).nullish()

export const anything = z.unknown().optional()

/** Members that have to be there. */
export const needed = {
  text: z.string().min(1).max(MAX_NAME),
  texts: z.array(z.string().max(MAX_NAME)),
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ true: true, '1': true, yes: true, on: true },
  ...{ false: false, '0': false, no: false, off: false },
}

/** One call of a management endpoint, checked. */
export interface AdminCall<B = unknown, Q = unknown> {
  readonly store: AdminStore
  readonly settings: AdminSettings
  readonly caller: Caller
  readonly body: B
  readonly query: Q
  /** Parts of the path, by the names in the table of routes. */
  readonly params: Readonly<Record<string, string>>
  /** The route as it is in the table. */
  readonly route: string
  /** Budgets are reset by its clock. */
  readonly now: ZonedDate
}

/** What comes in, before it is checked. */
export interface AdminRequest {
  readonly caller: VirtualKey
  readonly body: unknown
  readonly query: URLSearchParams
  /** The header `litellm-changed-by`, which only keys with `allow_litellm_changed_by_header` are believed. */
  readonly changedBy?: string
}

/** A management endpoint. `body` and `query` say what it takes; the answer is sent as JSON. */
export interface Endpoint {
  readonly access: Access
  readonly body?: z.ZodType
  readonly query?: z.ZodType
  /** The tables that members of its body are columns of: what they do not have is refused, see check-storable.ts. */
  readonly stores?: readonly string[]
  /** Of an answer that is no refusal. */
  readonly headers?: Readonly<Record<string, string>>
  run(call: AdminCall<never, never>): Promise<unknown>
}

interface Definition<B extends z.ZodType, Q extends z.ZodType> {
  readonly access: Access
  readonly body?: B
  readonly query?: Q
  readonly stores?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  run(call: AdminCall<z.output<B>, z.output<Q>>): Promise<unknown>
}

export function endpoint<B extends z.ZodType, Q extends z.ZodType>(definition: Definition<B, Q>): Endpoint {
  return definition as unknown as Endpoint
}

function toNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : value
}

function toBoolean(value: unknown): unknown {
  return typeof value === 'string' ? (BOOLEANS[value.toLowerCase()] ?? value) : value
}

/** A number in a query, from 1 up. */
export function page(initial: number, max = 1_000_000) {
  return z.coerce.number().int().min(1).max(max).default(initial)
}
