import { expect, test } from '@jest/globals'
import { checkCall } from '../../../../src/admission/checks.ts'
import type { CallFacts, CheckSettings, ModelCatalog } from '../../../../src/admission/facts/check.ts'
import type { Refusal } from '../../../../src/admission/facts/refusal.ts'
import type { Call } from '../../../../src/types.ts'
import { aCall, anOrganization, aProject, aTeam, aUser, NOW, someFacts } from '../support/facts.ts'

interface Case {
  readonly facts: CallFacts
  readonly call?: Partial<Call>
  readonly settings?: CheckSettings
  readonly refusal?: Refusal
}

const catalog: ModelCatalog = {
  aliasOf: (model) => ({ nick: ['gpt-4o'], either: ['gpt-4o', 'claude'] })[model],
  accessGroupsOf: (model) => ({ 'gpt-4o': ['beta', 'all'] })[model] ?? [],
  qualifiedName: (model) => ({ 'gpt-4o': 'openai/gpt-4o' })[model],
  has: (model) => ['gpt-4o', 'nick', 'claude'].includes(model),
}
const ours = { userId: 'u', teamId: 't' }
const only = (models: string[], facts: Partial<CallFacts> = {}) => someFacts({ models }, { catalog, ...facts })
const team = (facts: Parameters<typeof aTeam>[0]) => someFacts({ owners: ours, team: aTeam(facts) }, { catalog })
const denied = (owner: string, models: string, model = 'gpt-4o') =>
  `${owner} not allowed to access model. This ${owner} can only access models=${models}. Tried to access ${model}`

const CASES: Record<string, Case> = {
  'a key may call what it names': { facts: only(['gpt-4o']) },
  'a key may not call what it does not name': {
    facts: only(['claude']),
    refusal: { code: 'key_model_denied', param: 'model', message: denied('key', "['claude']") },
  },
  'an empty list allows all': { facts: only([]) },
  'all-proxy-models allows all': { facts: only(['all-proxy-models']) },
  'all-team-models leaves it to the team, and without a team allows all': { facts: only(['all-team-models']) },
  'a key may call another name of what it names': { facts: only(['gpt-4o']), call: { modelGroup: 'nick' } },
  'a key that names the other name may call only that': {
    facts: only(['nick']),
    refusal: { code: 'key_model_denied', message: denied('key', "['nick']") },
  },
  'an access group allows the models in it': { facts: only(['beta']) },
  'an access group allows no other': {
    facts: only(['beta']),
    call: { modelGroup: 'claude' },
    refusal: { code: 'key_model_denied', message: denied('key', "['beta']", 'claude') },
  },
  'a list of nothing but foreign access groups is not empty': {
    facts: only(['gamma']),
    refusal: { code: 'key_model_denied' },
  },
  'a pattern with the provider allows a model that comes from it': { facts: only(['openai/*']) },
  'a pattern with another provider does not': { facts: only(['azure/*']), refusal: { code: 'key_model_denied' } },
  'access groups of the key add to its list': {
    facts: someFacts({ models: ['claude'], accessGroupModels: ['gpt-4*'] }, { catalog }),
  },
  'access groups without models add nothing': {
    facts: someFacts({ models: ['claude'], accessGroupModels: [] }, { catalog }),
    refusal: { code: 'key_model_denied' },
  },
  'an alias of several models is allowed where all of them are': {
    facts: only(['gpt-4o', 'claude']),
    call: { modelGroup: 'either' },
  },
  'an alias of several models is not allowed where one of them is not': {
    facts: only(['gpt-4o']),
    call: { modelGroup: 'either' },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'either') },
  },
  'an alias of the router stands for nothing where the body goes on as it is': {
    facts: only(['gpt-4o'], { verbatim: true }),
    call: { modelGroup: 'nick' },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'nick') },
  },
  "a team's name is not enough": {
    facts: someFacts({ models: ['x'], owners: ours, team: aTeam({ modelAliases: { x: 'gpt-4o' } }) }, { asked: 'x' }),
    refusal: { code: 'key_model_denied', message: denied('key', "['x']", 'x, an alias of gpt-4o') },
  },
  "a team's name is enough where the settings say so": {
    facts: someFacts({ models: ['x'], owners: ours, team: aTeam({ modelAliases: { x: 'gpt-4o' } }) }, { asked: 'x' }),
    settings: { compat: { teamAliases: 'allowed' } },
  },
  'the name that a team has for a deployment of its own may be listed': {
    facts: someFacts(
      { models: ['x'], owners: ours, team: aTeam({ models: ['x'] }) },
      { asked: 'x', catalog: { teamNameOf: (model) => ({ 'gpt-4o': 'x' })[model] } },
    ),
  },
  "an old team's own deployment goes by the name of its alias": {
    facts: someFacts(
      { models: ['x'], owners: ours, team: aTeam({ modelAliases: { x: 'model_name_t_1' } }) },
      { asked: 'x' },
    ),
    call: { modelGroup: 'model_name_t_1' },
  },
  'every one of target_model_names must be allowed': {
    facts: only(['gpt-4o']),
    call: { modelGroup: '', json: { target_model_names: 'gpt-4o, claude' } },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'claude') },
  },
  'fallbacks of the client must be allowed': {
    facts: only(['gpt-4o']),
    call: { json: { fallbacks: ['claude'] } },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'claude') },
  },
  'fallbacks of the client may be objects': {
    facts: only(['gpt-4o']),
    call: { json: { fallbacks: [{ model: 'claude', messages: [] }] } },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'claude') },
  },
  'fallbacks of the client must exist': {
    facts: only([]),
    call: { json: { fallbacks: ['gone'] } },
    refusal: {
      code: 'bad_request',
      param: 'fallbacks',
      message: 'Invalid fallback model passed in. Fallback model=gone',
    },
  },
  'models that OpenRouter may answer with instead must be allowed': {
    facts: only(['gpt-4o']),
    call: { json: { models: ['gpt-4o', 'openai/gpt-5-pro'], route: 'fallback' } },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'openai/gpt-5-pro') },
  },
  'models that Vercel may answer with instead must be allowed': {
    facts: only(['gpt-4o']),
    call: { json: { providerOptions: { gateway: { models: ['openai/gpt-5-pro'] } } } },
    refusal: { code: 'key_model_denied', message: denied('key', "['gpt-4o']", 'openai/gpt-5-pro') },
  },
  'a list may name what OpenRouter answers with by its prefix': {
    facts: only(['gpt-4o', 'openrouter/openai/*']),
    call: { json: { models: ['openai/gpt-5-pro'] } },
  },
  'who may call every model may name every model of a provider': {
    facts: only([]),
    call: { json: { models: ['openai/gpt-5-pro'], providerOptions: { gateway: null } } },
  },
  'nonsense in fallbacks is nothing': { facts: only([]), call: { json: { fallbacks: [1, null, {}] } } },
  'a call that names no model is not held to models': { facts: only(['claude']), call: { modelGroup: '' } },
  'the message can be set': {
    facts: only(['claude']),
    settings: { modelAccessDeniedMessage: 'Ask for {model} at the desk. {model}!' },
    refusal: { code: 'key_model_denied', message: 'Ask for gpt-4o at the desk. gpt-4o!' },
  },

  'a team may not call what it does not name': {
    facts: team({ models: ['claude'] }),
    refusal: { code: 'team_model_denied', param: 'model', message: denied('team', "['claude']") },
  },
  'a team may call what it names': { facts: team({ models: ['gpt-4o'] }) },
  'access groups of the team add to its list': { facts: team({ models: ['claude'], accessGroupModels: ['gpt-4o'] }) },
  "access groups of the key add to the team's list": {
    facts: someFacts({ owners: ours, team: aTeam({ models: ['claude'] }), accessGroupModels: ['gpt-4o'] }),
  },
  'a key with all-team-models is held to the team': {
    facts: someFacts({ models: ['all-team-models'], owners: ours, team: aTeam({ models: ['claude'] }) }),
    refusal: { code: 'team_model_denied' },
  },

  'a member is held to its own models': {
    facts: someFacts({ owners: ours, team: aTeam(), member: { models: ['claude'] } }),
    refusal: {
      code: 'team_model_denied',
      param: 'model',
      message:
        "Team member not allowed to access model. User=u, Team=t, Model=gpt-4o. Allowed member models = ['claude']",
    },
  },
  "a member without a list is held to the team's default for members": {
    facts: someFacts({ owners: ours, team: aTeam({ defaultMemberModels: ['claude'] }), member: { models: [] } }),
    refusal: { code: 'team_model_denied' },
  },
  "a member's own list goes before the team's default": {
    facts: someFacts({
      owners: ours,
      team: aTeam({ defaultMemberModels: ['claude'] }),
      member: { models: ['gpt-4o'] },
    }),
  },
  'the default for members is not for keys of nobody': {
    facts: someFacts({ owners: { teamId: 't' }, team: aTeam({ defaultMemberModels: ['claude'] }) }),
  },

  'a user may not call what it does not name': {
    facts: someFacts({ owners: { userId: 'u' }, user: aUser({ models: ['claude'] }) }),
    refusal: { code: 'user_model_denied', param: 'model', message: denied('user', "['claude']") },
  },
  "a user's list is not for keys of a team": {
    facts: someFacts({ owners: ours, team: aTeam(), user: aUser({ models: ['claude'] }) }),
  },
  'no-default-models leaves a user only the models of teams': {
    facts: someFacts({ owners: { userId: 'u' }, user: aUser({ models: ['no-default-models'] }) }),
    refusal: {
      code: 'key_model_denied',
      param: 'model',
      message:
        'User not allowed to access model. No default model access, only team models allowed. Tried to access gpt-4o',
    },
  },
  'no-default-models does not matter for keys of a team': {
    facts: someFacts({ owners: ours, team: aTeam(), user: aUser({ models: ['no-default-models'] }) }),
  },

  'a project may not call what it does not name': {
    facts: someFacts({ project: aProject({ models: ['claude'] }) }),
    refusal: { code: 'project_model_denied', param: 'model', message: denied('project', "['claude']") },
  },
  "an organization's list is for making teams": {
    facts: someFacts({ organization: anOrganization({ models: ['claude'] }) }),
  },
  "an organization's list is for calls when the settings say so": {
    facts: someFacts({ organization: anOrganization({ models: ['claude'] }) }),
    settings: { enforceOrganizationModels: true },
    refusal: { code: 'organization_model_denied', param: 'model', message: denied('organization', "['claude']") },
  },
}

test.each(Object.entries(CASES))('%s', (_claim, { facts, call, settings = {}, refusal }) => {
  // The lists are in the sentence: so a case shows which of them refuses.
  const told = { compat: { modelAccessMessage: 'allowed' }, ...settings } as const
  const found = checkCall(facts, aCall(call), told, NOW)
  if (refusal) expect(found).toMatchObject(refusal)
  else expect(found).toBeUndefined()
})

test('the sentence does not tell which models are allowed, unless compat asks for it', () => {
  const { message } = checkCall(only(['claude']), aCall(), {}, NOW) ?? {}
  expect(message).toBe(
    "The requested model 'gpt-4o' is not available for this API key, or the model name is invalid. " +
      'Check the models available to you and try again.',
  )
  expect(checkCall(only(['claude']), aCall(), { compat: '1.83' }, NOW)?.message).toBe(denied('key', "['claude']"))
})
