import { durationStart } from '../../admission/facts/budget-duration.ts'
import { pythonFloat } from '../../admission/facts/python-text.ts'
import { type Alert, type CallInfo, infoText, type WebhookEvent } from './alert.ts'
import type { BudgetState } from './budget-states.ts'

export interface BudgetAlertSettings {
  /** `alerting_args.budget_alert_ttl`: so long the same is not told again. */
  readonly periodMs: number
  /** The same for percentages by e-mail: `EMAIL_BUDGET_ALERT_TTL`. */
  readonly emailPeriodMs: number
}

/** Parts of a budget that are left, the least first, and what LiteLLM says of them. */
const LEFT: readonly { readonly part: number; readonly text: string }[] = [
  { part: 0.05, text: '5% or less of budget remaining' },
  { part: 0.15, text: '15% or less of budget remaining' },
]

/** LiteLLM projects from the first 24th of a window on, also when nothing was spent before. */
const LEAST_PART_OF_WINDOW = 1 / 24
const DAY_MS = 24 * 3_600_000

/**
 * What is to be told of a budget now. Of the lines that it is over only the last counts, and each line is an alert of its
 * own: LiteLLM tells 15 % and 5 % under one name, so the second is lost for a day. A budget that was reset or changed is
 * told again.
 */
export function budgetAlertsOf(state: BudgetState, now: Date, settings: BudgetAlertSettings): readonly Alert[] {
  return [...crossed(), ...softCrossed(), ...projected(), ...percentages()]

  function crossed(): readonly Alert[] {
    const { max, spend, label, emails } = state
    if (max === undefined) return []
    if (spend >= max) {
      const text = `${label}Budget Crossed\n Total Budget:\`${pythonFloat(max)}\``
      return [alertOf('crossed', text, { event: 'budget_crossed', emails })]
    }
    const line = LEFT.find(({ part }) => (max - spend) / max <= part)
    if (!line) return []
    return [alertOf(`left-${line.part * 100}`, label + line.text, { event: 'threshold_crossed', emails })]
  }

  function softCrossed(): readonly Alert[] {
    const { soft, spend, softEmails, softInfo, emails, info } = state
    if (!soft || spend < soft) return []
    const text = `Soft Budget Crossed: Total Soft Budget:\`${pythonFloat(soft)}\``
    // LiteLLM writes of a team to these addresses, and sends no mail where there are none.
    const alert_emails = info.event_group === 'team' && softEmails?.length ? softEmails : undefined
    const more = { ...softInfo, alert_emails }
    return [alertOf('soft', text, { event: 'soft_budget_crossed', emails: softEmails ?? emails, info: more })]
  }

  function projected(): readonly Alert[] {
    const { soft, spend, info, emails } = state
    if (info.event_group !== 'key' || !soft || spend >= soft) return []
    const end = projectionOf(state, soft, now)
    if (!end) return []
    const { token, key_alias, user_id } = info
    const date = end.exceededAt.toISOString().slice(0, 10)
    const about = {
      projected_exceeded_date: date,
      projected_spend: end.spend,
      max_budget: soft,
      soft_budget: undefined,
    }
    const text = 'Key Budget: Projected Limit Exceeded'
    const only = { ...nothing(info), token, key_alias, user_id, ...about }
    return [alertOf('projected', text, { event: 'projected_limit_exceeded', emails, info: only })]
  }

  function percentages(): readonly Alert[] {
    const { max, spend, emailsAt, onlyBefore, info } = state
    if (max === undefined || !emailsAt || (onlyBefore && spend >= max)) return []
    return [...emailsAt].flatMap(([percentage, emails]) => {
      if (spend <= 0 || spend < (max * percentage) / 100 || emails.length === 0) return []
      const text =
        info.event_group === 'team_member'
          ? `Team Member Budget Alert - ${percentage}% of Team Member Budget Reached`
          : `Max Budget Alert - ${percentage}% of Maximum Budget Reached`
      const alert = alertOf(`spent-${percentage}`, text, { event: 'max_budget_alert', emails })
      return [{ ...alert, periodMs: settings.emailPeriodMs, channels: ['email'] as const }]
    })
  }

  function alertOf(line: string, text: string, { event: name, emails, info: more }: AlertParts): Alert {
    const { owner, spend, max, soft, resetAt, info } = state
    const soft_budget = info.event_group === 'key' || line === 'soft' ? soft : undefined
    const budget = { spend, max_budget: max, soft_budget }
    const amount = line === 'soft' || line === 'projected' ? soft : max
    const event: WebhookEvent = { ...budget, ...info, ...more, event: name, event_message: text }
    const { event: _, event_message: __, ...shown } = event
    return {
      id: ['budget', owner, line, amount, resetAt?.toISOString() ?? '-'].join(' '),
      type: 'budget_alerts',
      level: 'High',
      message: `${text}\n\n${infoText(shown)}`,
      at: now,
      periodMs: settings.periodMs,
      event,
      emails,
    }
  }
}

interface AlertParts {
  readonly event: WebhookEvent['event']
  readonly emails: readonly string[]
  readonly info?: Partial<CallInfo>
}

function nothing(info: object): Partial<CallInfo> {
  return Object.fromEntries(Object.keys(info).map((name) => [name, name === 'event_group' ? 'key' : undefined]))
}

/**
 * What will be spent by the end of the window, or of the month where there is none, if calls go on as they did; and when
 * the soft budget will be reached. `undefined`: it will not.
 */
function projectionOf({ spend, resetAt, duration }: BudgetState, soft: number, now: Date) {
  const begin = duration && resetAt ? durationStart(duration, resetAt) : undefined
  const [start, end] = begin && resetAt ? [begin, resetAt] : monthOf(now)
  if (now < start || now >= end) return undefined
  const length = end.getTime() - start.getTime()
  const least = begin ? length * LEAST_PART_OF_WINDOW : DAY_MS
  const perMs = spend / Math.max(now.getTime() - start.getTime(), least)
  const projected = spend + perMs * (end.getTime() - now.getTime())
  if (projected <= soft) return undefined
  const exceededAt = new Date(Math.min(now.getTime() + (soft - spend) / perMs, end.getTime()))
  return { spend: projected, exceededAt }
}

function monthOf(now: Date): readonly [Date, Date] {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  return [new Date(Date.UTC(year, month, 1)), new Date(Date.UTC(year, month + 1, 1))]
}
