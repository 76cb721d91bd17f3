import type { Deployment } from '../../types.ts'
import type { Alert } from './alert.ts'
import { apiBaseOf } from './call-alerts.ts'
import type { DeploymentRow, ReportRange } from './sql/report-deployments.ts'

/** As many as LiteLLM names. */
const TOP = 5

/** LiteLLM's report on deployments; `undefined` where there was no call. */
export function dailyReport(
  rows: readonly DeploymentRow[],
  deployments: readonly Deployment[],
  { from, to }: ReportRange,
): Alert | undefined {
  const known = rows.flatMap((row) => {
    const deployment = deployments.find(({ id }) => id === row.model_id)
    return deployment ? [{ ...row, deployment }] : []
  })
  const failed = top(known, ({ failures }) => failures)
  const slow = top(known, ({ seconds_per_token }) => seconds_per_token ?? 0)
  if (failed.length + slow.length === 0) return undefined
  const periodMs = to.getTime() - from.getTime()
  const lines = [
    `\n\nTime: \`${to.getTime() / 1_000}\`s\nHere are today's key metrics 📈: \n\n`,
    '\n\n*❗️ Top Deployments with Most Failed Requests:*\n\n',
    ...listed(failed.map(({ deployment, failures }) => line(deployment, `Failed Requests: \`${failures}\``, '\n'))),
    '\n\n*😅 Top Slowest Deployments:*\n\n',
    ...listed(slow.map(({ deployment, seconds_per_token: s }) => line(deployment, speed(s), '\n\n'))),
    `\n\nNext Run is at: \`${(to.getTime() + periodMs) / 1_000}\`s`,
  ]
  return {
    id: `daily report ${to.toISOString()}`,
    type: 'daily_reports',
    level: 'Low',
    message: lines.join(''),
    at: new Date(),
    periodMs: 2 * periodMs,
  }
}

function top<T>(rows: readonly T[], of: (row: T) => number): readonly T[] {
  return rows
    .filter((row) => of(row) > 0)
    .sort((one, other) => of(other) - of(one))
    .slice(0, TOP)
}

function speed(seconds: number | null): string {
  return `Latency per output token: \`${(seconds ?? 0).toFixed(3)}s/token\``
}

function line(deployment: Deployment, what: string, end: string): string {
  const { model, litellmModel = model } = deployment
  return `Deployment: \`${litellmModel}\`, ${what},  API Base: \`${apiBaseOf(deployment)}\`${end}`
}

function listed(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['\tNone\n'] : lines.map((text, index) => `\t${index + 1}. ${text}`)
}
