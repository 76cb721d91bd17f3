import type { Delivery } from '../outbox/delivery.ts'
import { addressOf, type Callback, type Environment } from './callback.ts'
import { post } from './post.ts'

/** Datadog's log intake: one log for each call, its message the payload as text. */
export const datadog: Callback = {
  what: "Datadog's log intake: one log for each call",
  variables: [
    'DD_API_KEY',
    'DD_SITE',
    'DD_BASE_URL',
    'DD_SOURCE',
    'DD_SERVICE',
    'DD_ENV',
    'DD_VERSION',
    'HOSTNAME',
    'POD_NAME',
  ],
  needed: 2,
  instead: { DD_SITE: 'DD_BASE_URL' },
  open(env) {
    const base = addressOf(env.DD_BASE_URL || `https://http-intake.logs.${env.DD_SITE}`)
    const headers = { 'content-type': 'application/json', 'dd-api-key': env.DD_API_KEY! }
    return {
      // The intake takes so many logs, and so many bytes, at once.
      batchSize: 1_000,
      async deliver(batch, signal) {
        const body = JSON.stringify(batch.map((delivery) => logOf(delivery, env)))
        await post({ url: `${base}/api/v2/logs`, headers, body, signal })
      },
    }
  },
}

function logOf({ status, payload }: Delivery, env: Environment) {
  const service = env.DD_SERVICE || 'litellm-server'
  const tags = {
    env: env.DD_ENV || 'unknown',
    service,
    version: env.DD_VERSION || 'unknown',
    HOSTNAME: env.HOSTNAME || '',
    POD_NAME: env.POD_NAME || 'unknown',
  }
  const ofRequest = Array.isArray(payload.request_tags) ? payload.request_tags : []
  return {
    ddsource: env.DD_SOURCE || 'litellm',
    ddtags: [
      ...Object.entries(tags).map(([name, value]) => `${name}:${value}`),
      ...ofRequest.map((tag) => `request_tag:${tagValue(String(tag))}`),
    ].join(','),
    hostname: env.HOSTNAME || '',
    message: JSON.stringify(payload),
    service,
    status: status === 'failure' ? 'error' : 'info',
  }
}

function tagValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\-:./]/gu, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
}
