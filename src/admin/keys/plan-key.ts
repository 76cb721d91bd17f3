import { randomBytes } from 'node:crypto'
import { abbreviateSecret, hashSecret } from '../../admission/credential/credential.ts'
import { nextReset } from '../../admission/facts/budget-duration.ts'
import { askedRow } from '../../keys/columns.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import { type GenerateBody, metadataAfter } from './key-fields.ts'
import { addDuration } from './key-limits.ts'

/** What a kind of key may call. */
export const ROUTES_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  llm_api: ['llm_api_routes'],
  management: ['management_routes'],
  read_only: ['info_routes'],
}

export interface PlannedKey {
  readonly secret: string
  /** The row of LiteLLM_VerificationToken, every time with the same members. */
  readonly row: Readonly<Record<string, unknown>> & { readonly token: string }
}

export interface PlanOptions {
  readonly settings: AdminSettings
  readonly now: Date
  /** Who creates it. `undefined` for the first key of a user: in LiteLLM it has neither a maker nor a type. */
  readonly by: string | undefined
  readonly hasColumn: (name: string) => boolean
  /** Ids of rows that come with the key. */
  readonly links: { readonly budget_id?: string; readonly object_permission_id?: string }
}

/** `sk-` and 128 random bits, in letters that every header takes. */
export function newSecret(bytes = 16): string {
  return `sk-${randomBytes(bytes).toString('base64url')}`
}

/** The row of a new key, and its secret, which is in no row. */
export function planKey(request: GenerateBody, { settings, now, by, hasColumn, links }: PlanOptions): PlannedKey {
  const secret = request.key || newSecret(settings.secretBytes)
  const at = now.toISOString()
  const typed = ROUTES_OF_TYPE[request.key_type ?? 'default']
  const rotates = request.auto_rotate && request.rotation_interval ? request.rotation_interval : undefined
  return {
    secret,
    row: {
      ...askedRow(request),
      token: hashSecret(secret),
      key_name: settings.disableKeyName ? null : abbreviateSecret(secret),
      key_alias: request.key_alias || null,
      expires: expiresAt(request.duration, now),
      spend: request.spend ?? 0,
      metadata: metadataAfter({ ...(request as Json), metadata: request.metadata ?? {} }, {}, hasColumn) ?? {},
      budget_duration: request.budget_duration || null,
      budget_reset_at: request.budget_duration ? nextReset(request.budget_duration, now).toISOString() : null,
      budget_limits: request.budget_limits ? windowsOf(request.budget_limits, now) : null,
      budget_id: links.budget_id ?? request.budget_id ?? null,
      object_permission_id: links.object_permission_id ?? null,
      allowed_routes: typed ?? request.allowed_routes ?? [],
      key_type: request.key_type ?? (by === undefined ? null : 'default'),
      key_rotation_at: rotates ? expiresAt(rotates, now) : null,
      created_at: at,
      updated_at: at,
      created_by: by ?? null,
      updated_by: by ?? null,
    },
  }
}

/** `null` and "-1" mean never. */
export function expiresAt(duration: string | null | undefined, now: Date): string | null {
  if (!duration || duration === '-1') return null
  return addDuration(now, duration)?.toISOString() ?? null
}

/** Budgets beside the one on the total: each says when it resets. */
export function windowsOf(windows: readonly Json[], now: Date): readonly Json[] {
  return windows.map((window) => ({
    ...window,
    reset_at: window.reset_at ?? nextReset(String(window.budget_duration), now).toISOString(),
  }))
}
