import type { TimeZone } from '../../admission/facts/time-zone.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, SpendEvent } from '../../types.ts'
import { chargedWindows } from './charged-windows.ts'
import { cleanCost, cleanDate, cleanId } from './clean.ts'
import {
  CALL_COLUMNS,
  DEPLOYMENT_COLUMNS,
  type DeploymentPart,
  type EndedCall,
  KEY_COLUMNS,
  type KeyPart,
} from './columns.ts'
import { type Field, fieldsText } from './fields.ts'
import type { TagOptions } from './request-tags.ts'
import { SpendRecord } from './spend-record.ts'
import type { StoredPromptOptions } from './stored-prompt.ts'

export interface RowOptions extends TagOptions {
  /** Keep what was asked and answered, cut to this. Absent: neither gets into a row, or anywhere else. */
  readonly prompts?: StoredPromptOptions
  /** By whose clock the days of budget windows begin. Default: UTC. */
  readonly timeZone?: TimeZone
}

const NO_KEY: KeyPart = { hashedToken: '', master: false, owners: {} }
const NOWHERE: DeploymentPart = { id: '', provider: '', baseUrl: '' }

const valuesOf = <From>(columns: Readonly<Record<string, { readonly of: (from: From) => Field }>>) =>
  Object.values(columns).map((column) => column.of)

const OF_KEY = valuesOf<KeyPart>(KEY_COLUMNS)
const OF_DEPLOYMENT = valuesOf<DeploymentPart>(DEPLOYMENT_COLUMNS)
const OF_CALL = valuesOf<EndedCall>(CALL_COLUMNS)

/** A refused call went to no address. */
const notAsked = memoizeByObject(({ id, provider }: DeploymentPart): DeploymentPart => ({ id, provider, baseUrl: '' }))

/** Whose completions of plain text LiteLLM books under a name of their own. */
const TEXT_PROVIDERS: Readonly<Record<string, string>> = { openai: 'text-completion-openai' }

const ofTexts = memoizeByObject(
  (deployment: DeploymentPart): DeploymentPart => ({ ...deployment, provider: TEXT_PROVIDERS[deployment.provider]! }),
)

function servedBy({ callType }: Call, deployment: DeploymentPart): DeploymentPart {
  return callType === 'atext_completion' && deployment.provider in TEXT_PROVIDERS ? ofTexts(deployment) : deployment
}

// What is the same for all calls of a key, or of a deployment, is made into text once.
const keyText = memoizeByObject((key: KeyPart) => fieldsText(OF_KEY.map((of) => of(key))))
const deploymentText = memoizeByObject((deployment: DeploymentPart) =>
  fieldsText(OF_DEPLOYMENT.map((of) => of(deployment))),
)

/** LiteLLM says of a stream whether it was a hit, and of a whole answer only that it was. */
function cachedText(deployment: DeploymentPart, { cache, call }: SpendEvent): string {
  const cacheHit = cache?.hit ? 'True' : call.stream ? 'False' : 'None'
  const part: DeploymentPart = { ...deployment, cacheHit, cacheKey: cache?.key ?? '' }
  return fieldsText(OF_DEPLOYMENT.map((of) => of(part)))
}

/** Everything a call leaves in the database, made once when it ends. Whatever the event holds, this does not throw. */
export function toSpendRecord(event: SpendEvent, options: RowOptions = {}): SpendRecord {
  const { key = NO_KEY, intended } = event
  const deployment = servedBy(event.call, event.deployment ?? (intended ? notAsked(intended) : NOWHERE))
  const call = endedCall(event, options)
  const fields: Field[] = [keyText(key), event.cache ? cachedText(deployment, event) : deploymentText(deployment)]
  for (const of of OF_CALL) fields.push(of(call))
  return new SpendRecord(call.callId, fieldsText(fields), call.dollars)
}

function endedCall(event: SpendEvent, options: RowOptions): EndedCall {
  const { startedAt, firstByteAt, endedAt } = event.outcome
  const end = cleanDate(endedAt, startedAt)
  return {
    event,
    callId: cleanId(event.callId),
    dollars: cleanCost(event.cost) ?? 0,
    startedAt: cleanDate(startedAt, firstByteAt, endedAt),
    endedAt: end,
    endTime: end.toISOString(),
    windows: chargedWindows(event, options.timeZone),
    tags: options,
    prompts: options.prompts,
  }
}
