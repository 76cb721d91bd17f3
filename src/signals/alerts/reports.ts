import type { Sql } from 'postgres'
import { withDeadline } from '../../database/with-deadline.ts'
import type { GatewayEvents } from '../../events.ts'
import { isDatabaseError, type SchemaSource } from '../../keys/key-lookup.ts'
import type { Deployment } from '../../types.ts'
import type { Alert } from './alert.ts'
import type { AlertType } from './alert-types.ts'
import { dailyReport } from './daily-report.ts'
import { spendReport, spendReportRanges } from './spend-report.ts'
import { reportDeployments } from './sql/report-deployments.ts'
import { reportTags, reportTeams } from './sql/report-spend.ts'
import { reportUsers } from './sql/report-users.ts'
import { type UserSpendSettings, userDaysOf, userSpendAlerts } from './user-spend.ts'

export interface ReportsOptions {
  readonly sql: Sql
  readonly schema: SchemaSource
  readonly events: GatewayEvents
  /** `daily_report_frequency`. */
  readonly dailyMs: number
  /** `spend_report_frequency`. */
  readonly spendDays: number
  readonly users: UserSpendSettings
  /** `report_check_interval`: how often it is looked whether a report is due. */
  readonly checkEveryMs: number
  /** `user_spend_check_interval`. */
  readonly usersEveryMs: number
  hears(type: AlertType): boolean
  deployments(): readonly Deployment[]
  tell(alert: Alert): void
}

/** The log may be large. */
const DEADLINE_MS = 60_000

/**
 * Reports that are due at times of the clock, the same for all processes: each process makes them, and claims decide which
 * tells them. One that is due while no process runs is told by the next.
 */
export class AlertReports {
  readonly #options: ReportsOptions
  readonly #timers: readonly NodeJS.Timeout[]
  /** Reports that this process has made, by their ends. */
  readonly #made = new Map<string, string>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(options: ReportsOptions) {
    this.#options = options
    const { checkEveryMs, usersEveryMs } = options
    this.#timers = [
      setInterval(() => this.#run(() => this.#reports()), checkEveryMs).unref(),
      setInterval(() => this.#run(() => this.#users()), usersEveryMs).unref(),
    ]
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#running
  }

  /** One after another: a query that is slow is not sent again meanwhile. */
  #run(work: () => Promise<unknown>): void {
    const { events } = this.#options
    this.#running = this.#running.then(work).catch((error: unknown) => {
      // The database tells itself that it is away; the report is made when it is back.
      if (!isDatabaseError(error)) events.tell('fault', { error, where: 'reports of alerts' })
    })
  }

  async #reports(): Promise<void> {
    const { hears, spendDays } = this.#options
    const now = new Date()
    if (hears('daily_reports')) await this.#daily(now)
    if (!hears('spend_reports')) return
    for (const range of spendReportRanges(spendDays, now)) {
      await this.#once(
        `spend ${range.of}`,
        range.to,
        ['LiteLLM_DailyTeamSpend', 'LiteLLM_DailyTagSpend'],
        async (sql) =>
          spendReport(
            range,
            await withDeadline(reportTeams(sql, range), DEADLINE_MS),
            await withDeadline(reportTags(sql, range), DEADLINE_MS),
          ),
      )
    }
  }

  async #daily(now: Date): Promise<void> {
    const { dailyMs, deployments } = this.#options
    const to = new Date(now.getTime() - (now.getTime() % dailyMs))
    const range = { from: new Date(to.getTime() - dailyMs), to }
    await this.#once('daily', to.toISOString(), ['LiteLLM_SpendLogs'], async (sql) =>
      dailyReport(await withDeadline(reportDeployments(sql, range), DEADLINE_MS), deployments(), range),
    )
  }

  /** Makes a report unless this process has, and tells it. */
  async #once(
    name: string,
    end: string,
    tables: readonly string[],
    make: (sql: Sql) => Promise<Alert | undefined>,
  ): Promise<void> {
    const { sql, schema, tell } = this.#options
    if (this.#made.get(name) === end) return
    const found = await schema()
    if (!tables.every((table) => found.has(table))) return
    const alert = await make(sql)
    this.#made.set(name, end)
    if (alert) tell(alert)
  }

  async #users(): Promise<void> {
    const { sql, schema, users, hears, tell } = this.#options
    const thresholds = hears('user_spend_thresholds') && (users.daily ?? users.monthly) !== undefined
    if (!thresholds && !hears('user_spend_anomalies')) return
    if (!(await schema()).has('LiteLLM_DailyUserSpend')) return
    const days = userDaysOf(users, new Date())
    for (const row of await withDeadline(reportUsers(sql, days), DEADLINE_MS)) {
      for (const alert of userSpendAlerts(row, users, days)) tell(alert)
    }
  }
}
