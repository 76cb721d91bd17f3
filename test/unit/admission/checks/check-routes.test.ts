import { describe, expect, test } from '@jest/globals'
import { checkCall } from '../../../../src/admission/checks.ts'
import type { CheckSettings } from '../../../../src/admission/facts/check.ts'
import {
  canonicalPath,
  inGroup,
  isLlmRoute,
  matchesRoute,
  routesAllow,
} from '../../../../src/admission/facts/routes/route-groups.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { aCall, aUser, NOW, someFacts } from '../support/facts.ts'

test.each([
  ['/models', '/models', true],
  ['/models', '/models/x', false],
  ['/models/{id}', '/models/x', true],
  ['/models/{id}', '/models/x/y', false],
  ['/models/{id}', '/models/', false],
  ['/models/{id:path}:go', '/models/a/b:go', true],
  ['/models/{id:path}:go', '/models/a/b:stop', false],
  ['/files/*', '/files/a/b', true],
  ['/files/*', '/files', false],
  ['/v1*', '/v1/anything', true],
  ['/a.b', '/axb', false],
  ['/a(b', '/a(b', true],
])('%s describes %s: %p', (pattern, path, expected) => {
  expect(matchesRoute(pattern, path)).toBe(expected)
})

test.each([
  ['/chat/completions', true],
  ['/v1/chat/completions', true],
  ['/v2/chat/completions', false],
  ['/v1/embeddings', true],
  ['/openai/deployments/my/model/chat/completions', true],
  ['/engines/x/chat/completions', true],
  ['/v1/messages', true],
  ['/v1/messages/count_tokens', true],
  ['/v1beta/models/gemini/pro:generateContent', true],
  ['/models/gemini-pro:streamGenerateContent', true],
  ['/v1/responses', true],
  ['/v1/responses/resp_1/input_items', true],
  ['/v1/files/f/content', true],
  ['/v1/fine_tuning/jobs/j/cancel', true],
  ['/v1/realtime', true],
  ['/bedrock/model/x/converse', true],
  ['/openai', true],
  ['/openaix', false],
  ['/key/generate', false],
  ['/spend/logs', false],
  ['/health', false],
  ['/reports', false],
])('%s is a path to models: %p', (path, expected) => {
  expect(isLlmRoute(path)).toBe(expected)
})

test.each([
  [['/chat/completions'], '/chat/completions', true],
  [['/chat/completions'], '/v1/chat/completions', false],
  [['/chat'], '/chat/completions', true],
  [['/chat'], '/chatter', false],
  [['llm_api_routes'], '/v1/messages', true],
  [['anthropic_routes'], '/v1/messages', true],
  [['openai_routes'], '/v1/messages', false],
  [['info_routes'], '/model/info', true],
  [['management_routes'], '/key/generate', true],
  [['key_management_routes'], '/team/new', false],
  [['spend_tracking_routes'], '/spend/logs', true],
  [['/v1/*'], '/v1/chat/completions', true],
  [['/v2/*'], '/v1/chat/completions', false],
  [['toString'], '/v1/models', false],
  [['mcp_routes', '/v1/models'], '/v1/models', true],
] as [string[], string, boolean][])('%p allows %s: %p', (allowed, path, expected) => {
  expect(routesAllow(allowed, path)).toBe(expected)
})

test('a group that nobody knows has nothing in it', () => {
  expect(inGroup('constructor', '/v1/models')).toBe(false)
})

test.each([
  ['/KEY/generate', '/key/generate'],
  ['/key/generate/', '/key/generate'],
  ['//key//generate', '/key/generate'],
  ['/%6Bey/generate', '/key/generate'],
  ['/', '/'],
  ['/%zz', '/%zz'],
])('%s is another spelling of %s', (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical)
})

test.each(['/KEY/generate', '/key/generate/', '//key/generate', '/%6bey/generate'])(
  '%s is no way around roles',
  (path) => {
    expect(checkCall(someFacts({}, { request: { method: 'POST', path } }), undefined, {}, NOW)?.code).toBe('admin_only')
  },
)

test.each(['/BEDROCK/model/x', '/bedrock//model/x/'])('%s is no way around budgets', (path) => {
  const facts = someFacts({ maxBudget: 0 }, { request: { method: 'POST', path } })
  expect(checkCall(facts, undefined, {}, NOW)?.code).toBe('budget_exceeded')
})

test('a route for admins only is closed in every spelling', () => {
  const facts = someFacts({}, { request: { method: 'POST', path: '/V1/Embeddings/' } })
  expect(checkCall(facts, undefined, { adminOnlyRoutes: ['/v1/embeddings'] }, NOW)?.code).toBe('forbidden')
})

interface Case {
  readonly key?: Partial<VirtualKey>
  readonly path: string
  readonly method?: string
  readonly userId?: string
  readonly settings?: CheckSettings
  readonly code?: string
  readonly message?: string
}

const role = (name: string | undefined): Partial<VirtualKey> => ({
  owners: { userId: 'u' },
  user: aUser({ role: name }),
})
const onlyAdmin = (path: string, name: string, user = '***') =>
  'Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. ' +
  `Route=${path}. Your role=${name}. Your user_id=${user}`

const CASES: Record<string, Case> = {
  'every key may call models': { path: '/v1/chat/completions' },
  'every key may ask for itself': { path: '/key/info' },
  'every key may see the models': { path: '/v1/models' },
  "the app's own paths are its own": { path: '/reports' },
  'the master key may do all': { key: { master: true }, path: '/key/generate' },
  'an admin may do all': { key: role('proxy_admin'), path: '/user/delete', method: 'POST' },
  'a key without a user may not make keys': {
    path: '/key/generate',
    code: 'admin_only',
    message: onlyAdmin('/key/generate', 'unknown', '*******'),
  },
  'a user id is masked': {
    key: { owners: { userId: 'somebody-else' }, user: aUser({ id: 'somebody-else', role: 'customer' }) },
    path: '/user/delete',
    code: 'admin_only',
    message: onlyAdmin('/user/delete', 'customer', 'somebo*****se'),
  },
  'an internal user may make keys': { key: role('internal_user'), path: '/key/generate', method: 'POST' },
  'a role that LiteLLM does not know is that of an internal user': { key: role('boss'), path: '/key/generate' },
  'an internal user may not delete users': { key: role('internal_user'), path: '/user/delete', code: 'admin_only' },
  'what admins of organizations may do is for the endpoint to decide': {
    key: { ...role('internal_user_viewer'), owners: { userId: 'u' } },
    path: '/team/new',
    method: 'POST',
  },
  'an internal user may see what is spent': { key: role('internal_user'), path: '/spend/logs' },
  'one who only looks may see what is spent': { key: role('internal_user_viewer'), path: '/spend/logs' },
  'one who only looks may not make keys': {
    key: role('internal_user_viewer'),
    path: '/key/generate',
    code: 'admin_only',
  },
  'teams manage their members themselves': { path: '/team/member_add', method: 'POST' },
  "a key's own routes open a path of the administration": { key: { allowedRoutes: ['/user/new'] }, path: '/user/new' },
  'a permission opens what everybody has spent': {
    key: { permissions: { get_spend_routes: true } },
    path: '/global/spend/logs',
  },
  'without it that stays closed': { path: '/global/spend/logs', code: 'admin_only' },
  "nobody may ask for another's user": {
    key: { owners: { userId: 'u' } },
    path: '/user/info',
    userId: 'v',
    code: 'forbidden',
    message: "key not allowed to access this user's info. user_id=v, key's user_id=u",
  },
  'everybody may ask for the own user': { key: { owners: { userId: 'u' } }, path: '/user/info', userId: 'u' },
  'a viewing admin may read': { key: role('proxy_admin_viewer'), path: '/user/list', method: 'GET' },
  'a viewing admin may not write': {
    key: role('proxy_admin_viewer'),
    path: '/key/generate',
    method: 'POST',
    code: 'forbidden',
    message: 'user not allowed to access this route, role= proxy_admin_viewer. Trying to access: /key/generate',
  },
  'a viewing admin may call models': { key: role('proxy_admin_viewer'), path: '/v1/chat/completions', method: 'POST' },
  'routes may be for admins only': {
    path: '/v1/embeddings',
    settings: { adminOnlyRoutes: ['/v1/embeddings'] },
    code: 'forbidden',
    message: 'user not allowed to access this route. Route=/v1/embeddings is an admin only route',
  },
  'admins may use them': {
    key: { master: true },
    path: '/v1/embeddings',
    settings: { adminOnlyRoutes: ['/v1/embeddings'] },
  },
  'a key is held to its routes': {
    key: { allowedRoutes: ['/v1/embeddings', 'info_routes'] },
    path: '/v1/chat/completions',
    code: 'forbidden',
    message:
      'Virtual key is not allowed to call this route. ' +
      "Only allowed to call routes: ['/v1/embeddings', 'info_routes']. Tried to call route: /v1/chat/completions",
  },
  'a key is held to its routes in the app around us too': {
    key: { allowedRoutes: ['llm_api_routes'] },
    path: '/reports',
    code: 'forbidden',
  },
  'pass-through routes of the key add to its routes': {
    key: { allowedRoutes: ['/v1/embeddings'], metadata: { allowed_passthrough_routes: ['/x'] } },
    path: '/x/y',
  },
  'pass-through routes of the team add to its routes': {
    key: { allowedRoutes: ['/v1/embeddings'], teamMetadata: { allowed_passthrough_routes: ['/x'] } },
    path: '/x',
  },
  'calls to models can be switched off': {
    path: '/v1/chat/completions',
    settings: { disableLlmApiEndpoints: true },
    code: 'forbidden',
    message: 'LLM API routes are disabled for this instance.',
  },
  'asking for models works on': { path: '/v1/models', settings: { disableLlmApiEndpoints: true } },
  'the administration can be switched off': {
    key: { master: true },
    path: '/key/generate',
    settings: { disableAdminEndpoints: true },
    code: 'forbidden',
  },
  'the gateway can be closed but for some routes': {
    key: { master: true },
    path: '/v1/embeddings',
    settings: { allowedRoutes: ['/v1/chat/completions'] },
    code: 'forbidden',
    message: 'Access forbidden: Route /v1/embeddings not allowed',
  },
}

test.each(Object.entries(CASES))(
  '%s',
  (_claim, { key, path, method = 'GET', userId, settings = {}, code, message }) => {
    const found = checkCall(someFacts(key, { request: { method, path, userId } }), undefined, settings, NOW)
    expect(found?.code).toBe(code)
    if (message) expect(found?.message).toBe(message)
  },
)

describe('a call below a mount path', () => {
  const mounted = { request: { method: 'POST', path: '/api/llm/v1/chat/completions' } }

  test.each([[['llm_api_routes']], [['/v1/*']], [['/v1/chat/completions']]])('is allowed by %p', (allowed) => {
    expect(checkCall(someFacts({ allowedRoutes: allowed }, mounted), aCall(), {}, NOW)).toBeUndefined()
  })

  test.each([[['/v1/embeddings']], [['/chat/completions']]])('is still held to routes: %p', (allowedRoutes) => {
    expect(checkCall(someFacts({ allowedRoutes }, mounted), aCall(), {}, NOW)?.code).toBe('forbidden')
  })

  test('without a version is none of that version', () => {
    const plain = { request: { method: 'POST', path: '/api/llm/chat/completions' } }
    const codeOf = (allowedRoutes: string[]) => checkCall(someFacts({ allowedRoutes }, plain), aCall(), {}, NOW)?.code
    expect([codeOf(['/v1/*']), codeOf(['/chat/completions'])]).toEqual(['forbidden', undefined])
  })
})

test('a key in the path is not quoted', () => {
  const request = { method: 'POST', path: '/key/sk-secret-4711/regenerate' }
  for (const settings of [{}, { adminOnlyRoutes: ['/key/*'] }, { allowedRoutes: ['/x'] }] as CheckSettings[]) {
    const refusal = checkCall({ ...someFacts(), request }, undefined, settings, NOW)
    expect(refusal?.message).toContain('/key/sk-.../regenerate')
  }
})
