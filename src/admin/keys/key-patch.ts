import { nextReset } from '../../auth/budget-duration.ts'
import type { Json } from '../../types.ts'
import { namedColumns } from '../list-columns.ts'
import type { GenerateBody } from './key-fields.ts'
import { metadataAfter } from './key-metadata.ts'
import { expiresAt, ROUTES_OF_TYPE, windowsOf } from './plan-key.ts'

const COLUMNS = [
  ...['key_alias', 'models', 'max_budget', 'user_id', 'team_id', 'organization_id', 'project_id', 'agent_id'],
  ...['budget_id', 'max_parallel_requests', 'tpm_limit', 'rpm_limit', 'tpd_limit', 'allowed_cache_controls', 'blocked'],
  ...['policies', 'allowed_routes', 'access_group_ids', 'auto_rotate', 'rotation_interval', 'router_settings'],
] as const
/** Columns that are never null: to clear them is to empty them. */
const OBJECTS = ['config', 'permissions', 'model_max_budget', 'aliases', 'budget_fallbacks'] as const

export interface PatchOptions {
  readonly now: Date
  readonly by: string
  readonly hasColumn: (name: string) => boolean
}

/** The columns of a key that a request changes: what it does not mention stays, null clears. */
export function keyPatch(request: GenerateBody, before: Json, { now, by, hasColumn }: PatchOptions): Json {
  const patch: Record<string, unknown> = {
    updated_at: now.toISOString(),
    updated_by: by,
    ...namedColumns(COLUMNS, request),
  }
  for (const name of OBJECTS) if (request[name] !== undefined) patch[name] = request[name] ?? {}
  if (request.key_type !== undefined) {
    patch.key_type = request.key_type
    patch.allowed_routes = ROUTES_OF_TYPE[request.key_type ?? 'default'] ?? request.allowed_routes ?? []
  }
  if (typeof request.spend === 'number') patch.spend = request.spend
  if (request.duration) patch.expires = expiresAt(request.duration, now)
  if (request.budget_duration) patch.budget_reset_at = nextReset(request.budget_duration, now).toISOString()
  if (request.budget_duration === null) patch.budget_reset_at = null
  if (request.budget_duration !== undefined && request.budget_duration !== '') {
    patch.budget_duration = request.budget_duration
  }
  if (request.budget_limits !== undefined) {
    patch.budget_limits = request.budget_limits && windowsOf(request.budget_limits, now)
  }
  const interval = request.rotation_interval ?? before.rotation_interval
  if (request.auto_rotate && typeof interval === 'string') patch.key_rotation_at = expiresAt(interval, now)
  const metadata = metadataAfter(
    { ...(request as Json), ...(request.metadata === null && { metadata: {} }) },
    (before.metadata ?? {}) as Json,
    hasColumn,
  )
  if (metadata) patch.metadata = metadata
  return patch
}
