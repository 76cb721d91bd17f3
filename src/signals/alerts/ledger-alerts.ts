import type { GatewayEventMap, GatewayEvents } from '../../events.ts'
import type { Alert } from './alert.ts'
import type { AlertType } from './alert-types.ts'

export interface LedgerAlertsOptions {
  readonly events: GatewayEvents
  /** `alerting_args.budget_alert_ttl`: so long it is not told again that the ledger refuses a kind of rows. */
  readonly trackingPeriodMs: number
  tell(alert: Alert): void
}

interface EventText {
  readonly type: AlertType
  /** Without words of the database or of a row: they may quote values. */
  readonly message: string
}

/** The same of the database at most so often: an outage is one alert, not one for each attempt. */
const DATABASE_PERIOD_MS = 60_000

/** What the ledger and the database tell that an operator is to be alerted of. */
const TEXTS: { readonly [E in keyof GatewayEventMap]?: (...args: GatewayEventMap[E]) => EventText } = {
  'spend:drop': ({ callIds, reason }) =>
    tracking(`${callIds.length} calls were given up (${reason}): their spend is lost`),
  'spend:quarantine': ({ sqlstate }) =>
    tracking(`the database refuses a call for good${codeText(sqlstate)}. It is kept: \`express-litellm dlq\``),
  'spend:tables-missing': ({ tables }) => tracking(`tables are missing in the database: ${tables.join(', ')}`),
  'spend:repair-failed': ({ tables }) =>
    tracking(`daily tables say less than the log: ${tables.join(', ')}. Run \`express-litellm reconcile --fix\``),
  'database:down': ({ error }) => database('the database does not answer', error),
  'writer:down': ({ error }) => database('the database gives no connection to write spend on', error),
  'budget:reset-failed': ({ error }) => database('budgets could not be reset', error),
  'models:stale': ({ error }) => database('models cannot be read', error),
}

type Listen<E extends keyof GatewayEventMap> = (name: E, listener: (...args: GatewayEventMap[E]) => void) => unknown

/** Alerts of what goes wrong between the gateway and its database. */
export function watchLedger({ events, trackingPeriodMs, tell }: LedgerAlertsOptions): void {
  for (const name of Object.keys(TEXTS) as (keyof GatewayEventMap)[]) watch(name)

  function watch<E extends keyof GatewayEventMap>(name: E): void {
    const textOf = TEXTS[name]
    if (!textOf) return
    ;(events.own.on as Listen<E>).call(events.own, name, (...args) => {
      const { type, message } = textOf(...args)
      const periodMs = type === 'db_exceptions' ? DATABASE_PERIOD_MS : trackingPeriodMs
      tell({ id: `${name} ${message}`, type, level: 'High', message, at: new Date(), periodMs })
    })
  }
}

function tracking(what: string): EventText {
  return { type: 'failed_tracking_spend', message: `Failed Tracking Cost for calls: ${what}` }
}

function database(what: string, error: unknown): EventText {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return { type: 'db_exceptions', message: `DB read/write call failed: ${what}${codeText(code)}` }
}

/** A SQLSTATE, or what a connection has failed with. */
function codeText(code: unknown): string {
  return typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code) ? ` (${code})` : ''
}
