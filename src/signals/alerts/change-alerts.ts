import type { GatewayEvents, ManagedChange } from '../../events.ts'
import type { Json } from '../../types.ts'
import type { Alert } from './alert.ts'
import type { AlertType } from './alert-types.ts'

interface Managed {
  readonly created: AlertType
  readonly updated: AlertType
  readonly deleted: AlertType
}

/** Tables whose changes are told. Blocking and rotating are updates. */
const TABLES: Readonly<Record<string, Managed>> = {
  LiteLLM_VerificationToken: {
    created: 'new_virtual_key_created',
    updated: 'virtual_key_updated',
    deleted: 'virtual_key_deleted',
  },
  LiteLLM_TeamTable: { created: 'new_team_created', updated: 'team_updated', deleted: 'team_deleted' },
  LiteLLM_UserTable: {
    created: 'new_internal_user_created',
    updated: 'internal_user_updated',
    deleted: 'internal_user_deleted',
  },
}

/** What is told of a row. Metadata may hold secrets, so it is not among them. */
const COLUMNS = [
  ...(['key_alias', 'key_name', 'user_id', 'user_email', 'user_alias', 'user_role', 'team_id', 'team_alias'] as const),
  ...(['organization_id', 'project_id', 'models', 'max_budget', 'soft_budget', 'budget_duration', 'expires'] as const),
  ...(['rpm_limit', 'tpm_limit', 'tpd_limit', 'max_parallel_requests', 'blocked'] as const),
]

/** Alerts of keys, teams and users that are created, changed or deleted, as LiteLLM words them. */
export function watchChanges(events: GatewayEvents, tell: (alert: Alert) => void): void {
  events.own.on('admin:change', (change) => {
    const managed = TABLES[change.table]
    if (managed) tell(alertOf(change, managed))
  })
}

function alertOf({ id, action, objectId, before, after, changedBy }: ManagedChange, managed: Managed): Alert {
  const type = action === 'created' || action === 'deleted' ? managed[action] : managed.updated
  const lines = [
    `\`${titleOf(type)}\``,
    '*Action Done by:*',
    `created_by_user_id: \`${changedBy}\``,
    '',
    '*Arguments passed:*',
    `id: \`${objectId}\``,
    ...rowLines(action === 'deleted' ? before : after),
  ]
  return { id: `change ${id}`, type, level: 'High', message: `${lines.join('\n')}\n`, at: new Date(), periodMs: 0 }
}

function rowLines(row: Json = {}): readonly string[] {
  return COLUMNS.flatMap((name) => {
    const value = row[name]
    if (value === undefined || value === null) return []
    return [`${name}: \`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``]
  })
}

/** `new_team_created` is "New Team Created". */
function titleOf(type: string): string {
  return type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
}
