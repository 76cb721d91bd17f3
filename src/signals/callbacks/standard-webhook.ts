import { createHmac } from 'node:crypto'
import { ConfigError } from '../../errors.ts'
import type { Delivery } from '../outbox/delivery.ts'
import { addressOf, type Callback } from './callback.ts'
import { post } from './post.ts'

const PREFIX = 'whsec_'

/**
 * One POST for each call, signed as https://www.standardwebhooks.com says: `webhook-id` is the id of the call, by which
 * whoever hears of it twice knows.
 */
export const standardWebhook: Callback = {
  what: 'One signed POST for each call, as Standard Webhooks has it',
  variables: ['STANDARD_WEBHOOK_URL', 'STANDARD_WEBHOOK_SECRET'],
  needed: 2,
  tellsChanges: true,
  open(env) {
    const url = addressOf(env.STANDARD_WEBHOOK_URL!)
    const key = keyOf(env.STANDARD_WEBHOOK_SECRET!)
    return {
      // Each call is told alone: a batch that fails half-way would be told again from its beginning.
      batchSize: 1,
      flushIntervalMs: 0,
      async deliver(batch, signal) {
        for (const delivery of batch) await post({ url, ...signed(delivery, key, new Date()), signal })
      },
    }
  },
}

function signed({ id, status, payload }: Delivery, key: Buffer, now: Date) {
  const timestamp = String(Math.floor(now.getTime() / 1_000))
  const body = JSON.stringify({
    type: payload.table_name ? `audit.${payload.action}` : `call.${status}`,
    timestamp: now.toISOString(),
    data: payload,
  })
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
  return { body, headers }
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64')
  if (key.length < 16) throw new ConfigError('STANDARD_WEBHOOK_SECRET must be whsec_ and at least 16 bytes in base64.')
  return key
}
