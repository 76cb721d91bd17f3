import { post } from '../../callbacks/post.ts'
import type { KeptAlert, SendAlert } from '../alert-sink.ts'
import type { AlertType } from '../alert-types.ts'

/** LiteLLM writes neither level nor time above its reports. */
const PLAIN: ReadonlySet<AlertType> = new Set(['daily_reports'])

/** The text of an alert as LiteLLM writes it. */
export function alertText({ type, level, message, at }: KeptAlert, proxyUrl: string | undefined): string {
  const head = `Alert type: \`${type}\``
  const time = at.slice(11, 19)
  const text = PLAIN.has(type)
    ? head + message
    : `${head}\nLevel: \`${level}\`\nTimestamp: \`${time}\`\n\nMessage: ${message}`
  return proxyUrl === undefined ? text : `${text}\n\nProxy URL: \`${proxyUrl}\``
}

/** Slack's incoming webhooks. */
export function slack(url: string, proxyUrl: string | undefined): SendAlert {
  return (alert, key, signal) => postJson(url, { text: alertText(alert, proxyUrl) }, key, signal)
}

/** An adaptive card, as webhooks of Microsoft Teams take it. */
export function msTeams(url: string, proxyUrl: string | undefined): SendAlert {
  return (alert, key, signal) => {
    const body = [{ type: 'TextBlock', text: alertText(alert, proxyUrl), wrap: true }]
    const content = { type: 'AdaptiveCard', version: '1.4', body }
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content }]
    return postJson(url, { type: 'message', attachments }, key, signal)
  }
}

/** `key` is the same whenever the same alert is sent again. */
export function postJson(url: string, body: unknown, key: string, signal: AbortSignal): Promise<string> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  return post({ url, headers, body: JSON.stringify(body), signal })
}
