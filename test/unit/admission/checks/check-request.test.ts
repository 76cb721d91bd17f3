import { expect, test } from '@jest/globals'
import { checkCall, checkRequest } from '../../../../src/admission/checks.ts'
import type { CallFacts, CheckSettings, RequestFacts } from '../../../../src/admission/facts/check.ts'
import type { Refusal } from '../../../../src/admission/facts/refusal.ts'
import type { Json } from '../../../../src/types.ts'
import { aCall, anOrganization, aProject, aTeam, aUser, NOW, someFacts } from '../support/facts.ts'

interface Case {
  readonly facts?: CallFacts
  readonly request?: Partial<RequestFacts>
  readonly body?: Json
  readonly settings?: CheckSettings
  readonly refusal?: Refusal
}

const unsafe = (name: string): Refusal => ({
  code: 'bad_request',
  status: 401,
  param: 'None',
  message:
    `Authentication Error, Rejected Request: ${name} is not allowed in request body. ` +
    'Clientside passthrough requires explicit admin opt-in via either ' +
    '`general_settings.allow_client_side_credentials = true` (proxy-wide) or `configurable_clientside_auth_params` ' +
    'on the deployment in your proxy config.yaml. Relevant Issue: https://huntr.com/bounties/4001e1a2-7b7a-4776-a3ae-e6692ec3d997',
})
const address = (ip: string): Refusal => ({
  code: 'forbidden',
  message: `Access forbidden: IP address ${ip} not allowed.`,
})
const keptGuardrails = { guardrails: { modify_guardrails: false } }
const guarded = someFacts({
  owners: { teamId: 't' },
  team: aTeam({ metadata: keptGuardrails }),
  teamMetadata: keptGuardrails,
})
const noGuardrails: Refusal = {
  code: 'forbidden',
  message: "{'error': 'Your team does not have permission to modify guardrails.'}",
}
const tooled = (ofKey: unknown, ofTeam?: unknown) =>
  someFacts({ metadata: { allowed_tools: ofKey }, teamMetadata: { allowed_tools: ofTeam } })
const chatTools = (...names: string[]) => ({ tools: names.map((name) => ({ type: 'function', function: { name } })) })
const noTool = (names: string): Refusal => ({
  code: 'tool_denied',
  param: 'tools',
  message: `Tool(s) ${names} are not in the allowed tools list for this key/team.`,
})
const traced = someFacts({ traceIdRequired: true })
const noTrace: Refusal = {
  code: 'bad_request',
  message: "Requests made with this agent's key must include the x-litellm-trace-id header.",
}
const unpriced = someFacts({}, { catalog: { isUnpriced: () => true } })
const enforced = (metadata: Json) => someFacts({ metadata })
const missing = (shown: string): Refusal => ({
  code: 'bad_request',
  message: `BadRequest please pass param=${shown} in request body. This is a required param`,
})

const CASES: Record<string, Case> = {
  // who is switched off
  'a blocked key is refused': { facts: someFacts({ blocked: true }), refusal: { code: 'blocked_key' } },
  'a key of a blocked team is refused': {
    facts: someFacts({ team: aTeam({ blocked: true }) }),
    refusal: {
      code: 'blocked_owner',
      message: "Authentication Error, Team=t is blocked. Update via `/team/unblock` if you're an admin.",
    },
  },
  'a key of a blocked project is refused': {
    facts: someFacts({ project: aProject({ blocked: true }) }),
    refusal: {
      code: 'blocked_owner',
      message: "Project=p is blocked. Update via `/project/update` if you're an admin.",
    },
  },
  'a key of a deactivated user is refused': {
    facts: someFacts({ user: aUser({ metadata: { scim_active: false } }) }),
    refusal: {
      code: 'blocked_owner',
      message: 'User=u has been deactivated via SCIM. Keys owned by this user cannot be used.',
    },
  },
  'a key of an active user passes': { facts: someFacts({ user: aUser({ metadata: { scim_active: true } }) }) },

  // size
  'a body of the allowed size passes': { request: { bodyBytes: 1048576 }, settings: { maxRequestSizeMb: 1 } },
  'a larger body is refused': {
    request: { bodyBytes: 1572864 },
    settings: { maxRequestSizeMb: 1 },
    refusal: {
      code: 'bad_request',
      param: 'content-length',
      message: 'Request size is too large. Request size is 1.5 MB. Max size is 1 MB',
    },
  },

  // addresses
  'without a list every address passes': { request: { clientIp: '10.0.0.1' } },
  'an address in the list passes': { request: { clientIp: '10.0.0.1' }, settings: { allowedIps: ['10.0.0.1'] } },
  'an address that is not in the list is refused': {
    request: { clientIp: '10.0.0.2' },
    settings: { allowedIps: ['10.0.0.1'] },
    refusal: address('10.0.0.2'),
  },
  'an empty list lets nobody in': {
    request: { clientIp: '10.0.0.1' },
    settings: { allowedIps: [] },
    refusal: address('10.0.0.1'),
  },
  'an unknown address is refused': { settings: { allowedIps: ['10.0.0.1'] }, refusal: address('undefined') },
  'an IPv4 address in IPv6 form is the same address': {
    request: { clientIp: '::ffff:10.0.0.1' },
    settings: { allowedIps: ['10.0.0.1'] },
  },

  // body safety
  'api_base is refused': { body: { api_base: 'https://evil' }, refusal: unsafe('api_base') },
  'base_url is refused': { body: { base_url: 'https://evil' }, refusal: unsafe('base_url') },
  'AWS parameters are refused': { body: { aws_sts_endpoint: 'x' }, refusal: unsafe('aws_sts_endpoint') },
  'api_base inside extra_body is refused': { body: { extra_body: { api_base: 'x' } }, refusal: unsafe('api_base') },
  "the name of one of the gateway's secrets is refused": {
    body: { user: 'os.environ/LITELLM_MASTER_KEY' },
    refusal: unsafe('user'),
  },
  'a text that speaks of os.environ passes': { body: { messages: [{ content: 'os.environ/PATH' }] } },
  "the client's own api_key does not open the rest": {
    body: { api_key: 'x', api_base: 'https://evil' },
    refusal: unsafe('api_base'),
  },
  'settings may allow all': { body: { api_base: 'https://ok' }, settings: { allowClientSideCredentials: true } },
  'a deployment may allow some': {
    facts: someFacts({}, { catalog: { clientSideParams: () => ['api_base'] } }),
    body: { api_base: 'https://ok' },
  },
  'what a deployment does not allow is refused': {
    facts: someFacts({}, { catalog: { clientSideParams: () => ['api_base'] } }),
    body: { api_base: 'https://ok', base_url: 'x' },
    refusal: unsafe('base_url'),
  },

  // user and tags
  'user may be demanded': { settings: { enforceUserParam: true }, refusal: { code: 'user_param_missing' } },
  'a body with user passes': { body: { user: 'e' }, settings: { enforceUserParam: true } },
  'user is demanded of POST only': { request: { method: 'GET' }, settings: { enforceUserParam: true } },
  'user is not demanded of MCP': { request: { path: '/mcp/tools' }, settings: { enforceUserParam: true } },
  'tags of clients may be refused': {
    body: { metadata: { tags: ['a'] } },
    settings: { rejectClientsideMetadataTags: true },
    refusal: {
      code: 'bad_request',
      param: 'metadata.tags',
      message:
        "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. " +
        'Tags can only be set via API key metadata.',
    },
  },
  'other metadata passes': { body: { metadata: { a: 1 } }, settings: { rejectClientsideMetadataTags: true } },
  'tags of clients pass otherwise': { body: { metadata: { tags: ['a'] } } },

  // guardrails
  'a team may be denied the choice of guardrails': {
    facts: guarded,
    body: { guardrails: ['x'] },
    refusal: noGuardrails,
  },
  'also in metadata': { facts: guarded, body: { metadata: { guardrails: ['x'] } }, refusal: noGuardrails },
  'also in litellm_metadata': {
    facts: guarded,
    body: { litellm_metadata: { guardrails: { a: true } } },
    refusal: noGuardrails,
  },
  'an empty choice is one too': { facts: guarded, body: { guardrails: [] }, refusal: noGuardrails },
  'to opt out is a choice': {
    facts: guarded,
    body: { metadata: { opted_out_global_guardrails: ['x'] } },
    refusal: noGuardrails,
  },
  'also in metadata that is text': {
    facts: guarded,
    body: { metadata: '{"disable_global_guardrails": true}' },
    refusal: noGuardrails,
  },
  'text that is no JSON chooses nothing': { facts: guarded, body: { metadata: '{guardrails' } },
  'a team that is not denied may choose': { facts: someFacts({ team: aTeam() }), body: { guardrails: ['x'] } },
  'nobody else is denied': { body: { guardrails: ['x'] } },

  // vector stores
  "a vector store of the key's list passes": {
    facts: someFacts({ vectorStores: ['a'] }),
    body: { vector_store_ids: ['a'] },
  },
  'another vector store is refused': {
    facts: someFacts({ vectorStores: ['a'] }),
    body: { vector_store_ids: ['a', 'b'] },
    refusal: {
      code: 'vector_store_denied',
      type: 'key_vector_store_access_denied',
      message: "User not allowed to access vector store. Tried to access b. Only allowed to access ['a']",
    },
  },
  'vector stores of the file_search tool count': {
    facts: someFacts({ owners: { teamId: 't' }, team: aTeam({ vectorStores: ['a'] }) }),
    body: { tools: [{ type: 'file_search', vector_store_ids: ['b'] }] },
    refusal: { code: 'vector_store_denied', type: 'team_vector_store_access_denied' },
  },
  "an organization's list counts": {
    facts: someFacts({ organization: anOrganization({ vectorStores: ['a'] }) }),
    body: { vector_store_ids: ['b'] },
    refusal: { code: 'vector_store_denied', type: 'org_vector_store_access_denied' },
  },
  'an empty list is none': { facts: someFacts({ vectorStores: [] }), body: { vector_store_ids: ['b'] } },

  // end users
  'a blocked end user passes': { facts: someFacts({}, { endUser: { id: 'e', spend: 0, blocked: true } }) },
  'a blocked end user can be refused': {
    facts: someFacts({}, { endUser: { id: 'e', spend: 0, blocked: true } }),
    settings: { checkBlockedEndUsers: true },
    refusal: {
      code: 'bad_request',
      type: 'invalid_request_error',
      message: 'User blocked from making LLM API Calls. User=e',
    },
  },
  'another end user passes then': {
    facts: someFacts({}, { endUser: { id: 'e', spend: 0 } }),
    settings: { checkBlockedEndUsers: true },
  },

  // tools
  'a tool of the list passes': { facts: tooled(['weather']), body: chatTools('weather') },
  'another tool is refused': {
    facts: tooled(['weather']),
    body: chatTools('weather', 'shell', "it's"),
    refusal: noTool(`['shell', "it's"]`),
  },
  'an empty list of tools is none': { facts: tooled([]), body: chatTools('shell') },
  'a list that is no list is none': { facts: tooled('weather'), body: chatTools('shell') },
  'a call without tools passes': { facts: tooled(['weather']) },
  "the team's list counts": {
    facts: tooled(undefined, ['weather']),
    body: chatTools('shell'),
    refusal: noTool("['shell']"),
  },
  "the key's list goes before the team's": { facts: tooled(['shell'], ['weather']), body: chatTools('shell') },
  'numbers in the list are names': { facts: tooled([7]), body: chatTools('7') },
  ...Object.fromEntries(
    Object.entries({
      'functions of old': { functions: [{ name: 'shell' }] },
      'custom tools': { tools: [{ type: 'custom', custom: { name: 'shell' } }] },
      'tools of Anthropic and of Responses': { tools: [{ type: 'function', name: 'shell' }] },
      'MCP servers of Responses': { tools: [{ type: 'mcp', server_label: 'shell' }] },
      'tools of Gemini': { tools: [{ functionDeclarations: [{ name: 'shell' }] }] },
      'tools of Gemini in snake case': { tools: [{ function_declarations: [{ name: 'shell' }] }] },
      'tools of Bedrock': { toolConfig: { tools: [{ toolSpec: { name: 'shell' } }] } },
      'a name in two places': { tools: [{ name: 'shell', function: { name: 'weather' } }] },
    }).map(([form, body]) => [`${form} count`, { facts: tooled(['weather']), body, refusal: noTool("['shell']") }]),
  ),
  'tools without a name pass': { facts: tooled(['weather']), body: { tools: [{ type: 'web_search' }, null, 7] } },

  // traces
  'an agent must name a trace': { facts: traced, refusal: noTrace },
  'a trace in the body is not enough': { facts: traced, body: { litellm_trace_id: 't' }, refusal: noTrace },
  'a trace id will do': { facts: traced, request: { headers: { 'x-litellm-trace-id': 't' } } },
  'a session id will do': { facts: traced, request: { headers: { 'x-litellm-session-id': 's' } } },
  "an agent's own session id will do": {
    facts: traced,
    request: { headers: { 'x-claude-code-session-id': 'e96634a3-fa28' } },
  },
  'one that is too short will not': {
    facts: traced,
    request: { headers: { 'x-claude-code-session-id': 'e9663' } },
    refusal: noTrace,
  },
  'others need no trace': {},

  // prices
  'a call without a price passes': { facts: unpriced },
  'a call without a price can be refused': {
    facts: unpriced,
    settings: { blockUnpriced: true },
    refusal: { code: 'model_unpriced', param: 'model', message: 'The price of model=gpt-4o is not known.' },
  },
  'a call with a price passes then': { settings: { blockUnpriced: true } },

  // demanded parameters
  'the gateway may demand a parameter': { settings: { enforcedParams: ['seed'] }, refusal: missing('seed') },
  'the gateway may demand one inside another': {
    body: { metadata: { a: 1 } },
    settings: { enforcedParams: ['metadata.generation_name'] },
    refusal: missing('[metadata][generation_name]'),
  },
  'a demanded parameter that is given passes': {
    body: { metadata: { generation_name: null } },
    settings: { enforcedParams: ['metadata.generation_name'] },
  },
  'a key may demand a parameter': { facts: enforced({ enforced_params: ['seed'] }), refusal: missing('seed') },
  'service accounts may have to give more': {
    facts: enforced({ service_account_id: 's' }),
    settings: { serviceAccountEnforcedParams: ['seed'] },
    refusal: missing('seed'),
  },
  'others need not': { settings: { serviceAccountEnforcedParams: ['seed'] } },

  // cache controls
  'a cache control of the list passes': {
    facts: someFacts({ allowedCacheControls: ['no-cache'] }),
    body: { cache: { 'no-cache': true } },
  },
  'another cache control is refused': {
    facts: someFacts({ allowedCacheControls: ['no-cache'] }),
    body: { cache: { 'no-cache': true, ttl: 5 } },
    refusal: {
      code: 'forbidden',
      message: 'Not allowed to set ttl as a cache control. Contact admin to change permissions.',
    },
  },
  'without a list every cache control passes': { body: { cache: { ttl: 5 } } },
}

test.each(Object.entries(CASES))(
  '%s',
  (_claim, { facts = someFacts(), request, body = {}, settings = {}, refusal }) => {
    const asked = { method: 'POST', path: '/v1/chat/completions', ...request }
    const found = checkCall({ ...facts, request: asked }, aCall({ json: body }), settings, NOW)
    if (refusal) expect(found).toMatchObject(refusal)
    else expect(found).toBeUndefined()
  },
)

test('a request can be refused before it is known who sends it', () => {
  const request = { method: 'POST', path: '/v1/chat/completions', clientIp: '10.0.0.2' }
  expect(checkRequest({ request }, { allowedIps: ['10.0.0.1'] }, NOW)).toMatchObject(address('10.0.0.2'))
  expect(checkRequest({ request }, { allowedRoutes: ['info_routes'] }, NOW)?.code).toBe('forbidden')
  expect(checkRequest({ request }, { allowedRoutes: ['llm_api_routes'] }, NOW)).toBeUndefined()
})

test.each([
  ['blocked_key', someFacts({ blocked: true }), 'None'],
  ['blocked_owner', someFacts({ team: aTeam({ blocked: true }) }), 'None'],
  ['budget_exceeded', someFacts({ maxBudget: 0 }), undefined],
  ['key_model_denied', someFacts({ models: ['x'] }), 'model'],
])('%s says that there is no parameter as LiteLLM does', (code, facts, param) => {
  expect(checkCall(facts, aCall(), {}, NOW)).toMatchObject({ code })
  expect(checkCall(facts, aCall(), {}, NOW)?.param).toBe(param)
})

test('an unsafe body can have the status of older versions', () => {
  const call = aCall({ json: { api_base: 'x' } })
  const compat = { bodySafetyStatus: 400 } as const
  expect(checkCall(someFacts(), call, { compat }, NOW)).toMatchObject({ code: 'bad_request', status: 400 })
  for (const settings of [{}, { compat: '1.83' as const }]) {
    expect(checkCall(someFacts(), call, settings, NOW)?.status).toBe(401)
  }
})
