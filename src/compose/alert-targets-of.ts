import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError } from '../errors.ts'
import type { Alert } from '../signals/alerts/alert.ts'
import { webhookBody } from '../signals/alerts/alert.ts'
import type { AlertClaims } from '../signals/alerts/alert-claims.ts'
import { alertSink, type KeptAlert, type SendAlert } from '../signals/alerts/alert-sink.ts'
import { ALERT_TYPES, type AlertType, type Channel } from '../signals/alerts/alert-types.ts'
import type { AlertTarget } from '../signals/alerts/alerts.ts'
import { msTeams, postJson, slack } from '../signals/alerts/channels/chat.ts'
import { mailSettingsOf, NEEDED_MAIL_VARIABLES, smtp } from '../signals/alerts/channels/smtp.ts'
import type { DeliverySink } from '../signals/outbox/delivery.ts'
import type { Outbox } from '../signals/outbox/outbox.ts'

interface TargetParts {
  readonly claims: AlertClaims
  /** Those that are told. */
  readonly types: ReadonlySet<AlertType>
  openOutbox(name: string, sink: DeliverySink): Outbox
}

interface Target {
  readonly name: string
  readonly send: SendAlert
  readonly partsOf?: (alert: KeptAlert) => readonly string[]
  hears(alert: Alert): boolean
}

/** The addresses that alerts are sent to. A channel whose variables are missing is warned of, and is told nothing. */
export function alertTargetsOf(config: ResolvedOptions, { claims, types, openOutbox }: TargetParts) {
  // All of them first: what is wrong with one must leave nothing open.
  const targets = channelsOf(config).flatMap((channel) =>
    TARGETS[channel](config, types).map((target) => ({ channel, ...target })),
  )
  return targets.map(({ channel, name, send, partsOf, hears }): AlertTarget => {
    const outbox = openOutbox(name, alertSink({ name, claims, send, partsOf }))
    return { channel, hears, outbox }
  })
}

/** LiteLLM writes to a team's `soft_budget_alerting_emails` where mail can be sent. */
function channelsOf({ settings: { general }, env }: ResolvedOptions): readonly Channel[] {
  const named = (general.alerting ?? []).filter((name): name is Channel => Object.hasOwn(TARGETS, name))
  const canMail = NEEDED_MAIL_VARIABLES.every((name) => env[name])
  return [...new Set([...named, ...(canMail ? (['email'] as const) : [])])]
}

const TARGETS: Readonly<
  Record<Channel, (config: ResolvedOptions, types: ReadonlySet<AlertType>) => readonly Target[]>
> = {
  slack(config, types) {
    const { SLACK_WEBHOOK_URL, ALERTING_WEBHOOK_URL } = config.env
    const name = SLACK_WEBHOOK_URL ? 'SLACK_WEBHOOK_URL' : 'ALERTING_WEBHOOK_URL'
    const usual = urlOf(name, SLACK_WEBHOOK_URL || ALERTING_WEBHOOK_URL)
    const ownUrls = ownUrlsOf(config)
    const homeless = [...types].filter((type) => !ownUrls.has(type))
    if (!usual && homeless.length > 0) warnOfMissing('slack', ['SLACK_WEBHOOK_URL'], ownUrls.size > 0 ? homeless : [])
    const typesByUrl = new Map<string, { readonly name: string; readonly types: AlertType[] }>()
    if (usual) typesByUrl.set(usual, { name: 'alerts-slack', types: homeless })
    for (const [type, urls] of ownUrls) {
      for (const [index, url] of urls.entries()) {
        const suffix = index === 0 ? '' : `-${index + 1}`
        const known = typesByUrl.get(url) ?? { name: `alerts-slack-${type}${suffix}`, types: [] }
        known.types.push(type)
        typesByUrl.set(url, known)
      }
    }
    return [...typesByUrl].map(([url, { name, types }]) => ({
      name,
      send: slack(url, config.env.PROXY_BASE_URL),
      hears: ({ type }) => types.includes(type),
    }))
  },

  ms_teams({ env }) {
    const url = urlOf('MS_TEAMS_WEBHOOK_URL', env.MS_TEAMS_WEBHOOK_URL)
    if (!url) return warnOfMissing('ms_teams', ['MS_TEAMS_WEBHOOK_URL'])
    return [{ name: 'alerts-ms-teams', send: msTeams(url, env.PROXY_BASE_URL), hears: () => true }]
  },

  /** LiteLLM has bodies for events of budgets alone. */
  webhook({ env }) {
    const url = urlOf('WEBHOOK_URL', env.WEBHOOK_URL)
    if (!url) return warnOfMissing('webhook', ['WEBHOOK_URL'])
    const send: SendAlert = ({ event }, key, signal) => postJson(url, event && webhookBody(event), key, signal)
    return [{ name: 'alerts-webhook', send, hears: ({ event }) => event !== undefined }]
  },

  email({ env, settings: { general } }) {
    const missing = NEEDED_MAIL_VARIABLES.filter((name) => !env[name])
    if (missing.length > 0) return warnOfMissing('email', missing)
    const all = general.alerting?.includes('email') === true
    const mail = smtp(mailSettingsOf(env))
    if (all) mail.check().catch((error: Error) => process.emitWarning(error.message, 'ConfigWarning'))
    const hears = ({ emails = [], event }: Alert) => emails.length > 0 && (all || event?.alert_emails !== undefined)
    return [{ name: 'alerts-email', send: mail.send, partsOf: ({ emails = [] }) => emails, hears }]
  },
}

/** `alert_to_webhook_url`. */
function ownUrlsOf({ settings: { general } }: ResolvedOptions): ReadonlyMap<AlertType, readonly string[]> {
  const entries = Object.entries(general.alertToWebhookUrl ?? {}).filter(([type]) => Object.hasOwn(ALERT_TYPES, type))
  return new Map(
    entries.map(([type, urls]) => [
      type as AlertType,
      [urls].flat().map((url) => urlOf(`general_settings.alert_to_webhook_url.${type}`, url)!),
    ]),
  )
}

/** The address of a webhook is a secret: it is not shown. */
function urlOf(name: string, text: string | undefined): string | undefined {
  if (!text) return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new ConfigError(`${name} must be a URL, for example https://hooks.example.com/in.`)
}

function warnOfMissing(channel: Channel, missing: readonly string[], types: readonly string[] = []): readonly [] {
  const which = types.length > 0 ? `Alerts of ${types.join(', ')} are` : 'Alerts are'
  process.emitWarning(
    `${which} not told to ${channel}: ${missing.join(', ')} is missing in the environment.`,
    'ConfigWarning',
  )
  return []
}
