import type { GatewayEvents } from '../../events.ts'
import type { Alert, WebhookEvent } from './alert.ts'

/** Tells webhooks what each call of an end user has cost, as LiteLLM does. Each call is told once, by its own process. */
export function watchCustomerSpend(events: GatewayEvents, tell: (alert: Alert) => void): void {
  events.own.on('spend:record', ({ event: { callId, call, key, cost, outcome } }) => {
    const { endUserId: customer_id } = call
    if (!customer_id || !key || cost === undefined || outcome.status !== 'success') return
    const event: WebhookEvent = {
      spend: cost,
      token: key.hashedToken,
      customer_id,
      key_alias: key.alias,
      event_group: 'end_user',
      event: 'spend_tracked',
      event_message: `Customer spend tracked. Customer=${customer_id}, spend=${cost}`,
    }
    tell({
      id: `spend_tracked ${callId}`,
      type: 'budget_alerts',
      level: 'Low',
      message: event.event_message,
      at: outcome.endedAt,
      periodMs: 0,
      event,
      channels: ['webhook'],
    })
  })
}
