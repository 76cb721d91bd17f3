import type { ErrorCode } from '../../errors.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, VirtualKey } from '../../types.ts'
import type { CallFacts, Check, CheckSettings } from '../facts/check.ts'
import { changedAnswersOf } from '../facts/compat.ts'
import { pythonList } from '../facts/python-text.ts'
import type { Refusal } from '../facts/refusal.ts'
import {
  listedNames,
  type ModelRights,
  mayCall,
  providerFallbacks,
  type RequestedModel,
  requestedFallbacks,
  requestedModels,
} from './model-access.ts'

/** The key's own list. A key with a `config` has other models; one with `all-team-models` leaves it to its team. */
export const checkKeyModel: Check = (facts, call, settings) => {
  const { key } = facts
  if (hasMembers(key.config) || key.models.includes('all-team-models')) return undefined
  return check('key_model_denied', 'key', facts, call, settings, rightsOfKey(key)) ?? checkFallbacksExist(facts, call)
}

/** The team's list; access groups of the key or the team may add to it. */
export const checkTeamModel: Check = (facts, call, settings) => {
  const rights = rightsOfTeam(facts.key)
  return rights && check('team_model_denied', 'team', facts, call, settings, rights)
}

const rightsOfKey = memoizeByObject(
  ({ models, accessGroupModels }: VirtualKey): ModelRights => ({ models, alsoFrom: [accessGroupModels] }),
)

const rightsOfTeam = memoizeByObject(({ team, accessGroupModels }: VirtualKey): ModelRights | undefined => {
  return team && { models: team.models, alsoFrom: [team.accessGroupModels, accessGroupModels] }
})

/** What the membership allows, else what the team allows its members. An empty list says nothing. */
export const checkMemberModel: Check = (facts, call, settings) => {
  const { member, team, owners } = facts.key
  const models = [member?.models, team?.defaultMemberModels].find((list) => list?.length)
  if (!models || !owners.userId) return undefined
  const denied = deniedOf(facts, call, settings, { models })
  if (denied === undefined) return undefined
  const lists =
    `Team member not allowed to access model. User=${owners.userId}, Team=${owners.teamId}, Model=${shown(denied)}. ` +
    `Allowed member models = ${pythonList(models)}`
  return denial('team_model_denied', denied, lists, settings)
}

/** The user's list holds only for keys without a team. */
export const checkUserModel: Check = (facts, call, settings) => {
  const { user, owners } = facts.key
  const [first] = requestedModels(facts, call)
  if (!user || owners.teamId || first === undefined) return undefined
  if (user.models.includes('no-default-models')) {
    const lists =
      'User not allowed to access model. No default model access, only team models allowed. ' +
      `Tried to access ${shown(first)}`
    return denial('key_model_denied', first, lists, settings)
  }
  return check('user_model_denied', 'user', facts, call, settings, { models: user.models })
}

export const checkProjectModel: Check = (facts, call, settings) => {
  const { project } = facts.key
  return project && check('project_model_denied', 'project', facts, call, settings, { models: project.models })
}

/** LiteLLM looks at this list when teams are made, not when calls are: off unless the settings ask for it. */
export const checkOrganizationModel: Check = (facts, call, settings) => {
  const { organization } = facts.key
  if (!organization || !settings.enforceOrganizationModels) return undefined
  const rights = { models: organization.models }
  return check('organization_model_denied', 'organization', facts, call, settings, rights)
}

export const checkPrice: Check = ({ key, catalog }, call, { blockUnpriced }) => {
  if (!blockUnpriced || !call || !catalog?.isUnpriced?.(call, key)) return undefined
  return { code: 'model_unpriced', param: 'model', message: `The price of model=${call.modelGroup} is not known.` }
}

/** The fallbacks of a request have to be models that somebody serves. */
function checkFallbacksExist(facts: CallFacts, call: Call | undefined): Refusal | undefined {
  const { key, catalog } = facts
  const ofTeam = key.owners.teamId === undefined ? [] : (catalog?.teamModels?.(key.owners.teamId) ?? [])
  const unknown = requestedFallbacks(facts, call).find(
    ({ model }) => catalog?.has?.(model) === false && !ofTeam.includes(model),
  )
  if (unknown === undefined) return undefined
  return {
    code: 'bad_request',
    param: 'fallbacks',
    message: `Invalid fallback model passed in. Fallback model=${shown(unknown)}`,
  }
}

function check(
  code: ErrorCode,
  owner: string,
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  rights: ModelRights,
): Refusal | undefined {
  const denied = deniedOf(facts, call, settings, rights)
  if (denied === undefined) return undefined
  const lists =
    `${owner} not allowed to access model. ` +
    `This ${owner} can only access models=${pythonList(rights.models)}. Tried to access ${shown(denied)}`
  return denial(code, denied, lists, settings)
}

/** The first model that the call asks for, or wants tried, and these rights do not hold. */
function deniedOf(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  rights: ModelRights,
): RequestedModel | undefined {
  const { key, verbatim } = facts
  // What goes to the upstream as it is does not pass the router and its aliases.
  const catalog = verbatim && facts.catalog ? { ...facts.catalog, aliasOf: undefined } : facts.catalog
  const own = [...requestedModels(facts, call), ...requestedFallbacks(facts, call)].find(
    ({ model, asked }) =>
      !listedNames(key, model, catalog).some((name) => mayCall(rights, name, catalog)) &&
      !(isTeamAlias(key, asked) && changedAnswersOf(settings.compat).teamAliases === 'allowed'),
  )
  if (own) return own
  return providerFallbacks(call).find(
    ({ model, qualified }) => ![model, qualified].some((name) => mayCall(rights, name, catalog)),
  )
}

function isTeamAlias({ team }: VirtualKey, name: string): boolean {
  return team?.modelAliases !== undefined && Object.hasOwn(team.modelAliases, name)
}

function hasMembers(config: object | undefined): boolean {
  return config !== undefined && Object.keys(config).length > 0
}

/**
 * LiteLLM's sentence for a model that is not allowed. It does not tell which models are: `lists` does, and is given where
 * `compat` asks for it.
 */
function denial(code: ErrorCode, denied: RequestedModel, lists: string, settings: CheckSettings): Refusal {
  const { modelAccessDeniedMessage, compat } = settings
  const told = changedAnswersOf(compat).modelAccessMessage === 'allowed' ? lists : MODEL_DENIED
  return {
    code,
    param: 'model',
    message: (modelAccessDeniedMessage ?? told).replaceAll('{model}', () => denied.asked),
  }
}

const MODEL_DENIED =
  "The requested model '{model}' is not available for this API key, or the model name is invalid. " +
  'Check the models available to you and try again.'

/** An alias with what it stands for: that is what the lists were asked about. */
function shown({ model, asked }: RequestedModel): string {
  return asked === model ? model : `${asked}, an alias of ${model}`
}
