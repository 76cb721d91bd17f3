import type { GatewayEventMap, GatewayEvents } from '../../events.ts'
import type { EndedCall } from '../../types.ts'
import type { Logger } from './logger.ts'

/** Models that were told to have no price. */
const MAX_MODELS = 1_000
const MAX_NAME = 100
const MAX_WORDS = 600
/** Most names: nothing in them has to be replaced. */
const PLAIN = /^[!-~]*$/

export interface LogCallsOptions {
  /** A line at `info` for each call that is answered. Without it only calls that fail have one. */
  readonly accessLog: boolean
}

type FailedTry = GatewayEventMap['call:try-failed'][0]

/**
 * One line for each call when it ends: at `info`, or at `warn` when it has failed; and before that one at `warn` for each
 * failed try that another try follows. Names that clients send are cut, and cannot begin a line of their own.
 */
export function logCalls(events: GatewayEvents, logger: Logger, { accessLog }: LogCallsOptions): void {
  events.on('call:try-failed', (failed) => {
    // The last try is told by the end of its call.
    if (failed.next) logger.warn(tryFields(failed), tryText(failed, failed.next))
  })
  events.on('call:end', (ended) => {
    if (ended.outcome.error) logger.warn(callFields(ended), failedText(ended))
    else if (accessLog && logger.isLevelEnabled?.('info') !== false) logger.info(callFields(ended), answeredText(ended))
  })
  logUnpricedCalls(events, logger)
}

function tryFields({ next, ...failed }: FailedTry): object {
  return { event: 'try', ...failed, nextDeploymentId: next?.deploymentId, nextModelGroup: next?.modelGroup }
}

function tryText(
  failed: FailedTry,
  { deploymentId, model, host, modelGroup, afterMs }: NonNullable<FailedTry['next']>,
) {
  const { callId, status, class: name, message } = failed
  const wait = afterMs > 0 ? ` in ${Math.round(afterMs)} ms` : ''
  const group = modelGroup === failed.modelGroup ? '' : ` of ${shown(modelGroup)}`
  const words = message === undefined ? '' : `, ${shown(message, MAX_WORDS)}`
  return (
    `Call ${callId}: a try has failed: ${status} ${name}, ${placeText(failed.modelGroup, deploymentOf(failed))}${words}; ` +
    `next${wait}: deployment ${shown(deploymentId)}${group} (${shown(model)}), host ${shown(host)}`
  )
}

function deploymentOf({ deploymentId: id, model, host }: FailedTry) {
  return { id, model, host }
}

/** What machines read of a call. The key is named by its hash and its alias. */
function callFields({ callId, path, modelGroup, deployment, key, outcome, cost, ...rest }: EndedCall): object {
  const { usage, startedAt, firstByteAt, endedAt, statusCode: status, aborted, error } = outcome
  return {
    event: 'call',
    callId,
    path,
    status,
    durationMs: endedAt.getTime() - startedAt.getTime(),
    firstByteMs: firstByteAt && firstByteAt.getTime() - startedAt.getTime(),
    modelGroup,
    deploymentId: deployment?.id,
    model: deployment?.model,
    provider: deployment?.provider,
    host: deployment?.host,
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    cost,
    key: key?.hashedToken,
    keyAlias: key?.alias,
    userId: key?.userId,
    teamId: key?.teamId,
    ...rest,
    ...(aborted && { aborted }),
    ...(error && { class: error.class, error: error.message }),
  }
}

function answeredText(ended: EndedCall): string {
  const { callId, path = '', modelGroup, deployment, key, outcome, cost, retries = 0, fallbacks = 0 } = ended
  const { usage, startedAt, endedAt, statusCode } = outcome
  const failed = retries + fallbacks
  const facts = [
    `${endedAt.getTime() - startedAt.getTime()} ms`,
    ...(modelGroup ? [placeText(modelGroup, deployment)] : []),
    ...(usage ? [`tokens ${usage.promptTokens ?? 0}+${usage.completionTokens ?? 0}`] : []),
    ...(cost === undefined ? [] : [`$${cost}`]),
    ...(key ? [`key ${shown(key.alias ?? key.hashedToken.slice(0, 12))}`] : []),
    ...(failed > 0 ? [`after ${failed} failed ${failed === 1 ? 'try' : 'tries'}`] : []),
  ]
  return `Call ${callId}: ${statusCode} ${shown(path)}, ${facts.join(', ')}`
}

function failedText({ callId, modelGroup, deployment, outcome: { error, startedAt, endedAt } }: EndedCall): string {
  const { code = '', class: name = '', message = '' } = error ?? {}
  const place = placeText(modelGroup, deployment)
  const facts = [...(place ? [place] : []), `${endedAt.getTime() - startedAt.getTime()} ms`, shown(message, MAX_WORDS)]
  return `Call ${callId} failed: ${code} ${name}, ${facts.join(', ')}`
}

function placeText(modelGroup: string | undefined, deployment?: { id: string; model: string; host: string }): string {
  return [
    ...(modelGroup ? [`model ${shown(modelGroup)}`] : []),
    ...(deployment ? [`deployment ${shown(deployment.id || '(none)')} (${shown(deployment.model)})`] : []),
    ...(deployment?.host ? [`host ${shown(deployment.host)}`] : []),
  ].join(', ')
}

/** Each model once: that its calls cost nothing is a mistake of the configuration. */
function logUnpricedCalls(events: GatewayEvents, logger: Logger): void {
  const told = new Set<string>()
  events.on('call:unpriced', ({ callId, model, provider }) => {
    const name = `${provider}/${model}`
    if (told.has(name)) return
    if (told.size >= MAX_MODELS) told.clear()
    told.add(name)
    logger.warn(
      { event: 'call:unpriced', callId, model, provider },
      `The price of ${shown(name)} is not known: its calls cost nothing and use up no budget, first call ${callId}`,
    )
  })
}

/** A name as it may stand in a line. */
export function shown(name: string, max = MAX_NAME): string {
  if (PLAIN.test(name) && name.length <= max) return name
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return line.length > max ? `${line.slice(0, max).toWellFormed()}…` : line
}
