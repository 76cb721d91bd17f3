import type { ErrorCode } from '../errors.ts'
import { oncePer } from '../once-per.ts'
import type { VirtualKey } from '../types.ts'
import type { CallFacts, Check, CheckSettings } from './check.ts'
import { type ModelRights, mayCall } from './model-access.ts'
import { pythonList } from './python-text.ts'
import type { Refusal } from './refusal.ts'
import { requestedFallbacks, requestedModels } from './requested-models.ts'

/** The key's own list. A key with a `config` has other models; one with `all-team-models` leaves it to its team. */
export const checkKeyModel: Check = (facts, call, settings) => {
  const { key, catalog, rerouted } = facts
  if (rerouted || hasMembers(key.config) || key.models.includes('all-team-models')) return undefined
  const rights = rightsOfKey(key)
  const fallbacks = requestedFallbacks(call)
  const asked = requestedModels(call)
  const denied = deniedOf(facts, rights, fallbacks.length > 0 ? [...asked, ...fallbacks] : asked)
  if (denied !== undefined) return denial('key_model_denied', 'key', rights, denied, settings)
  const ofTeam = key.owners.teamId === undefined ? [] : (catalog?.teamModels?.(key.owners.teamId) ?? [])
  const unknown = fallbacks.find((model) => catalog?.has?.(model) === false && !ofTeam.includes(model))
  if (unknown === undefined) return undefined
  return {
    code: 'bad_request',
    param: 'fallbacks',
    message: `Invalid fallback model passed in. Fallback model=${unknown}`,
  }
}

/** The team's list; access groups of the key or the team may add to it. */
export const checkTeamModel: Check = (facts, call, settings) => {
  const rights = rightsOfTeam(facts.key)
  return rights && check('team_model_denied', 'team', facts, settings, requestedModels(call), rights)
}

const rightsOfKey = oncePer(
  ({ models, accessGroupModels, team }: VirtualKey): ModelRights => ({
    models,
    alsoFrom: [accessGroupModels],
    teamAliases: team?.modelAliases,
  }),
)

const rightsOfTeam = oncePer(({ team, accessGroupModels }: VirtualKey): ModelRights | undefined => {
  if (!team) return undefined
  return {
    models: team.models,
    alsoFrom: [team.accessGroupModels, accessGroupModels],
    teamAliases: team.modelAliases,
  }
})

/** What the membership allows, else what the team allows its members. An empty list says nothing. */
export const checkMemberModel: Check = (facts, call) => {
  const { member, team, owners } = facts.key
  const models = [member?.models, team?.defaultMemberModels].find((list) => list?.length)
  if (!models || !owners.userId) return undefined
  const denied = deniedOf(facts, { models }, requestedModels(call))
  if (denied === undefined) return undefined
  return {
    code: 'team_model_denied',
    param: 'model',
    message:
      `Team member not allowed to access model. User=${owners.userId}, Team=${owners.teamId}, Model=${denied}. ` +
      `Allowed member models = ${pythonList(models)}`,
  }
}

/** The user's list holds only for keys without a team. */
export const checkUserModel: Check = (facts, call, settings) => {
  const { user, owners } = facts.key
  const [model] = requestedModels(call)
  if (!user || owners.teamId || model === undefined) return undefined
  if (user.models.includes('no-default-models')) {
    return {
      code: 'key_model_denied',
      param: 'model',
      message:
        'User not allowed to access model. No default model access, only team models allowed. ' +
        `Tried to access ${model}`,
    }
  }
  return check('user_model_denied', 'user', facts, settings, requestedModels(call), { models: user.models })
}

export const checkProjectModel: Check = (facts, call, settings) => {
  const { project } = facts.key
  if (!project) return undefined
  return check('project_model_denied', 'project', facts, settings, requestedModels(call), { models: project.models })
}

/** LiteLLM looks at this list when teams are made, not when calls are: off unless the settings ask for it. */
export const checkOrganizationModel: Check = (facts, call, settings) => {
  const { organization } = facts.key
  if (!organization || !settings.enforceOrganizationModels) return undefined
  const rights = { models: organization.models }
  return check('organization_model_denied', 'organization', facts, settings, requestedModels(call), rights)
}

export const checkPrice: Check = ({ key, catalog }, call, { blockUnpriced }) => {
  if (!blockUnpriced || !call || !catalog?.isUnpriced?.(call, key)) return undefined
  return { code: 'model_unpriced', param: 'model', message: `The price of model=${call.modelGroup} is not known.` }
}

function check(
  code: ErrorCode,
  owner: string,
  facts: CallFacts,
  settings: CheckSettings,
  models: readonly string[],
  rights: ModelRights,
): Refusal | undefined {
  const denied = deniedOf(facts, rights, models)
  return denied === undefined ? undefined : denial(code, owner, rights, denied, settings)
}

function deniedOf({ catalog }: CallFacts, rights: ModelRights, models: readonly string[]): string | undefined {
  return models.find((model) => !mayCall(rights, model, catalog))
}

function hasMembers(config: object | undefined): boolean {
  return config !== undefined && Object.keys(config).length > 0
}

function denial(
  code: ErrorCode,
  owner: string,
  { models }: ModelRights,
  model: string,
  settings: CheckSettings,
): Refusal {
  const message =
    settings.modelAccessDeniedMessage?.replaceAll('{model}', () => model) ??
    `${owner} not allowed to access model. ` +
      `This ${owner} can only access models=${pythonList(models)}. Tried to access ${model}`
  return { code, param: 'model', message }
}
