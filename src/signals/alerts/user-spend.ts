import type { Alert } from './alert.ts'
import type { UserDays, UserSpendRow } from './sql/report-users.ts'

/** `alerting_args` about users, US dollars. */
export interface UserSpendSettings {
  /** `daily_spend_per_user_threshold`. Absent: none. */
  readonly daily?: number
  /** `monthly_spend_per_user_threshold`. Absent: none. */
  readonly monthly?: number
  /** `spend_anomaly_multiplier`: today's spend is unusual above so many averages. */
  readonly multiplier: number
  /** `spend_anomaly_baseline_days`: the days before today that the average is of. */
  readonly baselineDays: number
  /** `spend_anomaly_min_spend`: less is never unusual. */
  readonly minSpend: number
}

const DAY_MS = 24 * 3_600_000

export function userDaysOf({ baselineDays }: UserSpendSettings, now: Date): UserDays {
  const today = now.toISOString().slice(0, 10)
  const baselineStart = new Date(now.getTime() - baselineDays * DAY_MS).toISOString().slice(0, 10)
  return { today, monthStart: `${today.slice(0, 8)}01`, baselineStart }
}

/** What is to be told of a user now, in LiteLLM's words. Each once in its day or month. */
export function userSpendAlerts(row: UserSpendRow, settings: UserSpendSettings, days: UserDays): readonly Alert[] {
  const { user_id: user, today, month, baseline } = row
  const { daily, monthly, multiplier, baselineDays, minSpend } = settings
  const average = baseline / baselineDays
  const isUnusual = today >= minSpend && (baseline <= 0 || today > multiplier * average)
  return [
    ...(daily !== undefined && today >= daily
      ? [alertOf('daily', days.today, 'User Daily Spend Threshold Crossed', spends('Today', today, 'Daily', daily))]
      : []),
    ...(monthly !== undefined && month >= monthly
      ? [
          alertOf(
            'monthly',
            days.today.slice(0, 7),
            'User Monthly Spend Threshold Crossed',
            spends('This Month', month, 'Monthly', monthly),
          ),
        ]
      : []),
    ...(isUnusual
      ? [
          alertOf('anomaly', days.today, 'User Spend Anomaly Detected', [
            `Spend Today: \`${money(today)}\``,
            `Daily Average (last ${baselineDays} days): \`${money(average)}\``,
            `Trigger: spend above \`${multiplier}x\` the daily average (minimum \`${money(minSpend)}\`)`,
          ]),
        ]
      : []),
  ]

  function alertOf(
    kind: 'daily' | 'monthly' | 'anomaly',
    period: string,
    title: string,
    lines: readonly string[],
  ): Alert {
    return {
      id: `user spend ${kind} ${user} ${period}`,
      type: kind === 'anomaly' ? 'user_spend_anomalies' : 'user_spend_thresholds',
      level: 'High',
      message: [`${title}:`, `User: \`${user}\``, ...lines].join('\n'),
      at: new Date(),
      periodMs: (kind === 'monthly' ? 32 : 1) * DAY_MS,
    }
  }
}

function spends(period: string, spend: number, threshold: string, limit: number): readonly string[] {
  return [`Spend ${period}: \`${money(spend)}\``, `${threshold} Threshold: \`${money(limit)}\``]
}

function money(dollars: number): string {
  return `$${dollars.toFixed(2)}`
}
