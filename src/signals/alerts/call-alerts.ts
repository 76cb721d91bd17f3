import type { GatewayEventMap, GatewayEvents } from '../../events.ts'
import type { Deployment, SpendEvent } from '../../types.ts'
import type { Alert } from './alert.ts'
import { OutageCounts, type OutageSettings, outageText } from './outages.ts'

export interface CallAlertsOptions {
  readonly events: GatewayEvents
  /** `alerting_threshold`: an answer that takes longer is slow. */
  readonly slowMs: number
  readonly outages: OutageSettings
  /** `alerting_args.budget_alert_ttl`: so long it is not told again that the same model is not tracked. */
  readonly trackingPeriodMs: number
  deployments(): readonly Deployment[]
  tell(alert: Alert): void
}

/** One alert for all failures of a kind, and all slow answers of a deployment, within this time. */
const CALLS_PERIOD_MS = 60_000
/** Events that wait to be looked at; beyond it the newest are not. */
const MAX_WAITING = 10_000

/**
 * Alerts on calls and deployments. A call is looked at after it has ended, in a turn of its own. What an upstream has
 * answered is never told: it may quote a prompt.
 */
export class CallAlerts {
  readonly #options: CallAlertsOptions
  readonly #outages: OutageCounts
  #waiting: SpendEvent[] = []

  constructor(options: CallAlertsOptions) {
    this.#options = options
    this.#outages = new OutageCounts(options.outages)
    const { own } = options.events
    own.on('spend:record', ({ event }) => this.#take(event))
    own.on('call:try-failed', (failure) => this.#countFailure(failure))
    own.on('deployment:cool', (cooled) => this.#cooled(cooled))
    own.on('call:unpriced', ({ model, provider }) => this.#unpriced(model, provider))
  }

  #take(event: SpendEvent): void {
    const { status, startedAt, endedAt } = event.outcome
    const isSlow = endedAt.getTime() - startedAt.getTime() > this.#options.slowMs
    if (status === 'success' ? !isSlow : !isProviderFailure(event)) return
    if (this.#waiting.length === 0) setImmediate(() => this.#lookAtAll())
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(event)
  }

  #lookAtAll(): void {
    for (const event of this.#waiting.splice(0)) {
      this.#options.tell(
        event.outcome.status === 'success' ? slowAlert(event, this.#options.slowMs) : failureAlert(event),
      )
    }
  }

  #countFailure({ deploymentId, status }: GatewayEventMap['call:try-failed'][0]): void {
    const { outages, tell } = this.#options
    const now = new Date()
    const outage = this.#outages.add(deploymentId, status, now)
    const deployment = outage && this.#find(deploymentId)
    if (!deployment) return
    tell({
      id: `outage ${outage.size} ${deploymentId}`,
      type: 'outage_alerts',
      level: outage.size === 'Major' ? 'High' : 'Medium',
      message: outageText(outage, deployment, apiBaseOf(deployment), now),
      at: now,
      periodMs: outages.windowMs,
    })
  }

  #cooled({ deploymentId, modelGroup, ms, class: name, status }: GatewayEventMap['deployment:cool'][0]): void {
    const deployment = this.#find(deploymentId)
    const facts = deployment ? deploymentText(deployment) : `\nDeployment: \`${deploymentId}\``
    this.#options.tell({
      id: `cooldown ${deploymentId}`,
      type: 'cooldown_deployment',
      level: 'Low',
      message: `Deployment cooled down for ${Math.round(ms / 1_000)}s after \`${name}\` (${status})\nModel Group: \`${modelGroup}\`${facts}`,
      at: new Date(),
      periodMs: Math.max(ms, CALLS_PERIOD_MS),
    })
  }

  #unpriced(model: string, provider: string): void {
    this.#options.tell({
      id: `unpriced ${provider} ${model}`,
      type: 'failed_tracking_spend',
      level: 'High',
      message: `Failed Tracking Cost for model=\`${model}\` of \`${provider}\`: no price is known, so its calls cost nothing`,
      at: new Date(),
      periodMs: this.#options.trackingPeriodMs,
    })
  }

  #find(id: string): Deployment | undefined {
    return this.#options.deployments().find((deployment) => deployment.id === id)
  }
}

/** The provider was asked and has failed. LiteLLM tells of no mistakes of clients either. */
function isProviderFailure({ deployment, outcome: { aborted, error, statusCode } }: SpendEvent): boolean {
  if (!deployment || aborted || !error || error.refusal) return false
  return statusCode >= 500 || ['401', '403', '408', '429'].includes(error.code)
}

function failureAlert({ call, deployment, key, outcome, route }: SpendEvent): Alert {
  const { class: name, code } = outcome.error!
  const tries = (route?.failures.length ?? 0) + 1
  return {
    id: `failure ${deployment!.id} ${name} ${code}`,
    type: 'llm_exceptions',
    level: 'High',
    message: `LLM API call failed: \`litellm.${name}: ${code}\`, tries: ${tries}${aboutCall(call.modelGroup, key, deployment)}`,
    at: outcome.endedAt,
    periodMs: CALLS_PERIOD_MS,
  }
}

function slowAlert({ call, deployment, key, outcome }: SpendEvent, slowMs: number): Alert {
  const seconds = (outcome.endedAt.getTime() - outcome.startedAt.getTime()) / 1_000
  const text = `\`Responses are slow - ${seconds.toFixed(2)}s response time > Alerting threshold: ${slowMs / 1_000}s\``
  return {
    id: `slow ${deployment?.id ?? call.modelGroup}`,
    type: 'llm_too_slow',
    level: 'Low',
    message: text + aboutCall(call.modelGroup, key, deployment),
    at: outcome.endedAt,
    periodMs: CALLS_PERIOD_MS,
  }
}

function aboutCall(modelGroup: string, key: SpendEvent['key'], deployment: Deployment | undefined): string {
  const names =
    key?.alias === undefined ? '' : `\nKey Name: \`${key.alias}\`\nTeam: \`${key.owners.teamAlias ?? 'None'}\``
  return `${names}\nRequest Model: \`${modelGroup}\`${deployment ? deploymentText(deployment) : ''}`
}

function deploymentText(deployment: Deployment): string {
  const { model, litellmModel = model } = deployment
  return `\nModel: \`${litellmModel}\`\nAPI Base: \`${apiBaseOf(deployment)}\``
}

/** Without what may be a secret in an address: user, password and query. */
export function apiBaseOf({ baseUrl }: Deployment): string {
  if (!URL.canParse(baseUrl)) return 'None'
  const { origin, pathname } = new URL(baseUrl)
  return origin + pathname
}
