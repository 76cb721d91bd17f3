import type { Call } from '../types.ts'
import { budgetCheck, isOfReserved } from './budgets/check-budgets.ts'
import * as body from './checks/check-body.ts'
import * as request from './checks/check-request.ts'
import * as routes from './checks/check-routes.ts'
import * as state from './checks/check-state.ts'
import { checkTools } from './checks/check-tools.ts'
import type { CallFacts, Check, CheckSettings } from './facts/check.ts'
import { forVersion } from './facts/compat.ts'
import type { Refusal } from './facts/refusal.ts'
import * as models from './models/check-models.ts'

/** Every check by name, in LiteLLM's order: an expired key that asks for a forbidden model hears about the model. */
export const CHECKS: Readonly<Record<string, Check>> = {
  requestSize: request.checkRequestSize,
  bodySafety: request.checkBodySafety,
  clientIp: request.checkClientIp,
  openRoute: request.checkOpenRoute,
  endUserBudget: budgetCheck('endUser'),
  keyBlocked: state.checkKeyBlocked,
  keyModel: models.checkKeyModel,
  userActive: state.checkUserActive,
  memberOwnBudget: budgetCheck('memberOwn'),
  keyExpiry: state.checkKeyExpiry,
  keyBudget: budgetCheck('key'),
  keyModelBudget: budgetCheck('keyModel'),
  userModelBudget: budgetCheck('userModel'),
  teamModelBudget: budgetCheck('teamModel'),
  endUserModelBudget: budgetCheck('endUserModel'),
  teamBlocked: state.checkTeamBlocked,
  teamModel: models.checkTeamModel,
  memberModel: models.checkMemberModel,
  traceId: request.checkTraceId,
  userModel: models.checkUserModel,
  projectBlocked: state.checkProjectBlocked,
  projectModel: models.checkProjectModel,
  organizationModel: models.checkOrganizationModel,
  projectBudget: budgetCheck('project'),
  teamBudget: budgetCheck('team'),
  keyWindows: budgetCheck('keyWindows'),
  teamWindows: budgetCheck('teamWindows'),
  organizationBudget: budgetCheck('organization'),
  tagBudgets: budgetCheck('tags'),
  userBudget: budgetCheck('user'),
  memberBudget: budgetCheck('member'),
  userParam: body.checkUserParam,
  clientTags: body.checkClientTags,
  globalBudget: budgetCheck('global'),
  guardrails: body.checkGuardrails,
  keyRoutes: routes.checkKeyRoutes,
  switchedOff: routes.checkSwitchedOff,
  role: routes.checkRole,
  vectorStores: body.checkVectorStores,
  tools: checkTools,
  price: models.checkPrice,
  enforcedParams: body.checkEnforcedParams,
  cacheControls: body.checkCacheControls,
  endUserBlocked: state.checkEndUserBlocked,
}

/** The checks that need no key: they can be made before one is looked up. */
const WITHOUT_KEY = ['requestSize', 'clientIp', 'openRoute'] as const

const ALL = Object.values(CHECKS)
const BESIDE_RESERVED = ALL.filter((check) => !isOfReserved(check))

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
  for (const check of budgetsHold ? BESIDE_RESERVED : ALL) {
    const refusal = check(facts, call, settings, now)
    if (refusal) return forVersion(refusal, settings)
  }
  return undefined
}

/** Why this request is refused for every caller, before its key is known. */
export function checkRequest(facts: Omit<CallFacts, 'key'>, settings: CheckSettings, now: Date): Refusal | undefined {
  for (const name of WITHOUT_KEY) {
    const refusal = CHECKS[name]!({ ...facts, key: NO_KEY }, undefined, settings, now)
    if (refusal) return forVersion(refusal, settings)
  }
  return undefined
}

/** Everything that is against this call, for a gateway that reports what it would refuse. The first is the refusal. */
export function reportCall(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
): readonly (Refusal & { readonly check: string })[] {
  return Object.entries(CHECKS).flatMap(([name, check]) => {
    const refusal = check(facts, call, settings, now)
    return refusal ? [{ ...forVersion(refusal, settings), check: name }] : []
  })
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

/** The budget that the checks have told already is not told again. */
export function mergedReport(
  reported: readonly Refusal[],
  overBudget: Refusal | undefined,
  overRate: Refusal | undefined,
): readonly Refusal[] {
  const told = reported.some(({ code }) => code === 'budget_exceeded')
  return [...reported, told ? undefined : overBudget, overRate].filter((refusal) => refusal !== undefined)
}
