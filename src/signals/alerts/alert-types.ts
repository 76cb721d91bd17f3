/** One kind of alert: LiteLLM's name, whether it is told where `alert_types` says nothing, and the documentation's sentence. */
interface AlertTypeFacts {
  readonly byDefault: boolean
  readonly what: string
}

/** The kinds of alerts, by LiteLLM's names. */
export const ALERT_TYPES = {
  budget_alerts: {
    byDefault: true,
    what: 'A budget has 15 %, 5 % or nothing left, a soft budget is reached, or a key is projected to exceed it',
  },
  llm_exceptions: { byDefault: true, what: 'A call has failed at its provider, after all retries and fallbacks' },
  llm_too_slow: { byDefault: true, what: 'A call was answered after more than `alerting_threshold`' },
  llm_requests_hanging: { byDefault: true, what: 'A call is under way for longer than `alerting_threshold`' },
  outage_alerts: { byDefault: true, what: 'A deployment has failed 5 times (minor) or 10 times (major) in a minute' },
  cooldown_deployment: { byDefault: true, what: 'A deployment is not used for a while, because it has failed' },
  failed_tracking_spend: { byDefault: true, what: 'A call has no price, or its row could not be written' },
  db_exceptions: { byDefault: true, what: 'The database does not answer' },
  daily_reports: { byDefault: true, what: 'The deployments that have failed most, and the slowest' },
  spend_reports: { byDefault: true, what: 'What teams and tags have spent, each `spend_report_frequency` and month' },
  user_spend_thresholds: {
    byDefault: true,
    what: 'A user has spent as much in a day or a month as `alerting_args` says',
  },
  user_spend_anomalies: { byDefault: false, what: 'A user has spent much more today than on the days before' },
  new_virtual_key_created: { byDefault: false, what: 'A key was created' },
  virtual_key_updated: { byDefault: false, what: 'A key was changed, blocked or rotated' },
  virtual_key_deleted: { byDefault: false, what: 'A key was deleted' },
  new_team_created: { byDefault: false, what: 'A team was created' },
  team_updated: { byDefault: false, what: 'A team was changed or blocked' },
  team_deleted: { byDefault: false, what: 'A team was deleted' },
  new_internal_user_created: { byDefault: false, what: 'A user was created' },
  internal_user_updated: { byDefault: false, what: 'A user was changed' },
  internal_user_deleted: { byDefault: false, what: 'A user was deleted' },
} as const satisfies Readonly<Record<string, AlertTypeFacts>>

export type AlertType = keyof typeof ALERT_TYPES

/** LiteLLM's kinds of alerts that are not there, and why. A configuration that names one is told so at the start. */
export const ABSENT_ALERT_TYPES: Readonly<Record<string, string>> = {
  new_model_added: 'Models are seen in the log of changes',
  model_deprecation_warnings: 'The price map is not asked for dates of deprecation',
  region_outage_alerts: 'Regions of deployments are not known; `outage_alerts` tells of each deployment',
  fallback_reports: 'LiteLLM asks a Prometheus server for it; the Grafana dashboard shows fallbacks',
  mcp_tool_description_blocked: 'There is no MCP gateway',
  mcp_pinned_tools_changed: 'There is no MCP gateway',
}

export const DEFAULT_ALERT_TYPES: readonly AlertType[] = (Object.keys(ALERT_TYPES) as AlertType[]).filter(
  (type) => ALERT_TYPES[type].byDefault,
)

/** Where alerts can be told, as `general_settings.alerting` names it. */
export const CHANNELS = ['slack', 'webhook', 'email', 'ms_teams'] as const

export type Channel = (typeof CHANNELS)[number]
