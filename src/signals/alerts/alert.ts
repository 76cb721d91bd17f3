import { pythonFloat } from '../../admission/facts/python-text.ts'
import type { AlertType, Channel } from './alert-types.ts'

/** Something to tell the operator. It holds no secret, no prompt and no answer. */
export interface Alert {
  /** What is told of what, and of which period of its: two alerts with one id are the same. */
  readonly id: string
  readonly type: AlertType
  readonly level: 'Low' | 'Medium' | 'High'
  /** In Slack's form of Markdown. */
  readonly message: string
  readonly at: Date
  /** So long the same is not told again, by any process. 0: only one process knows of it, and tells it once. */
  readonly periodMs: number
  /** LiteLLM's body for webhooks: only alerts that have one are told to webhooks. */
  readonly event?: WebhookEvent
  /** The addresses to write to. Absent: there are none. */
  readonly emails?: readonly string[]
  /** The channels that are for it. Absent: all. */
  readonly channels?: readonly Channel[]
}

/** What an alert is about, in LiteLLM's order of members; what is not known is `null`. */
export interface CallInfo {
  /** US dollars. */
  readonly spend: number
  readonly max_budget?: number | null
  readonly soft_budget?: number | null
  /** The hashed token of a key. */
  readonly token?: string | null
  /** The end user. */
  readonly customer_id?: string | null
  readonly user_id?: string | null
  readonly team_id?: string | null
  readonly team_alias?: string | null
  readonly organization_id?: string | null
  readonly user_email?: string | null
  readonly key_alias?: string | null
  readonly projected_exceeded_date?: string | null
  readonly projected_spend?: number | null
  readonly event_group: EventGroup
  readonly alert_emails?: readonly string[] | null
  readonly max_budget_alert_emails?: Readonly<Record<string, readonly string[]>> | null
}

export type EventGroup = 'key' | 'user' | 'end_user' | 'team' | 'team_member' | 'organization' | 'project' | 'proxy'

export interface WebhookEvent extends CallInfo {
  readonly event:
    | 'budget_crossed'
    | 'threshold_crossed'
    | 'soft_budget_crossed'
    | 'projected_limit_exceeded'
    | 'max_budget_alert'
    | 'spend_tracked'
  readonly event_message: string
}

const MEMBERS = [
  ...(['spend', 'max_budget', 'soft_budget', 'token', 'customer_id', 'user_id', 'team_id', 'team_alias'] as const),
  ...(['organization_id', 'user_email', 'key_alias', 'projected_exceeded_date', 'projected_spend'] as const),
  ...(['event_group', 'alert_emails', 'max_budget_alert_emails', 'event', 'event_message'] as const),
]

/** The body of a webhook: all members, in LiteLLM's order. */
export function webhookBody(event: WebhookEvent): Readonly<Record<string, unknown>> {
  return Object.fromEntries(MEMBERS.map((name) => [name, event[name] ?? null]))
}

/** What is known, a line each, as LiteLLM writes it below a budget alert. The key's hash is left out. */
export function infoText(info: CallInfo): string {
  const lines = MEMBERS.filter((name) => name !== 'token').flatMap((name) => {
    const value = (info as Partial<WebhookEvent>)[name]
    return value === undefined || value === null ? [] : [`*${name}:* \`${shown(value)}\`\n`]
  })
  return lines.join('')
}

function shown(value: unknown): string {
  if (typeof value === 'number') return pythonFloat(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
