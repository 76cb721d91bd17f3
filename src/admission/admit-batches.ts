import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { BatchInput, Call, VirtualKey } from '../types.ts'
import { LIST_CHECKS } from './checks.ts'
import type { AdmissionRequest, CallFacts, CheckSettings } from './facts/check.ts'
import { forVersion } from './facts/compat.ts'
import type { Refusal } from './facts/refusal.ts'
import { type BatchRates, batchChargesOf, limitsBatches } from './limits/batch-rates.ts'
import type { KnownFacts } from './load-facts.ts'
import { withMeantModel } from './models/model-access.ts'
import type { Policy } from './policies.ts'

/** Whether a batch may be made. `reported`: what would be against it, where nothing is refused. */
export interface BatchAdmission {
  readonly refusal?: Refusal
  readonly reported: readonly Refusal[]
}

interface BatchGateParts {
  readonly settings: CheckSettings
  readonly batches: BatchRates
  readonly policy: Policy
  factsOf(known: KnownFacts, call: Call | undefined): MaybePromise<CallFacts>
}

/** What is in a batch is looked at where models or limits of its caller are at stake. */
export function admitBatches({ settings, batches, policy, factsOf }: BatchGateParts) {
  return async function enterBatch(
    { callId, key, call }: AdmissionRequest,
    read: () => Promise<BatchInput | undefined>,
  ): Promise<BatchAdmission> {
    if (!call) return { reported: [] }
    const facts = await factsOf({ key }, call)
    const now = new Date()
    if (!limitsBatchModels(key, settings) && !limitsBatches(facts, call, settings, now)) return { reported: [] }
    const input = await read()
    if (!input) return { reported: [] }
    const refusal =
      checkBatchModels(facts, call, settings, now, input) ??
      (await batches.admit(callId, batchChargesOf(facts, call, settings, now, input), policy.regardless))
    if (!refusal) return { reported: [] }
    return policy.admission([forVersion(refusal, settings)], {})
  }
}

/** Whether what a batch names must be held against a list: a file could name what a call may not. */
function limitsBatchModels(
  { models, accessGroupModels, master, team, member, user, project, organization }: VirtualKey,
  { enforceOrganizationModels }: CheckSettings,
): boolean {
  if (master) return false
  const lists = [models, team?.models, member?.models, team?.defaultMemberModels, user?.models, project?.models]
  return (
    [...lists, enforceOrganizationModels ? organization?.models : undefined].some(isLimiting) ||
    (accessGroupModels !== undefined && !allowsAll(models))
  )
}

function isLimiting(models: readonly string[] | undefined): boolean {
  return models !== undefined && models.length > 0 && !allowsAll(models)
}

function allowsAll(models: readonly string[]): boolean {
  return models.includes('*') || models.includes('all-proxy-models')
}

/**
 * Every list that a call would be held to. Nothing in a file is renamed on its way to the provider: a name must be allowed
 * as it is, and, where it is an alias of the key or its team, what that stands for too.
 */
function checkBatchModels(
  facts: CallFacts,
  call: Call,
  settings: CheckSettings,
  now: Date,
  { models: named, unread }: BatchInput,
): Refusal | undefined {
  if (!limitsBatchModels(facts.key, settings)) return undefined
  for (const model of named.keys()) {
    const refusal = refusalOf(model, facts, call, settings, now)
    if (refusal) return denied(`model=${model}, reason=${refusal.message}`)
  }
  return unread > 0 ? denied('a request is too long to be looked into') : undefined
}

function refusalOf(model: string, facts: CallFacts, call: Call, settings: CheckSettings, now: Date) {
  const asIs = { ...call, modelGroup: model, json: { model } }
  const meant = withMeantModel(asIs, facts.key)
  for (const { decide } of LIST_CHECKS) {
    const refusal =
      decide({ ...facts, verbatim: true, asked: undefined }, asIs, settings, now) ??
      (meant === asIs ? undefined : decide({ ...facts, verbatim: true, asked: model }, meant, settings, now))
    if (refusal) return refusal
  }
  return undefined
}

function denied(why: string): Refusal {
  return {
    code: 'forbidden',
    type: 'None',
    param: 'None',
    message: `{'error': 'Batch input file references a model the caller is not authorized to use: ${why}'}`,
  }
}
