import type { Call } from '../types.ts'
import { budgetChecks } from './budgets/check-budgets.ts'
import * as body from './checks/check-body.ts'
import * as request from './checks/check-request.ts'
import * as routes from './checks/check-routes.ts'
import * as state from './checks/check-state.ts'
import { checkTools } from './checks/check-state.ts'
import type { CallFacts, CheckRecord, CheckSettings } from './facts/check.ts'
import { forVersion } from './facts/compat.ts'
import type { Refusal } from './facts/refusal.ts'
import * as models from './models/check-models.ts'

/** Every check, in LiteLLM's order: an expired key that asks for a forbidden model hears about the model. */
export const CHECKS: readonly CheckRecord[] = [
  { name: 'requestSize', kind: 'request', decide: request.checkRequestSize },
  { name: 'bodySafety', kind: 'right', decide: request.checkBodySafety },
  { name: 'clientIp', kind: 'request', decide: request.checkClientIp },
  { name: 'openRoute', kind: 'request', decide: request.checkOpenRoute },
  ...budgetChecks('endUser'),
  { name: 'keyBlocked', kind: 'right', decide: state.checkKeyBlocked },
  { name: 'keyModel', kind: 'list', decide: models.checkKeyModel },
  { name: 'userActive', kind: 'right', decide: state.checkUserActive },
  ...budgetChecks('memberOwn'),
  { name: 'keyExpiry', kind: 'right', decide: state.checkKeyExpiry },
  ...budgetChecks('key', 'keyModel', 'userModel', 'teamModel', 'endUserModel'),
  { name: 'teamBlocked', kind: 'right', decide: state.checkTeamBlocked },
  { name: 'teamModel', kind: 'list', decide: models.checkTeamModel },
  { name: 'memberModel', kind: 'list', decide: models.checkMemberModel },
  { name: 'traceId', kind: 'right', decide: request.checkTraceId },
  { name: 'userModel', kind: 'list', decide: models.checkUserModel },
  { name: 'projectBlocked', kind: 'right', decide: state.checkProjectBlocked },
  { name: 'projectModel', kind: 'list', decide: models.checkProjectModel },
  { name: 'organizationModel', kind: 'list', decide: models.checkOrganizationModel },
  ...budgetChecks('project', 'team', 'keyWindows', 'teamWindows', 'organization', 'tags', 'user', 'member'),
  { name: 'userParam', kind: 'right', decide: body.checkUserParam },
  { name: 'clientTags', kind: 'right', decide: body.checkClientTags },
  ...budgetChecks('global'),
  { name: 'guardrails', kind: 'right', decide: body.checkGuardrails },
  { name: 'keyRoutes', kind: 'right', decide: routes.checkKeyRoutes },
  { name: 'switchedOff', kind: 'right', decide: routes.checkSwitchedOff },
  { name: 'role', kind: 'right', decide: routes.checkRole },
  { name: 'vectorStores', kind: 'right', decide: body.checkVectorStores },
  { name: 'tools', kind: 'right', decide: checkTools },
  { name: 'price', kind: 'right', decide: models.checkPrice },
  { name: 'enforcedParams', kind: 'right', decide: body.checkEnforcedParams },
  { name: 'cacheControls', kind: 'right', decide: body.checkCacheControls },
  { name: 'endUserBlocked', kind: 'right', decide: state.checkEndUserBlocked },
]

/** Every list of models that a call is held to. */
export const LIST_CHECKS = CHECKS.filter(({ kind }) => kind === 'list')

const REQUEST_CHECKS = CHECKS.filter(({ kind }) => kind === 'request')
const BESIDE_RESERVED = CHECKS.filter(({ reserved }) => !reserved)

/**
 * Why this call may not pass, or `undefined` when it may. `call` is absent on routes that call no model. `budgetsHold`:
 * none of its `budgetsOf` is exceeded, so they need not be looked at again.
 */
export function checkCall(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
  budgetsHold = false,
): Refusal | undefined {
  return firstOf(budgetsHold ? BESIDE_RESERVED : CHECKS, facts, call, settings, now)
}

/** Why this request is refused for every caller, before its key is known. */
export function checkRequest(facts: Omit<CallFacts, 'key'>, settings: CheckSettings, now: Date): Refusal | undefined {
  return firstOf(REQUEST_CHECKS, { ...facts, key: NO_KEY }, undefined, settings, now)
}

/** Everything that is against this call, for a gateway that reports what it would refuse. The first is the refusal. */
export function reportCall(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): readonly (Refusal & { readonly check: string })[] {
  return CHECKS.flatMap((check) => {
    const refusal = refusalOf(check, facts, call, settings, now)
    return refusal ? [{ ...refusal, check: check.name }] : []
  })
}

function firstOf(
  checks: readonly CheckRecord[],
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): Refusal | undefined {
  for (const check of checks) {
    const refusal = refusalOf(check, facts, call, settings, now)
    if (refusal) return refusal
  }
  return undefined
}

function refusalOf(
  check: CheckRecord,
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): Refusal | undefined {
  if (check.applies?.(facts, call) === false) return undefined
  const refusal = check.decide(facts, call, settings, now)
  return refusal && forVersion(refusal, settings)
}

const NO_KEY: CallFacts['key'] = {
  hashedToken: '',
  master: false,
  owners: {},
  models: [],
  blocked: false,
  spend: 0,
  metadata: {},
  teamMetadata: {},
}
