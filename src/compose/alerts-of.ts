import type { OpenCalls } from '../call/answer/open-calls.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import { GlobalBudget } from '../keys/global-budget.ts'
import { readKey } from '../keys/key-store.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import { AlertClaims } from '../signals/alerts/alert-claims.ts'
import { type AlertType, DEFAULT_ALERT_TYPES } from '../signals/alerts/alert-types.ts'
import { Alerts } from '../signals/alerts/alerts.ts'
import { emailsByPercentage } from '../signals/alerts/budget-states.ts'
import { BudgetWatch } from '../signals/alerts/budget-watch.ts'
import { apiBaseOf, CallAlerts } from '../signals/alerts/call-alerts.ts'
import { watchChanges } from '../signals/alerts/change-alerts.ts'
import { watchCustomerSpend } from '../signals/alerts/customer-spend.ts'
import { type RunningCall, watchHangingCalls } from '../signals/alerts/hanging-calls.ts'
import { watchLedger } from '../signals/alerts/ledger-alerts.ts'
import { AlertReports } from '../signals/alerts/reports.ts'
import type { Outbox } from '../signals/outbox/outbox.ts'
import type { OutboxTable } from '../signals/outbox/outbox-table.ts'
import type { Deployment } from '../types.ts'
import { alertTargetsOf } from './alert-targets-of.ts'
import { outboxOpener } from './signals-of.ts'

/** Longer than a delivery may take. */
const LEASE_MS = 30_000
const HOUR_MS = 3_600_000
/** How long a batch may be on its way through Redis to the process that writes it. */
const BUFFERED_MS = 5_000

interface AlertParts {
  readonly events: GatewayEvents
  readonly database: Database | undefined
  readonly openCalls: OpenCalls
  /** Where deliveries wait, when that is the database. */
  readonly table: OutboxTable | undefined
  deployments(): readonly Deployment[]
}

/** Alerts that have a destination, until they are closed. */
export interface OpenAlerts {
  readonly alerts: Pick<Alerts, 'test' | 'types'>
  readonly outboxes: readonly Outbox[]
  /** Looks at what was written last and tells what waits, for at most `timeoutMs`; the rest stays where it is kept. */
  close(timeoutMs: number): Promise<void>
}

/** The alerts of a gateway; `undefined` where they have no destination. */
export function alertsOf(config: ResolvedOptions, parts: AlertParts): OpenAlerts | undefined {
  const { general } = config.settings
  const { events, database, table } = parts
  const claims = new AlertClaims({ sql: database?.sql, leaseMs: LEASE_MS })
  const types = new Set((general.alertTypes ?? DEFAULT_ALERT_TYPES) as readonly AlertType[])
  const targets = alertTargetsOf(config, { claims, types, openOutbox: outboxOpener(config, events, table) })
  if (targets.length === 0) return undefined
  const alerts = new Alerts({ events, types, targets })
  const budgets = budgetWatchOf(config, parts, alerts)
  const closers = watch(config, parts, alerts)
  const reports = reportsOf(config, parts, alerts)
  const outboxes = targets.map(({ outbox }) => outbox)
  return {
    alerts,
    outboxes,
    async close(timeoutMs) {
      for (const closer of closers) closer.close()
      const ended = reports?.close()
      if (timeoutMs > 0) await withTimeout(timeoutMs, Promise.all([ended, budgets?.flush()]), () => {})
      budgets?.close()
      await Promise.all(outboxes.map((outbox) => outbox.close(timeoutMs)))
    },
  }
}

function watch(config: ResolvedOptions, { events, openCalls, deployments }: AlertParts, alerts: Alerts) {
  const { alerting = [], alertingThreshold: slowMs = 600_000, alertingArgs: args = {} } = config.settings.general
  const trackingPeriodMs = args.budget_alert_ttl ?? 24 * HOUR_MS
  const { tell } = alerts
  new CallAlerts({
    ...{ events, slowMs, trackingPeriodMs, deployments, tell },
    outages: {
      windowMs: args.outage_alert_ttl ?? 60_000,
      minorAt: args.minor_outage_alert_threshold ?? 5,
      majorAt: args.major_outage_alert_threshold ?? 10,
    },
  })
  watchLedger({ events, trackingPeriodMs, tell })
  watchChanges(events, tell)
  if (alerting.includes('webhook')) watchCustomerSpend(events, tell)
  if (!alerts.hears('llm_requests_hanging')) return []
  return [watchHangingCalls({ thresholdMs: slowMs, running: () => openCalls.list().map(runningCallOf), tell })]
}

/** Reports are read from the database. */
function reportsOf(config: ResolvedOptions, { events, database, deployments }: AlertParts, alerts: Alerts) {
  if (!database) return undefined
  const { alertingArgs: args = {}, spendReportFrequency: spendDays = 7 } = config.settings.general
  const { sql, schema } = database
  const dailySeconds = numberIn(config.env.SLACK_DAILY_REPORT_FREQUENCY, 12 * 3_600)
  return new AlertReports({
    ...{ sql, schema, events, deployments, spendDays, tell: alerts.tell, hears: (type) => alerts.hears(type) },
    dailyMs: args.daily_report_frequency ?? dailySeconds * 1_000,
    checkEveryMs: args.report_check_interval ?? 300_000,
    usersEveryMs: args.user_spend_check_interval ?? HOUR_MS,
    users: {
      daily: args.daily_spend_per_user_threshold,
      monthly: args.monthly_spend_per_user_threshold,
      multiplier: args.spend_anomaly_multiplier ?? 3,
      baselineDays: args.spend_anomaly_baseline_days ?? 7,
      minSpend: args.spend_anomaly_min_spend ?? 10,
    },
  })
}

function runningCallOf({ callId, context }: ReturnType<OpenCalls['list']>[number]): RunningCall {
  const { startedAt = new Date(), call, key, deployment } = context ?? {}
  return {
    callId,
    startedAt,
    modelGroup: call?.modelGroup,
    apiBase: deployment && apiBaseOf(deployment),
    keyAlias: key?.alias,
    teamAlias: key?.owners.teamAlias,
  }
}

/** Budgets are rows of the database: without one, and where no spend is written, there is nothing to look at. */
function budgetWatchOf(config: ResolvedOptions, { events, database }: AlertParts, alerts: Alerts) {
  const { settings, spend, spendBuffer, timeZone, env, parts } = config
  const { general, litellm } = settings
  if (!database || spend.disabled || !alerts.hears('budget_alerts')) return undefined
  const { sql, schema } = database
  const { maxBudget: max, budgetDuration: duration } = litellm
  const global = max ? new GlobalBudget({ sql, schema, max, duration, timeZone }) : undefined
  return new BudgetWatch({
    events,
    tell: alerts.tell,
    find: (hashedToken) => parts.keys?.find(hashedToken) ?? readKey({ sql, schema }, hashedToken),
    global: global && max ? { max, spend: () => global.spend() } : undefined,
    againMs: spendBuffer ? BUFFERED_MS : undefined,
    settings: {
      userBudgetOnTeamKeys: general.applyUserBudgetToTeamKeys === true,
      keyEmailsAt: emailsByPercentage(litellm.defaultKeyMaxBudgetAlertEmails),
      ownerPercentage: Math.round(100 * numberIn(env.EMAIL_BUDGET_ALERT_MAX_SPEND_ALERT_PERCENTAGE, 0.8)),
      periodMs: general.alertingArgs?.budget_alert_ttl ?? 24 * HOUR_MS,
      emailPeriodMs: 1_000 * numberIn(env.EMAIL_BUDGET_ALERT_TTL, 24 * 3_600),
    },
  })
}

function numberIn(text: string | undefined, usual: number): number {
  const number = Number(text)
  return text && number > 0 ? number : usual
}
