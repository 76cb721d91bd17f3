import type { GatewayEventMap } from '../../events.ts'
import type { Gateway } from '../../gateway.ts'
import type { OutcomeError } from '../../types.ts'

/** Calls whose tries are remembered until they end. */
const MAX_CALLS = 10_000
/** Models that were told to have no price. */
const MAX_MODELS = 1_000
const MAX_NAME = 100

type EndedCall = GatewayEventMap['call:end'][0]

/**
 * Says of each call that fails, in one line, which one it is, who was asked and what the upstream said; of one that was
 * answered after all, which tries had failed. Names that clients send are cut, and cannot begin a line of their own.
 */
export function reportCalls({ events }: Pick<Gateway, 'events'>, warn: (line: string) => void): void {
  const tries = new Map<string, string[]>()
  const unpriced = new Set<string>()

  events.on('call:try-failed', ({ callId, deploymentId, status, class: name }) => {
    const [oldest] = tries.keys()
    if (oldest !== undefined && tries.size >= MAX_CALLS && !tries.has(callId)) tries.delete(oldest)
    const failed = tries.get(callId) ?? []
    tries.set(callId, [...failed, `${shown(deploymentId)} ${status} ${name}`])
  })
  events.on('call:end', (ended) => {
    const failed = tries.get(ended.callId) ?? []
    tries.delete(ended.callId)
    const { error } = ended.outcome
    const line = error ? failedCall(ended, error, failed) : answeredCall(ended, failed)
    if (line !== undefined) warn(line)
  })
  events.on('deployment:cool', ({ deploymentId, modelGroup, ms, class: name, status }) => {
    warn(
      `Deployment ${shown(deploymentId)} of ${shown(modelGroup)} is left alone for ${Math.ceil(ms / 1000)} s, after ${status} ${name}`,
    )
  })
  events.on('deployment:lacks', ({ deploymentId, modelGroup, shape, ms }) => {
    warn(
      `Deployment ${shown(deploymentId)} of ${shown(modelGroup)} does not speak ${shape}, its upstream has answered 404 to the route: ` +
        `such calls are not sent to it for ${Math.ceil(ms / 1000)} s, other calls are`,
    )
  })
  events.on('call:unpriced', ({ callId, model, provider }) => {
    const name = `${provider}/${model}`
    if (unpriced.has(name)) return
    if (unpriced.size >= MAX_MODELS) unpriced.clear()
    unpriced.add(name)
    warn(`The price of ${shown(name)} is not known: its calls cost nothing and use up no budget, first call ${callId}`)
  })
}

function failedCall(
  { callId, modelGroup, deployment }: EndedCall,
  { code, class: name, message }: OutcomeError,
  failed: readonly string[],
): string {
  const facts = [
    ...(modelGroup ? [`model ${shown(modelGroup)}`] : []),
    ...(deployment ? [`deployment ${shown(deployment.id || '(none)')} (${shown(deployment.model)})`] : []),
    ...(deployment?.host ? [`host ${shown(deployment.host)}`] : []),
    // The last one is the call's own end.
    ...(failed.length > 1 ? [`after ${failed.slice(0, -1).join('; ')}`] : []),
  ]
  return `Call ${callId} failed: ${code} ${name}, ${[...facts, shown(message, 600)].join(', ')}`
}

function answeredCall({ callId, modelGroup = '' }: EndedCall, failed: readonly string[]): string | undefined {
  return failed.length > 0
    ? `Call ${callId} of ${shown(modelGroup)} was answered after ${failed.join('; ')}`
    : undefined
}

function shown(name: string, max = MAX_NAME): string {
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return line.length > max ? `${line.slice(0, max).toWellFormed()}…` : line
}

/** Says which models have no price, once each. Attached before the gateway is ready: most are told at the start. */
export function reportUnpricedModels({ events }: Pick<Gateway, 'events'>, warn: (line: string) => void): void {
  events.on('model:unpriced', ({ modelGroup, model, provider }) => {
    warn(
      `Model ${modelGroup} (${provider}/${model}) has no price: its calls cost nothing and pass every budget. ` +
        'Give it `input_cost_per_token` and `output_cost_per_token` (0 when it is free), or a `base_model`',
    )
  })
}
