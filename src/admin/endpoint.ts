import type { z } from 'zod'
import type { ZonedDate } from '../auth/zoned-date.ts'
import type { VirtualKey } from '../types.ts'
import type { AdminSettings } from './admin-deps.ts'
import type { AdminStore } from './admin-store.ts'
import type { Caller } from './caller.ts'
import type { Access } from './permission.ts'

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
  run(call: AdminCall<never, never>): Promise<unknown>
}

interface Definition<B extends z.ZodType, Q extends z.ZodType> {
  readonly access: Access
  readonly body?: B
  readonly query?: Q
  readonly stores?: readonly string[]
  run(call: AdminCall<z.output<B>, z.output<Q>>): Promise<unknown>
}

export function endpoint<B extends z.ZodType, Q extends z.ZodType>(definition: Definition<B, Q>): Endpoint {
  return definition as unknown as Endpoint
}
