import type { BatchInput, Call, VirtualKey } from '../types.ts'
import type { CallFacts, Check, CheckSettings } from './check.ts'
import * as models from './check-models.ts'
import type { Refusal } from './refusal.ts'

/** Whether what a batch names must be held against the list of its key: a file could name what a call may not. */
export function limitsBatchModels({ models, accessGroupModels, master }: VirtualKey): boolean {
  if (master || models.includes('*') || models.includes('all-proxy-models')) return false
  return models.length > 0 || accessGroupModels !== undefined
}

/** As LiteLLM: the key's own list, or those of its team and membership where the key leaves it to them. */
export function checkBatchModels(
  facts: CallFacts,
  call: Call,
  settings: CheckSettings,
  now: Date,
  { models: named, unread }: BatchInput,
): Refusal | undefined {
  if (!limitsBatchModels(facts.key)) return undefined
  const lists = facts.key.models.includes('all-team-models') && facts.key.team ? OF_TEAM : OF_KEY
  for (const model of named.keys()) {
    const meant = { ...call, modelGroup: model, json: { model } }
    for (const check of lists) {
      const refusal = check(facts, meant, settings, now)
      if (refusal) return denied(`model=${model}, reason=${refusal.message}`)
    }
  }
  return unread > 0 ? denied('a request is too long to be looked into') : undefined
}

const OF_TEAM: readonly Check[] = [models.checkTeamModel, models.checkMemberModel]
const OF_KEY: readonly Check[] = [models.checkKeyModel]

function denied(why: string): Refusal {
  return {
    code: 'forbidden',
    type: 'None',
    param: 'None',
    message: `{'error': 'Batch input file references a model the caller is not authorized to use: ${why}'}`,
  }
}
