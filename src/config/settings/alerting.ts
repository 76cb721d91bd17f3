import * as z from 'zod'
import { readable } from '../schema-kinds.ts'
import { byName, count, members, names, seconds } from './kinds.ts'

const AMOUNT_RULE = 'must be a number of US dollars above 0'
const dollarsAbove0 = () => z.number({ error: AMOUNT_RULE }).gt(0, { error: AMOUNT_RULE })

const FACTOR_RULE = 'must be a number above 0'

/** `alerting_args` as far as they are acted on. */
export const alertingArgsShape = {
  daily_report_frequency: seconds().optional(),
  report_check_interval: seconds().optional(),
  budget_alert_ttl: seconds().optional(),
  outage_alert_ttl: seconds().optional(),
  minor_outage_alert_threshold: count(1).optional(),
  major_outage_alert_threshold: count(1).optional(),
  daily_spend_per_user_threshold: dollarsAbove0().optional(),
  monthly_spend_per_user_threshold: dollarsAbove0().optional(),
  spend_anomaly_multiplier: z.number({ error: FACTOR_RULE }).gt(0, { error: FACTOR_RULE }).optional(),
  spend_anomaly_baseline_days: count(1).optional(),
  spend_anomaly_min_spend: dollarsAbove0().optional(),
  user_spend_check_interval: seconds().optional(),
}

const DAYS_RULE = 'must be a number of days with its unit, for example 7d'
const days = () =>
  readable(z.string({ error: DAYS_RULE }), DAYS_RULE, (value) => {
    const [, count] = /^([1-9]\d{0,2})d$/i.exec(value) ?? []
    return count === undefined ? undefined : Number(count)
  }).meta({ type: 'days' })

const URLS_RULE = 'must be a URL, or a list of URLs'
const urls = z.union([z.string().min(1), z.array(z.string().min(1))], { error: URLS_RULE })

const EMAILS_RULE = 'must be a list of addresses, or a text with commas between them'
const emails = z.union([z.string(), z.array(z.string())], { error: EMAILS_RULE })

/** What of `general_settings` is about alerts. */
export const alertingShape = {
  alerting: names().describe('Where alerts are told: `slack`, `webhook`, `email`, `ms_teams`'),
  alert_types: names().describe('Kinds of alerts that are told, and no others'),
  alerting_threshold: seconds().describe('A call that takes longer is told as slow, or hanging. Default: 600'),
  alert_to_webhook_url: byName(urls).describe("Slack's webhook of a kind of alerts, instead of `SLACK_WEBHOOK_URL`"),
  alerting_args: members(alertingArgsShape).describe('Periods and thresholds of alerts and reports'),
  spend_report_frequency: days().describe('Time between two reports of what was spent. Default: 7d'),
}

/** In `litellm_settings`. */
export const keyAlertEmails = () =>
  byName(emails).describe('Who is written to at which percentage of the budget of any key: `{ "80": [a@example.com] }`')
