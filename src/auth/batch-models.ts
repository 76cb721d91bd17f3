import type { BatchInput, Call, VirtualKey } from '../types.ts'
import type { CallFacts, Check, CheckSettings } from './check.ts'
import * as models from './check-models.ts'
import { withMeantModel } from './model-alias.ts'
import type { Refusal } from './refusal.ts'

/** Whether what a batch names must be held against a list: a file could name what a call may not. */
export function limitsBatchModels(
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
export function checkBatchModels(
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
  for (const check of LISTS) {
    const refusal =
      check({ ...facts, verbatim: true, asked: undefined }, asIs, settings, now) ??
      (meant === asIs ? undefined : check({ ...facts, verbatim: true, asked: model }, meant, settings, now))
    if (refusal) return refusal
  }
  return undefined
}

const LISTS: readonly Check[] = [
  models.checkKeyModel,
  models.checkTeamModel,
  models.checkMemberModel,
  models.checkUserModel,
  models.checkProjectModel,
  models.checkOrganizationModel,
]

function denied(why: string): Refusal {
  return {
    code: 'forbidden',
    type: 'None',
    param: 'None',
    message: `{'error': 'Batch input file references a model the caller is not authorized to use: ${why}'}`,
  }
}
