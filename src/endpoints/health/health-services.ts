import type { ServerResponse } from 'node:http'
import { callerOf } from '../../admin/caller.ts'
import { checkAccess, refuseDict } from '../../admin/refuse.ts'
import { answerJson } from '../../call/answer/answer.ts'
import { getKey } from '../../call/request/context.ts'
import { targetPath } from '../../call/request/request-facts.ts'
import type { Gateway } from '../../gateway.ts'
import { type Middleware, thenNext } from '../../lib/http/middleware.ts'
import type { CallInfo } from '../../signals/alerts/alert.ts'
import type { Channel } from '../../signals/alerts/alert-types.ts'
import { type GatewayOption, gatewayOf } from '../default-gateway.ts'

type AlertsGateway = Pick<Gateway, 'alerts' | 'relay'> & Partial<Pick<Gateway, 'callbacks'>>

/** What can be tested, by LiteLLM's names, and its name in the answer. */
const SERVICES: Readonly<Record<string, { readonly channel: Channel; readonly name: string } | undefined>> = {
  slack: { channel: 'slack', name: 'Slack' },
  slack_budget_alerts: { channel: 'slack', name: 'Slack' },
  ms_teams: { channel: 'ms_teams', name: 'MS Teams' },
  webhook: { channel: 'webhook', name: 'Webhook' },
  email: { channel: 'email', name: 'Email' },
}

/**
 * `GET /health/services?service=slack`: sends a test alert, for administrators. It answers when the alert waits to be sent:
 * whether it arrives, the channel shows. `?service=langfuse`: tells the callback a made-up call, and waits for it; 503 when
 * it has not arrived. Mount it after `litellmAuth`.
 */
export function healthServicesEndpoint(options: GatewayOption<AlertsGateway>): Middleware {
  const gateway = gatewayOf<AlertsGateway>(options)

  return function litellmHealthServicesMiddleware(req, res, next) {
    thenNext(answer, (error) => error && next(error))

    async function answer(): Promise<void> {
      const { url = '/' } = req
      const refusal = checkAccess('admin', callerOf(getKey(req)), targetPath(url), false)
      if (refusal) throw refusal
      const service = new URL(url, 'http://localhost').searchParams.get('service') ?? ''
      const known = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined
      const callbacks = gateway.callbacks?.names() ?? []
      if (!known && callbacks.includes(service)) return await testCallback(service, res)
      if (!known)
        throw refuseDict(400, `Service must be one of ${[...Object.keys(SERVICES), ...callbacks].join(', ')}.`)
      const { channel, name } = known
      const { TEST_EMAIL_ADDRESS: email } = gateway.relay.env
      if (channel === 'email' && !email) throw refuseDict(422, 'TEST_EMAIL_ADDRESS not set. Unable to test this.')
      const { hashedToken: token, owners, alias } = getKey(req)
      const info: CallInfo = {
        spend: 1,
        max_budget: 0,
        token,
        user_id: owners.userId,
        key_alias: alias,
        event_group: 'key',
      }
      const sent = gateway.alerts?.test(channel, {
        message: `This is a test ${name} alert message`,
        event: { ...info, event: 'budget_crossed', event_message: 'User Budget: Budget Crossed\n Total Budget:`0.0`' },
        emails: email ? [email] : [],
      })
      if (!sent) throw refuseDict(422, `"${service}" not in proxy config: general_settings. Unable to test this.`)
      const types = channel === 'slack' ? { alert_types: gateway.alerts?.types } : {}
      answerJson(res, 200, {
        status: 'success',
        ...types,
        message: `Mock ${name} Alert sent, verify ${name} Alert Received`,
      })
    }
  }

  async function testCallback(name: string, res: ServerResponse): Promise<void> {
    const problem = await gateway.callbacks?.test(name)
    if (problem !== undefined) return answerJson(res, 503, { status: 'unhealthy', message: problem })
    answerJson(res, 200, { status: 'success', message: `Mock LLM request made - check ${name}.` })
  }
}
