import type { Rows, Settings } from './support.ts'

export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly body?: Readonly<Record<string, unknown>>
  /** `<secret>` stands for the key. Default: `authorization: Bearer <secret>`. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly master?: boolean
}

/** Status, `type`, `param` and message of the refusal. `<id>`, `<hash>`, `<last4>` stand for those of the case. */
/** Of the type `detail`: the body is FastAPI's, `{ detail: message }`. */
export type Refused = readonly [status: number, type: string, param: string | null, message: string | RegExp]

export interface Case {
  readonly name: string
  readonly rows: Rows
  readonly ask: Ask
  readonly expected: 200 | Refused
  readonly settings?: Settings
}

const PAST = '2020-01-01T00:00:00Z'
const FUTURE = '2099-01-01T00:00:00Z'

const list = (...cases: (readonly [string, Rows, 200 | Refused, Ask?, Settings?])[]): readonly Case[] =>
  cases.map(([name, rows, expected, ask = {}, settings]) => ({ name, rows, ask, expected, settings }))

const model = (name: string): Ask => ({ body: { model: name } })
const tool = (name: string): Ask => ({ body: { tools: [{ type: 'function', function: { name } }] } })
const over = (message: string): Refused => [422, 'budget_exceeded', null, message]
const was = (owner: string, spend: string, max: string) =>
  over(`Budget has been exceeded! ${owner} Current cost: ${spend}, Max budget: ${max}`)
const member = { team: {}, user: {}, member: {} }
const modelDenied = (name: string) =>
  `The requested model '${name}' is not available for this API key, or the model name is invalid. ` +
  'Check the models available to you and try again.'
const denied = (_owner: string, type: string, _models: string, name = 'gpt-4o'): Refused => [
  403,
  `${type}_model_access_denied`,
  'model',
  modelDenied(name),
]

const MISSING: Refused = [401, 'auth_error', 'None', 'Authentication Error, No api key passed in.']
const MALFORMED: Refused = [
  401,
  'auth_error',
  'None',
  'Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.',
]
const USER_AUTH_CLOSED: Refused = [403, 'auth_error', 'None', "'allow_user_auth' not set or set to False"]
const LISTED: Settings = { litellm: { callbacks: ['blocked_user_check'], blocked_user_list: ['e-listed'] } }
const sent = (headers: Ask['headers']): Ask => ({ headers })
const OWN_HEADER = { general: { litellm_key_header_name: 'X-My-Key' } }

const credentials = list(
  ['Authorization, Bearer', {}, 200, sent({ authorization: 'Bearer <secret>' })],
  ['Authorization, bearer', {}, 200, sent({ authorization: 'bearer <secret>' })],
  ['Authorization, Basic', {}, 200, sent({ authorization: 'Basic <secret>' })],
  ['Authorization, BEARER is no scheme', {}, MALFORMED, sent({ authorization: 'BEARER <secret>' })],
  ['Authorization, boto3', {}, 200, sent({ authorization: 'AWS4-HMAC-SHA256 Credential=Bearer <secret>/20260216/x' })],
  ['Authorization without a scheme', {}, MALFORMED, sent({ authorization: '<secret>' })],
  ['Authorization with two spaces', {}, MALFORMED, sent({ authorization: 'Bearer  <secret>' })],
  ['Authorization, empty', {}, MALFORMED, sent({ authorization: 'Bearer ' })],
  ['x-litellm-api-key, bare', {}, 200, sent({ 'x-litellm-api-key': '<secret>' })],
  ['x-litellm-api-key, Bearer', {}, 200, sent({ 'x-litellm-api-key': 'Bearer <secret>' })],
  ['api-key', {}, 200, sent({ 'api-key': '<secret>' })],
  ['x-api-key', {}, 200, sent({ 'x-api-key': '<secret>' })],
  ['x-goog-api-key', {}, 200, sent({ 'x-goog-api-key': '<secret>' })],
  ['ocp-apim-subscription-key', {}, 200, sent({ 'ocp-apim-subscription-key': '<secret>' })],
  [
    'x-litellm-api-key goes before Authorization',
    {},
    200,
    sent({ 'x-litellm-api-key': '<secret>', authorization: 'x' }),
  ],
  ['a malformed Authorization hides x-api-key', {}, MALFORMED, sent({ authorization: 'x', 'x-api-key': '<secret>' })],
  ['a header sent twice', {}, MALFORMED, sent({ 'x-api-key': ['<secret>', '<secret>'] })],
  ['Authorization sent twice', {}, MALFORMED, sent({ authorization: ['Bearer <secret>', 'Bearer sk-other'] })],
  ['?key= on a chat path', {}, MISSING, { path: '/v1/chat/completions?key=<secret>', headers: {} }],
  [
    '?key= on a Google path',
    {},
    200,
    { path: '/v1beta/models/gpt-4o:generateContent?key=<secret>', headers: {}, body: { contents: [] } },
  ],
  ['none', {}, MISSING, sent({})],
  [
    'not sk-',
    {},
    [401, 'auth_error', 'None', "LiteLLM Virtual Key expected. Received=abcd****ijkl, expected to start with 'sk-'."],
    sent({ authorization: 'Bearer abcdefghijkl' }),
  ],
  [
    'the hash of a key is no key',
    {},
    [
      401,
      'auth_error',
      'None',
      /^LiteLLM Virtual Key expected\. Received=.{4}\*{4}.{4}, expected to start with 'sk-'\.$/,
    ],
    sent({ authorization: 'Bearer <hash>' }),
  ],
  [
    'unknown',
    {},
    [
      401,
      'token_not_found_in_db',
      'key',
      'Authentication Error, Invalid proxy server token passed. Received API Key = sk-...nown, Key Hash (Token) =' +
        '6eace09f299b912fba6f69532343cb57b8039869a8a1590441112e87d1e84727. ' +
        'Unable to find token in cache or `LiteLLM_VerificationTokenTable`',
    ],
    sent({ authorization: 'Bearer sk-unknown' }),
  ],
  ['a header of its own', {}, 200, sent({ 'x-my-key': 'Bearer <secret>' }), OWN_HEADER],
  ['a header of its own, bare', {}, MALFORMED, sent({ 'x-my-key': '<secret>' }), OWN_HEADER],
  ['a header of its own, others do not count', {}, MALFORMED, sent({ authorization: 'Bearer <secret>' }), OWN_HEADER],
  ['the master key', {}, 200, { master: true }],
  ['/user/auth', {}, USER_AUTH_CLOSED, { path: '/user/auth' }],
  ['/user/auth with the master key', {}, USER_AUTH_CLOSED, { path: '/user/auth', master: true }],
  [
    '/user/auth with a key that nobody knows',
    {},
    USER_AUTH_CLOSED,
    { path: '/user/auth', ...sent({ authorization: 'Bearer sk-unknown' }) },
  ],
  ['/user/auth with no key', {}, MISSING, { path: '/user/auth', ...sent({}) }],
  ['/user/auth with a malformed key', {}, MALFORMED, { path: '/user/auth', ...sent({ authorization: 'x' }) }],
)

const ROTATED = (revoke_at: string): Rows => ({ key: { metadata: { replaced_until: revoke_at } } })

const state = list(
  [
    'blocked',
    { key: { blocked: true } },
    [401, 'auth_error', 'None', "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin."],
  ],
  ['blocked: false', { key: { blocked: false } }, 200],
  [
    'blocked before anything else',
    { key: { blocked: true, models: ['x'], expires: PAST } },
    [401, 'auth_error', 'None', /Key is blocked/],
  ],
  [
    'expired',
    { key: { expires: PAST } },
    [
      401,
      'expired_key',
      'sk-...<last4>',
      /^Authentication Error - Expired Key\. Key Expiry time 2020-01-01 00:00:00\+00:00 and current time \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00:00$/,
    ],
  ],
  [
    'expired, before 1.84',
    { key: { expires: PAST } },
    [400, 'expired_key', 'sk-...<last4>', /Expired Key/],
    {},
    { options: { compat: '1.83' } },
  ],
  ['not expired yet', { key: { expires: FUTURE } }, 200],
  [
    'an expired key that asks for a forbidden model hears about the model',
    { key: { expires: PAST, models: ['x'] } },
    denied('key', 'key', "['x']"),
  ],
  [
    'an expired key over budget hears that it is expired',
    { key: { expires: PAST, max_budget: 1, spend: 2 } },
    [401, 'expired_key', 'sk-...<last4>', /Expired Key/],
  ],
  [
    'a blocked team',
    { team: { blocked: true } },
    [
      401,
      'auth_error',
      'None',
      "Authentication Error, Team=t-<id> is blocked. Update via `/team/unblock` if you're an admin.",
    ],
  ],
  ['a team that is not there', { key: { team_id: 'nowhere' } }, 200],
  ['a user that is not there', { key: { user_id: 'nobody' } }, 200],
  [
    'a user that was deactivated',
    { user: { metadata: { scim_active: false } } },
    [401, 'auth_error', 'None', 'User=u-<id> has been deactivated via SCIM. Keys owned by this user cannot be used.'],
  ],
  ['a user that is active', { user: { metadata: { scim_active: true } } }, 200],
  [
    'a blocked project',
    { project: { blocked: true } },
    [401, 'auth_error', 'None', "Project=pr-<id> is blocked. Update via `/project/update` if you're an admin."],
  ],
  ['a replaced key in its time of grace', ROTATED(FUTURE), 200],
  [
    'a replaced key after its time of grace',
    ROTATED(PAST),
    [401, 'token_not_found_in_db', 'key', /Invalid proxy server token passed/],
  ],
)

const KEY = 'Key=key (sk-...<last4>)'
const ENTITIES: readonly (readonly [
  string,
  (spend: number, max: number) => Rows,
  '>=' | '>',
  (spend: string, max: string) => string,
])[] = [
  [
    'the key',
    (spend, max_budget) => ({ key: { spend, max_budget } }),
    '>=',
    (s, m) => `Budget has been exceeded! ${KEY} Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    "the key's tier",
    (spend, max_budget) => ({ key: { spend }, budgets: { key: { max_budget } } }),
    '>=',
    (s, m) => `Budget has been exceeded! ${KEY} Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    'the team',
    (spend, max_budget) => ({ team: { spend, max_budget } }),
    '>',
    (s, m) => `Budget has been exceeded! Team=t-<id> Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    'the user',
    (spend, max_budget) => ({ user: { spend, max_budget } }),
    '>=',
    (s, m) => `ExceededBudget: User=u-<id> over budget. Spend=${s}, Budget=${m}`,
  ],
  [
    'the member',
    (spend, max_budget) => ({ ...member, member: { spend }, budgets: { member: { max_budget } } }),
    '>=',
    (s, m) =>
      s === m
        ? `Budget has been exceeded! User=u-<id> in Team=t-<id> Current cost: ${s}, Max budget: ${m}`
        : `Budget has been exceeded! Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    "the team's default for members",
    (spend, max_budget) => ({
      team: { metadata: { team_member_budget_id: 'teamMembers-<id>' } },
      user: {},
      member: { spend },
      budgets: { teamMembers: { max_budget } },
    }),
    '>=',
    (s, m) => `Budget has been exceeded! User=u-<id> in Team=t-<id> Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    'the organization',
    (spend, max_budget) => ({ org: { spend }, budgets: { org: { max_budget } } }),
    '>=',
    (s, m) => `Budget has been exceeded! Organization=o-<id> Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    'the project',
    (spend, max_budget) => ({ project: { spend }, budgets: { project: { max_budget } } }),
    '>',
    (s, m) => `Budget has been exceeded! Project=pr-<id> Current cost: ${s}, Max budget: ${m}`,
  ],
  [
    'the end user',
    (spend, max_budget) => ({ endUser: { spend }, budgets: { endUser: { max_budget } } }),
    '>',
    (s, m) => `ExceededBudget: End User=e-<id> over budget. Spend=${s}, Budget=${m}`,
  ],
  [
    'the tag',
    (spend, max_budget) => ({ tag: { spend }, budgets: { tag: { max_budget } } }),
    '>',
    (s, m) => `Budget has been exceeded! Tag=tag-<id> Current cost: ${s}, Max budget: ${m}`,
  ],
]
const NAMED: Ask = { body: { user: 'e-<id>', metadata: { tags: ['tag-<id>'] } } }
const UNRESERVED: Settings = { options: { reserve: 'off' } }

/** Under, at and over each budget: LiteLLM's operators differ. Without reservations, which need room for the call too. */
const budgets: readonly Case[] = ENTITIES.flatMap(([name, rows, operator, message]) =>
  list(
    [`${name}: under its budget`, rows(1, 2), 200, NAMED, UNRESERVED],
    [`${name}: at its budget`, rows(2, 2), operator === '>' ? 200 : over(message('2.0', '2.0')), NAMED, UNRESERVED],
    [`${name}: over its budget`, rows(2.5, 2), over(message('2.5', '2.0')), NAMED, UNRESERVED],
  ),
)

const KEY_OVER = { spend: 2, max_budget: 1 }
const moreBudgets = list(
  ['a budget of 0 blocks at once', { key: { max_budget: 0 } }, was(KEY, '0.0', '0.0')],
  [
    'an alias is named',
    { key: { ...KEY_OVER, key_alias: 'alias-<id>' } },
    was('Key=alias-<id> (sk-...<last4>)', '2.0', '1.0'),
  ],
  [
    'before 1.84 it is a 400',
    { key: KEY_OVER },
    [400, 'budget_exceeded', null, /Current cost: 2.0, Max budget: 1.0/],
    {},
    { options: { compat: '1.83' } },
  ],
  [
    "the key's own budget stands above its tier's",
    { key: { spend: 2, max_budget: 5 }, budgets: { key: { max_budget: 1 } } },
    200,
  ],
  ['a soft budget refuses nothing', { key: { spend: 2 }, budgets: { key: { soft_budget: 1 } } }, 200],
  ["a project's soft budget refuses nothing", { project: { spend: 2 }, budgets: { project: { soft_budget: 1 } } }, 200],
  ["a team's soft budget refuses nothing", { team: { spend: 2, soft_budget: 1 } }, 200],
  ['models that cost nothing are held to no budget', { key: KEY_OVER }, 200, model('free')],
  ['a model is free when its fallbacks are', { key: KEY_OVER }, was(KEY, '2.0', '1.0'), model('free-first')],
  [
    'a model is free when no fallback is asked for',
    { key: KEY_OVER },
    200,
    { body: { model: 'free-first', disable_fallbacks: true } },
  ],
  [
    'a fallback of the call itself counts as well',
    { key: KEY_OVER },
    was(KEY, '2.0', '1.0'),
    { body: { model: 'free', fallbacks: ['gpt-4o'], mock_testing_fallbacks: true } },
  ],
  ['a model is free when all of its deployments are', { key: KEY_OVER }, was(KEY, '2.0', '1.0'), model('half-free')],
  [
    'a raise that still holds',
    { key: { ...KEY_OVER, metadata: { temp_budget_increase: 5, temp_budget_expiry: FUTURE } } },
    200,
  ],
  [
    'a raise that is over',
    { key: { ...KEY_OVER, metadata: { temp_budget_increase: 5, temp_budget_expiry: PAST } } },
    was(KEY, '2.0', '1.0'),
  ],
  [
    'a raise that is too small',
    { key: { ...KEY_OVER, metadata: { temp_budget_increase: 0.5, temp_budget_expiry: FUTURE } } },
    was(KEY, '2.0', '1.5'),
  ],
  [
    "a member's raise",
    {
      ...member,
      member: { spend: 2 },
      budgets: { member: { max_budget: 1, temp_budget_increase: 5, temp_budget_expiry: FUTURE } },
    },
    200,
  ],
  [
    "a member's budget of 0",
    { ...member, budgets: { member: { max_budget: 0 } } },
    was('User=u-<id> in Team=t-<id>', '0.0', '0.0'),
  ],
  [
    "a team's default of 0 for members is none",
    {
      team: { metadata: { team_member_budget_id: 'teamMembers-<id>' } },
      user: {},
      member: { spend: 1 },
      budgets: { teamMembers: { max_budget: 0 } },
    },
    200,
  ],
  ["an organization's budget of 0 is none", { org: { spend: 1 }, budgets: { org: { max_budget: 0 } } }, 200],
  [
    "the team's organization counts for keys without one",
    {
      team: { organization_id: 'o-<id>' },
      org: { spend: 2 },
      budgets: { org: { max_budget: 1 } },
      key: { organization_id: null },
    },
    was('Organization=o-<id>', '2.0', '1.0'),
  ],
  ["a user's budget is not for keys of teams", { team: {}, user: { spend: 2, max_budget: 1 } }, 200],
  [
    "a user's budget, where it is for keys of teams",
    { team: {}, user: { spend: 2, max_budget: 1 } },
    over('ExceededBudget: User=u-<id> over budget. Spend=2.0, Budget=1.0'),
    {},
    { general: { apply_user_budget_to_team_keys: true } },
  ],
  [
    'spending a user budget to the cent, before 1.84',
    { user: { spend: 1, max_budget: 1 } },
    200,
    {},
    { options: { compat: '1.83', reserve: 'off' } },
  ],
  ['an end user without a row', {}, 200, { body: { user: 'unheard-of' } }],
  ['an end user without a budget', { endUser: { spend: 9 } }, 200, NAMED],
  [
    'a budget for end users that have none',
    { endUser: { spend: 9 }, budgets: { teamMembers: { max_budget: 5 } } },
    over('ExceededBudget: End User=e-<id> over budget. Spend=9.0, Budget=5.0'),
    NAMED,
    { litellm: { max_end_user_budget_id: 'teamMembers-<id>' } },
  ],
  [
    'an end user in a header',
    { endUser: { spend: 9 }, budgets: { endUser: { max_budget: 1 } } },
    over('ExceededBudget: End User=e-<id> over budget. Spend=9.0, Budget=1.0'),
    { headers: { authorization: 'Bearer <secret>', 'x-litellm-customer-id': 'e-<id>' } },
  ],
  [
    'an end user in metadata.user_id',
    { endUser: { spend: 9 }, budgets: { endUser: { max_budget: 1 } } },
    over('ExceededBudget: End User=e-<id> over budget. Spend=9.0, Budget=1.0'),
    { body: { metadata: { user_id: 'e-<id>' } } },
  ],
  [
    "an end user's budget holds for the master key",
    { endUser: { spend: 9 }, budgets: { endUser: { max_budget: 1 } } },
    over('ExceededBudget: End User=e-<id> over budget. Spend=9.0, Budget=1.0'),
    { master: true, body: { user: 'e-<id>' } },
  ],
  [
    'a tag in a header',
    { tag: { spend: 9 }, budgets: { tag: { max_budget: 1 } } },
    was('Tag=tag-<id>', '9.0', '1.0'),
    { headers: { authorization: 'Bearer <secret>', 'x-litellm-tags': 'a, tag-<id>' } },
  ],
  [
    'a tag in litellm_metadata',
    { tag: { spend: 9 }, budgets: { tag: { max_budget: 1 } } },
    was('Tag=tag-<id>', '9.0', '1.0'),
    { body: { litellm_metadata: { tags: ['tag-<id>'] } } },
  ],
  ['a tag without a row', {}, 200, { body: { metadata: { tags: ['unheard-of'] } } }],
  ['the key goes before the team', { key: KEY_OVER, team: { spend: 2, max_budget: 1 } }, was(KEY, '2.0', '1.0')],
  [
    'the end user goes before the key',
    { key: KEY_OVER, endUser: { spend: 2 }, budgets: { endUser: { max_budget: 1 } } },
    over('ExceededBudget: End User=e-<id> over budget. Spend=2.0, Budget=1.0'),
    NAMED,
  ],
  [
    'the project goes before the team',
    { project: { spend: 2 }, team: { spend: 2, max_budget: 1 }, budgets: { project: { max_budget: 1 } } },
    was('Project=pr-<id>', '2.0', '1.0'),
  ],
  [
    'a model budget of 0',
    { key: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } } },
    over('LiteLLM Virtual Key: <hash>, key_alias: None, exceeded budget for model=gpt-4o'),
  ],
  [
    'a model budget of 0 before 1.84 lets the first call pass',
    { key: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } } },
    200,
    {},
    { options: { reserve: 'off', compat: '1.83' } },
  ],
  [
    'a model budget below 0 is none',
    { key: { model_max_budget: { 'gpt-4o': { budget_limit: -1, time_period: '1d' } } } },
    200,
  ],
  [
    'a model budget of another model',
    { key: { model_max_budget: { other: { max_budget: 0, budget_duration: '1d' } } } },
    200,
  ],
  [
    "a key's window that is spent",
    { key: { budget_limits: [{ budget_duration: '1d', max_budget: 0 }] } },
    over('ExceededBudget: Key over 1d budget. Spend=$0.0000, Limit=$0.00'),
  ],
  ["a key's window with room", { key: { budget_limits: [{ budget_duration: '1d', max_budget: 1 }] } }, 200],
  [
    "a team's window that is spent",
    { team: { budget_limits: [{ budget_duration: '7d', max_budget: 0 }] } },
    over('ExceededBudget: Team=t-<id> over 7d budget. Spend=$0.0000, Limit=$0.00'),
  ],
  ['asking for models is free', { key: KEY_OVER }, 200, { method: 'GET', path: '/v1/models' }],
)

const access = list(
  ['no list', {}, 200],
  ['the model itself', { key: { models: ['gpt-4o'] } }, 200],
  ['another model', { key: { models: ['gpt-4o-mini', "it's"] } }, denied('key', 'key', "['gpt-4o-mini', \"it's\"]")],
  [
    'before 1.84 it is a 401',
    { key: { models: ['x'] } },
    [401, 'key_model_access_denied', 'model', /^key not allowed/],
    {},
    { options: { compat: '1.83' } },
  ],
  ['a part of the name is not the name', { key: { models: ['gpt-4'] } }, denied('key', 'key', "['gpt-4']")],
  ['*', { key: { models: ['*'] } }, 200],
  ['all-proxy-models', { key: { models: ['all-proxy-models'] } }, 200],
  ['a wildcard', { key: { models: ['gpt-*'] } }, 200],
  ['a wildcard that does not match', { key: { models: ['claude-*'] } }, denied('key', 'key', "['claude-*']")],
  ['openai/* lets gpt-4o pass', { key: { models: ['openai/*'] } }, 200],
  ['anthropic/* does not', { key: { models: ['anthropic/*'] } }, denied('key', 'key', "['anthropic/*']")],
  ['anthropic/* lets claude pass', { key: { models: ['anthropic/*'] } }, 200, model('claude-3-5-haiku')],
  ['an access group of the model', { key: { models: ['beta'] } }, 200],
  [
    'an access group of another model',
    { key: { models: ['beta'] } },
    denied('key', 'key', "['beta']", 'gpt-4o-mini'),
    model('gpt-4o-mini'),
  ],
  ['an access group of a wildcard', { key: { models: ['wilds'] } }, 200, model('wild/gpt-4o')],
  ['a name below a wildcard', { key: { models: ['wild/gpt-4o'] } }, 200, model('wild/gpt-4o')],
  [
    'another name below a wildcard',
    { key: { models: ['wild/gpt-4o'] } },
    denied('key', 'key', "['wild/gpt-4o']", 'wild/x'),
    model('wild/x'),
  ],
  ["the router's other name for an allowed model", { key: { models: ['gpt-4o'] } }, 200, model('smart')],
  ["the router's other name itself", { key: { models: ['smart'] } }, 200, model('smart')],
  ["the key's own name for a model", { key: { models: ['gpt-4o'], aliases: { mine: 'gpt-4o' } } }, 200, model('mine')],
  [
    "the key's own name, where only the name is listed",
    { key: { models: ['mine'], aliases: { mine: 'gpt-4o' } } },
    denied('key', 'key', "['mine']", 'mine'),
    model('mine'),
  ],
  [
    "the team's name for a model",
    { key: { models: ['gpt-4o'] }, team: {}, teamAliases: { ours: 'gpt-4o' } },
    200,
    model('ours'),
  ],
  [
    "the team's name for another model",
    { key: { models: ['gpt-4o-mini'] }, team: {}, teamAliases: { ours: 'gpt-4o' } },
    denied('key', 'key', "['gpt-4o-mini']", 'ours'),
    model('ours'),
  ],
  [
    "the team's name for another model, where its name is enough",
    { key: { models: ['gpt-4o-mini'] }, team: { models: ['gpt-4o-mini'] }, teamAliases: { ours: 'gpt-4o' } },
    200,
    model('ours'),
    { options: { compat: { teamAliases: 'allowed' } } },
  ],
  [
    'an access group assigned to the key',
    { key: { models: ['x'] }, accessGroup: { access_model_names: ['gpt-4o'] } },
    200,
  ],
  [
    'an access group with other models',
    { key: { models: ['x'] }, accessGroup: { access_model_names: ['y'] } },
    denied('key', 'key', "['x']"),
  ],
  ['all-team-models defers to the team', { key: { models: ['all-team-models'] }, team: { models: ['gpt-4o'] } }, 200],
  [
    'all-team-models, and the team says no',
    { key: { models: ['all-team-models'] }, team: { models: ['x'] } },
    denied('team', 'team', "['x']"),
  ],
  ['all-team-models without a team', { key: { models: ['all-team-models'] } }, 200],
  ['a key with a config', { key: { models: ['x'], config: { anything: 1 } } }, 200],
  ["the team's list", { team: { models: ['x'] } }, denied('team', 'team', "['x']")],
  ["the team's list, empty", { team: { models: [] } }, 200],
  ["the team's wildcard", { team: { models: ['openai/*'] } }, 200],
  ['the key hears before the team', { key: { models: ['k'] }, team: { models: ['t'] } }, denied('key', 'key', "['k']")],
  [
    "a member's list",
    { ...member, budgets: { member: { allowed_models: ['x'] } } },
    [403, 'team_model_access_denied', 'model', modelDenied('gpt-4o')],
  ],
  [
    "the team's list for members",
    { team: { default_team_member_models: ['x'] }, user: {} },
    [403, 'team_model_access_denied', 'model', modelDenied('gpt-4o')],
  ],
  [
    "a member's own list stands above",
    {
      team: { default_team_member_models: ['x'] },
      user: {},
      member: {},
      budgets: { member: { allowed_models: ['gpt-4o'] } },
    },
    200,
  ],
  ["the user's list", { user: { models: ['x'] } }, denied('user', 'user', "['x']")],
  ["the user's list is not for keys of teams", { user: { models: ['x'] }, team: {} }, 200],
  [
    'no-default-models',
    { user: { models: ['no-default-models'] } },
    [403, 'key_model_access_denied', 'model', modelDenied('gpt-4o')],
  ],
  ['no-default-models within a team', { user: { models: ['no-default-models'] }, team: {} }, 200],
  ["the project's list", { project: { models: ['x'] } }, denied('project', 'project', "['x']")],
  ["the organization's list is for making teams", { org: { models: ['x'] } }, 200],
  [
    'a fallback that is allowed',
    { key: { models: ['gpt-4o', 'gpt-4o-mini'] } },
    200,
    { body: { fallbacks: ['gpt-4o-mini'] } },
  ],
  [
    'a fallback that is not',
    { key: { models: ['gpt-4o'] } },
    denied('key', 'key', "['gpt-4o']", 'gpt-4o-mini'),
    { body: { fallbacks: ['gpt-4o-mini'] } },
  ],
  [
    'a fallback for long inputs that is not',
    { key: { models: ['gpt-4o'] } },
    denied('key', 'key', "['gpt-4o']", 'gpt-4o-mini'),
    { body: { context_window_fallbacks: ['gpt-4o-mini'] } },
  ],
  [
    'a fallback that the team may not call',
    { team: { models: ['gpt-4o'] } },
    denied('team', 'team', "['gpt-4o']", 'gpt-4o-mini'),
    { body: { content_policy_fallbacks: [{ model: 'gpt-4o-mini' }] } },
  ],
  [
    'a fallback that does not exist',
    {},
    [400, 'bad_request_error', 'fallbacks', 'Invalid fallback model passed in. Fallback model=nowhere'],
    { body: { fallbacks: [{ model: 'nowhere' }] } },
  ],
  [
    'a message of the operator',
    { key: { models: ['x'] } },
    [403, 'key_model_access_denied', 'model', 'Not gpt-4o.'],
    {},
    { litellm: { model_access_denied_message: 'Not {model}.' } },
  ],
  [
    'a model that does not exist',
    {},
    [
      400,
      'invalid_request_error',
      null,
      '/chat/completions: Invalid model name passed in model=nowhere. Call `/v1/models` to view available models for your key.',
    ],
    model('nowhere'),
  ],
  ['the master key may call everything', { key: { models: ['x'] } }, 200, { master: true }],
)

const ROUTES = (allowed_routes: readonly string[]): Rows => ({ key: { allowed_routes } })
const routeDenied = (listed: string, path = '/v1/chat/completions'): Refused => [
  403,
  'detail',
  null,
  `Virtual key is not allowed to call this route. Only allowed to call routes: ${listed}. Tried to call route: ${path}`,
]
const adminOnly = (path: string, role: string): Refused => [
  401,
  'auth_error',
  'None',
  `Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Route=${path}. Your role=${role}. Your user_id=${role === 'unknown' ? '*******' : '***'}`,
]
const get = (path: string): Ask => ({ method: 'GET', path })

const routes = list(
  ['no routes', ROUTES([]), 200],
  ['the path', ROUTES(['/v1/chat/completions']), 200],
  ['the path without its version', ROUTES(['/chat/completions']), routeDenied("['/chat/completions']")],
  ['the path without its version, called so', ROUTES(['/chat/completions']), 200, { path: '/chat/completions' }],
  ['all paths of a version', ROUTES(['/v1/*']), 200],
  [
    'all paths of a version, called without it',
    ROUTES(['/v1/*']),
    routeDenied("['/v1/*']", '/chat/completions'),
    { path: '/chat/completions' },
  ],
  ['a path above', ROUTES(['/v1/chat']), 200],
  ['another path', ROUTES(['/v1/embeddings']), routeDenied("['/v1/embeddings']")],
  ['a pattern', ROUTES(['/v1/chat/*']), 200],
  ['llm_api_routes', ROUTES(['llm_api_routes']), 200],
  ['openai_routes', ROUTES(['openai_routes']), 200],
  ['anthropic_routes', ROUTES(['anthropic_routes']), routeDenied("['anthropic_routes']")],
  ['management_routes', ROUTES(['management_routes']), routeDenied("['management_routes']")],
  ['info_routes let models be listed', ROUTES(['info_routes']), 200, get('/v1/models')],
  ['info_routes and nothing more', ROUTES(['info_routes']), routeDenied("['info_routes']")],
  ['a key without a user may ask for models', {}, 200, get('/v1/models')],
  [
    'a key without a user may not make keys',
    {},
    adminOnly('/key/generate', 'unknown'),
    { path: '/key/generate', body: {} },
  ],
  [
    'a customer may not delete keys',
    { user: { user_id: 'u', user_role: 'customer' }, key: { user_id: 'u' } },
    adminOnly('/key/delete', 'customer'),
    { path: '/key/delete', body: {} },
  ],
  ['the log of spend is not for keys', {}, adminOnly('/spend/logs', 'unknown'), get('/spend/logs')],
  ['a viewer reads', { user: { user_role: 'proxy_admin_viewer' } }, 200, get('/spend/logs')],
  [
    'a viewer changes nothing',
    { user: { user_role: 'proxy_admin_viewer' } },
    [
      403,
      'auth_error',
      'None',
      'user not allowed to access this route, role= proxy_admin_viewer. Trying to access: /key/generate',
    ],
    { path: '/key/generate', body: {} },
  ],
  ['a proxy admin reads the log', { user: { user_role: 'proxy_admin' } }, 200, get('/spend/logs')],
  [
    'admin_only_routes',
    {},
    [
      403,
      'auth_error',
      'None',
      'user not allowed to access this route. Route=/v1/chat/completions is an admin only route',
    ],
    {},
    { general: { admin_only_routes: ['/v1/chat/completions'] } },
  ],
  [
    'admin_only_routes, for the master key',
    {},
    200,
    { master: true },
    { general: { admin_only_routes: ['/v1/chat/completions'] } },
  ],
  [
    'disable_llm_api_endpoints',
    {},
    [403, 'auth_error', 'None', 'LLM API routes are disabled for this instance.'],
    {},
    { general: { disable_llm_api_endpoints: true } },
  ],
  [
    'disable_llm_api_endpoints, but not models',
    {},
    200,
    get('/v1/models'),
    { general: { disable_llm_api_endpoints: true } },
  ],
  [
    'disable_admin_endpoints',
    {},
    [403, 'auth_error', 'None', 'Management routes are disabled for this instance.'],
    { path: '/key/generate', body: {}, master: true },
    { general: { disable_admin_endpoints: true } },
  ],
)

const IP = (...allowed_ips: string[]): Settings => ({ general: { allowed_ips } })
const AVAILABLE = { general: { enforce_user_param: true } }
const request = list(
  ['allowed_ips with the client', {}, 200, {}, IP('127.0.0.1')],
  [
    'allowed_ips with the client behind proxies',
    {},
    200,
    sent({ authorization: 'Bearer <secret>', 'x-forwarded-for': '10.1.2.3, 10.9.9.9' }),
    { general: { allowed_ips: ['10.1.2.3'], use_x_forwarded_for: true } },
  ],
  [
    'allowed_ips without the client behind proxies',
    {},
    [403, 'auth_error', 'None', 'Access forbidden: IP address 10.9.9.9 not allowed.'],
    sent({ authorization: 'Bearer <secret>', 'x-forwarded-for': '10.9.9.9, 10.1.2.3' }),
    { general: { allowed_ips: ['10.1.2.3'], use_x_forwarded_for: true } },
  ],
  [
    'allowed_ips and a header of proxies that nobody trusts',
    {},
    200,
    sent({ authorization: 'Bearer <secret>', 'x-forwarded-for': '10.9.9.9' }),
    IP('127.0.0.1'),
  ],
  [
    'allowed_ips with the client, whom no proxy announces',
    {},
    200,
    {},
    { general: { allowed_ips: ['127.0.0.1'], use_x_forwarded_for: true } },
  ],
  [
    'allowed_ips without the client',
    {},
    [403, 'auth_error', 'None', 'Access forbidden: IP address 127.0.0.1 not allowed.'],
    {},
    IP('10.0.0.1'),
  ],
  [
    'allowed_ips, empty',
    {},
    [403, 'auth_error', 'None', 'Access forbidden: IP address 127.0.0.1 not allowed.'],
    {},
    IP(),
  ],
  [
    'allowed_ips before the key',
    {},
    [403, 'auth_error', 'None', 'Access forbidden: IP address 127.0.0.1 not allowed.'],
    sent({}),
    IP('10.0.0.1'),
  ],
  [
    'allowed_ips, for the master key',
    {},
    [403, 'auth_error', 'None', 'Access forbidden: IP address 127.0.0.1 not allowed.'],
    { master: true },
    IP('10.0.0.1'),
  ],
  ['allowed_routes with the path', {}, 200, {}, { general: { allowed_routes: ['/v1/chat/completions'] } }],
  [
    'allowed_routes without the path',
    {},
    [403, 'auth_error', 'None', 'Access forbidden: Route /v1/chat/completions not allowed'],
    {},
    { general: { allowed_routes: ['/v1/embeddings'] } },
  ],
  [
    'max_request_size_mb',
    {},
    [
      400,
      'bad_request_error',
      'content-length',
      /^Request size is too large\. Request size is 0\.0\d+ MB\. Max size is 0\.001 MB$/,
    ],
    { body: { filler: 'x'.repeat(2_000) } },
    { general: { max_request_size_mb: 0.001 } },
  ],
  [
    'api_base in the body',
    {},
    [
      401,
      'auth_error',
      'None',
      /^Authentication Error, Rejected Request: api_base is not allowed in request body\. Clientside passthrough requires/,
    ],
    { body: { api_base: 'http://evil' } },
  ],
  [
    'base_url within extra_body',
    {},
    [401, 'auth_error', 'None', /^Authentication Error, Rejected Request: base_url is not allowed/],
    { body: { extra_body: { base_url: 'http://evil' } } },
  ],
  [
    'a secret of the gateway',
    {},
    [401, 'auth_error', 'None', /^Authentication Error, Rejected Request: api_key is not allowed/],
    { body: { api_key: 'os.environ/HOME' } },
  ],
  [
    'aws credentials',
    {},
    [401, 'auth_error', 'None', /^Authentication Error, Rejected Request: aws_access_key_id is not allowed/],
    { body: { aws_access_key_id: 'x' } },
  ],
  [
    'api_base, with the status of some versions',
    {},
    [400, 'auth_error', 'None', /Rejected Request/],
    { body: { api_base: 'x' } },
    { options: { compat: { bodySafetyStatus: 400 } } },
  ],
  [
    'api_base that is no URL, where it is allowed',
    {},
    [
      400,
      'bad_request_error',
      'api_base',
      'api_base must be a URL that starts with http:// or https://, without a query or a password.',
    ],
    { body: { api_base: 'x' } },
    { general: { allow_client_side_credentials: true } },
  ],
  [
    'enforce_user_param without user',
    {},
    [401, 'auth_error', 'None', "Authentication Error, 'user' param not passed in. 'enforce_user_param'=True"],
    {},
    AVAILABLE,
  ],
  ['enforce_user_param with user', {}, 200, { body: { user: 'x' } }, AVAILABLE],
  ['enforce_user_param, for models', {}, 200, get('/v1/models'), AVAILABLE],
  [
    'reject_clientside_metadata_tags',
    {},
    [
      400,
      'bad_request_error',
      'metadata.tags',
      "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.",
    ],
    { body: { metadata: { tags: ['x'] } } },
    { general: { reject_clientside_metadata_tags: true } },
  ],
  ['reject_clientside_metadata_tags without tags', {}, 200, {}, { general: { reject_clientside_metadata_tags: true } }],
  [
    'enforced_params',
    {},
    [
      400,
      'bad_request_error',
      'metadata.session',
      'BadRequest please pass param=[metadata][session] in request body. This is a required param',
    ],
    {},
    { general: { enforced_params: ['metadata.session'] } },
  ],
  [
    'enforced_params of the key',
    { key: { metadata: { enforced_params: ['seed'] } } },
    [400, 'bad_request_error', 'seed', 'BadRequest please pass param=seed in request body. This is a required param'],
  ],
  [
    'enforced_params of the key, sent',
    { key: { metadata: { enforced_params: ['seed'] } } },
    200,
    { body: { seed: 1 } },
  ],
  [
    'enforced_params of service accounts',
    { key: { metadata: { service_account_id: 'x' } } },
    [400, 'bad_request_error', 'seed', /param=seed/],
    {},
    { general: { service_account_settings: { enforced_params: ['seed'] } } },
  ],
  [
    'guardrails that a team may not choose',
    { team: { metadata: { guardrails: { modify_guardrails: false } } } },
    [403, 'auth_error', 'None', "{'error': 'Your team does not have permission to modify guardrails.'}"],
    { body: { metadata: { guardrails: { x: false } } } },
  ],
  ['guardrails that a team may choose', { team: {} }, 200, { body: { metadata: { guardrails: { x: false } } } }],
  [
    'a cache control that is not allowed',
    { key: { allowed_cache_controls: ['ttl'] } },
    [403, 'auth_error', 'None', 'Not allowed to set no-cache as a cache control. Contact admin to change permissions.'],
    { body: { cache: { 'no-cache': true } } },
  ],
  [
    'a cache control that is allowed',
    { key: { allowed_cache_controls: ['ttl'] } },
    200,
    { body: { cache: { ttl: 5 } } },
  ],
  [
    'a vector store of others',
    { permission: { vector_stores: ['a', 'b'] } },
    [
      401,
      'key_vector_store_access_denied',
      'vector_store',
      "User not allowed to access vector store. Tried to access c. Only allowed to access ['a', 'b']",
    ],
    { body: { vector_store_ids: ['a', 'c'] } },
  ],
  [
    'a vector store of its own, in a tool',
    { permission: { vector_stores: ['a'] } },
    200,
    { body: { tools: [{ type: 'file_search', vector_store_ids: ['a'] }] } },
  ],
  [
    'a model that the user has no budget for any more',
    { user: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } } },
    over('LiteLLM User: u-<id>, exceeded budget for model=gpt-4o'),
  ],
  [
    'a model that the team has no budget for any more',
    { team: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } } },
    over('LiteLLM Team: t-<id>, exceeded budget for model=gpt-4o'),
  ],
  [
    'a model that the team had no budget for before 1.84',
    { team: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } } },
    200,
    {},
    { options: { compat: '1.83' } },
  ],
  [
    "a model that the team has no budget for, with the key's own",
    {
      team: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } },
      key: { model_max_budget: { 'gpt-4o': { max_budget: 1, budget_duration: '1d' } } },
    },
    200,
  ],
  [
    "a model that the team has no budget for, with a key's own that limits no spend",
    {
      team: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } },
      key: { model_max_budget: { 'gpt-4o': { rpm_limit: 9 } } },
    },
    over('LiteLLM Team: t-<id>, exceeded budget for model=gpt-4o'),
  ],
  [
    'a model that the end user has no budget for any more',
    { endUser: {}, budgets: { endUser: { model_max_budget: { 'gpt-4o': { max_budget: 0, budget_duration: '1d' } } } } },
    over('LiteLLM End User: e-<id>, exceeded budget for model=gpt-4o'),
    NAMED,
  ],
  [
    'a blocked end user, where they are looked for',
    { endUser: { blocked: true } },
    [400, 'invalid_request_error', null, 'User blocked from making LLM API Calls. User=e-<id>'],
    NAMED,
    { litellm: { callbacks: ['blocked_user_check'] } },
  ],
  ['a blocked end user', { endUser: { blocked: true } }, 200, NAMED],
  [
    'an end user that the list of the blocked has',
    {},
    [400, 'invalid_request_error', null, 'User blocked from making LLM API Calls. User=e-listed'],
    { body: { user: 'e-listed' } },
    LISTED,
  ],
  [
    'an end user that the list of the blocked has, by a header',
    {},
    [400, 'invalid_request_error', null, 'User blocked from making LLM API Calls. User=e-listed'],
    sent({ authorization: 'Bearer <secret>', 'x-litellm-end-user-id': 'e-listed' }),
    LISTED,
  ],
  [
    'a user_id that the list of the blocked has',
    {},
    [400, 'invalid_request_error', null, 'User blocked from making LLM API Calls. User=e-listed'],
    { body: { user_id: 'e-listed' } },
    LISTED,
  ],
  ['an end user that the list of the blocked does not have', {}, 200, NAMED, LISTED],
  [
    'a list of the blocked that nobody looks at',
    {},
    200,
    { body: { user: 'e-listed' } },
    { litellm: { blocked_user_list: ['e-listed'] } },
  ],
  [
    'a tool that the key may not offer',
    { key: { metadata: { allowed_tools: ['weather'] } } },
    [403, 'tool_access_denied', 'tools', "Tool(s) ['shell'] are not in the allowed tools list for this key/team."],
    tool('shell'),
  ],
  ['a tool that the key may offer', { key: { metadata: { allowed_tools: ['weather'] } } }, 200, tool('weather')],
  [
    'a tool that the team may not offer',
    { team: { metadata: { allowed_tools: ['weather'] } } },
    [403, 'tool_access_denied', 'tools', /^Tool\(s\) \['shell'\]/],
    tool('shell'),
  ],
  [
    'an agent without a trace',
    { agent: { litellm_params: { require_trace_id_on_calls_by_agent: true, api_key: 'k' } } },
    [400, 'bad_request_error', null, "Requests made with this agent's key must include the x-litellm-trace-id header."],
  ],
  [
    'an agent with a trace',
    { agent: { litellm_params: { require_trace_id_on_calls_by_agent: true } } },
    200,
    { headers: { authorization: 'Bearer <secret>', 'x-litellm-trace-id': 't' } },
  ],
  ['an agent that needs none', { agent: { litellm_params: {} } }, 200],
  [
    'a model without a price, where they are blocked',
    {},
    [403, 'model_cost_map_missing', 'model', 'The price of model=priceless is not known.'],
    model('priceless'),
    { litellm: { block_requests_for_models_without_pricing: true } },
  ],
  [
    'a model with a price, where those without are blocked',
    {},
    200,
    {},
    { litellm: { block_requests_for_models_without_pricing: true } },
  ],
  ['a model without a price', {}, 200, model('priceless')],
  [
    'max_budget of everybody',
    {},
    [422, 'budget_exceeded', null, /^Budget has been exceeded! Current cost: 7\.0\d*, Max budget: 5\.0$/],
    {},
    { litellm: { max_budget: 5 } },
  ],
  ['max_budget of everybody, with room', {}, 200, {}, { litellm: { max_budget: 500 } }],
  [
    'rpm of 0',
    { key: { rpm_limit: 0 } },
    [
      429,
      'throttling_error',
      null,
      /^Rate limit exceeded for api_key: <hash>\. Limit type: requests\. Current limit: 0, Remaining: 0\. Limit resets at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/,
    ],
  ],
  [
    'tpm of 0',
    { key: { tpm_limit: 0 } },
    [
      429,
      'throttling_error',
      null,
      /^Rate limit exceeded for api_key: <hash>\. Limit type: tokens\. Current limit: 0, Remaining: 0\./,
    ],
  ],
  [
    "the user's rpm of 0",
    { user: { rpm_limit: 0 } },
    [429, 'throttling_error', null, /^Rate limit exceeded for user: u-<id>\. Limit type: requests\./],
  ],
  [
    "the team's rpm of 0",
    { team: { rpm_limit: 0 } },
    [429, 'throttling_error', null, /^Rate limit exceeded for team: t-<id>\. Limit type: requests\./],
  ],
  [
    "the member's tpm of 0",
    { ...member, budgets: { member: { tpm_limit: 0 } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for team_member: t-<id>:u-<id>\. Limit type: tokens\./],
  ],
  [
    "the end user's rpm of 0",
    { endUser: {}, budgets: { endUser: { rpm_limit: 0 } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for end_user: e-<id>\. Limit type: requests\./],
    NAMED,
  ],
  [
    "the organization's rpm of 0",
    { org: {}, budgets: { org: { rpm_limit: 0 } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for organization: o-<id>\. Limit type: requests\./],
  ],
  [
    "the key's rpm of 0 for a model",
    { key: { metadata: { model_rpm_limit: { 'gpt-4o': 0 } } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for model_per_key: <hash>:gpt-4o\. Limit type: requests\./],
  ],
  [
    "the team's tpm of 0 for a model",
    { team: { metadata: { model_tpm_limit: { 'gpt-4o': 0 } } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for model_per_key: <hash>:gpt-4o\. Limit type: tokens\./],
  ],
  [
    "the key's rpm of 0 for a tag",
    { key: { metadata: { tag_rpm_limit: { red: 0 } } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for tag_per_key: <hash>:red\. Limit type: requests\./],
    { body: { metadata: { tags: ['blue', 'red'] } } },
  ],
  [
    "the key's tpm of 0 for a tag of its team",
    { key: { metadata: { tag_tpm_limit: { red: 0 } } }, team: { metadata: { tags: ['red'] } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for tag_per_key: <hash>:red\. Limit type: tokens\./],
  ],
  ['a limit of another tag', { key: { metadata: { tag_rpm_limit: { red: 0 } } } }, 200, { body: { tags: ['blue'] } }],
  [
    "the agent's rpm of 0",
    { agent: { rpm_limit: 0 } },
    [429, 'throttling_error', null, /^Rate limit exceeded for agent: a-<id>\. Limit type: requests\./],
  ],
  [
    "the agent's tpm of 0 for a session",
    { agent: { session_tpm_limit: 0 } },
    [429, 'throttling_error', null, /^Rate limit exceeded for agent_session: a-<id>:s1\. Limit type: tokens\./],
    { body: { litellm_session_id: 's1' } },
  ],
  [
    'tokens into a model for the project',
    { project: { metadata: { model_itpm_limit: { 'gpt-4o': 0 } } } },
    [
      429,
      'throttling_error',
      null,
      /^Rate limit exceeded for model_per_project_itpm: pr-<id>:gpt-4o\. Limit type: tokens\./,
    ],
  ],
  [
    'tokens out of a model for the project, by its column',
    { project: { model_otpm_limit: { 'gpt-4o': 0 } } },
    [
      429,
      'throttling_error',
      null,
      /^Rate limit exceeded for model_per_project_otpm: pr-<id>:gpt-4o\. Limit type: tokens\./,
    ],
  ],
  ...(
    [
      ['by a header', { 'x-litellm-agent-id': 'a-<id>' }, {}],
      ['by the metadata', {}, { metadata: { agent_id: 'a-<id>' } }],
    ] as const
  ).map(
    ([how, headers, body]) =>
      [
        `an agent with an rpm of 0 that the call names ${how}`,
        { agent: { rpm_limit: 0 }, key: { agent_id: null } },
        [429, 'throttling_error', null, /^Rate limit exceeded for agent: a-<id>\. Limit type: requests\./],
        { headers: { authorization: 'Bearer <secret>', ...headers }, body },
      ] as readonly [string, Rows, Refused, Ask],
  ),
  [
    'an agent for a session that the call names',
    { agent: { session_rpm_limit: 0 }, key: { agent_id: null } },
    [429, 'throttling_error', null, /^Rate limit exceeded for agent_session: a-<id>:s1\. Limit type: requests\./],
    { body: { litellm_session_id: 's1', metadata: { agent_id: 'a-<id>' } } },
  ],
  [
    'an end user that a header of the operator names',
    { endUser: {}, budgets: { endUser: { rpm_limit: 0 } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for end_user: e-<id>\./],
    sent({ authorization: 'Bearer <secret>', 'x-openwebui-user-id': 'e-<id>' }),
    {
      general: { user_header_mappings: [{ header_name: 'X-OpenWebUI-User-Id', litellm_user_role: 'customer' }] },
    },
  ],
  [
    'an end user that the older setting for a header names',
    { endUser: {}, budgets: { endUser: { rpm_limit: 0 } } },
    [429, 'throttling_error', null, /^Rate limit exceeded for end_user: e-<id>\./],
    sent({ authorization: 'Bearer <secret>', 'x-user': 'e-<id>' }),
    { general: { user_header_name: 'X-User' } },
  ],
  [
    "LiteLLM's own header for the end user, before the operator's",
    { endUser: {}, budgets: { endUser: { rpm_limit: 0 } } },
    200,
    sent({ authorization: 'Bearer <secret>', 'x-litellm-end-user-id': 'other', 'x-user': 'e-<id>' }),
    { general: { user_header_name: 'X-User' } },
  ],
  [
    'a rate limit, as older versions put it',
    { key: { rpm_limit: 0 } },
    [429, 'None', 'None', /^Rate limit exceeded for api_key: <hash>\. Limit type: requests\./],
    {},
    { options: { compat: '1.83' } },
  ],
  [
    'more calls in a session than the agent may make',
    { agent: { litellm_params: { max_iterations: 0 } } },
    [429, 'throttling_error', null, 'Max iterations exceeded for session s1. Current count: 1, max_iterations: 0.'],
    { body: { litellm_session_id: 's1' } },
  ],
  [
    'more calls in a session than the key may make',
    { key: { metadata: { max_iterations: 0 } } },
    [429, 'throttling_error', null, 'Max iterations exceeded for session s1. Current count: 1, max_iterations: 0.'],
    { body: { metadata: { session_id: 's1' } } },
  ],
  ['calls of an agent in no session', { agent: { litellm_params: { max_iterations: 0 } } }, 200],
  ['an agent that nobody knows', {}, 200, { body: { metadata: { agent_id: 'a-nobody' } } }],
  ["the agent's limits for sessions, outside of them", { agent: { session_rpm_limit: 0 } }, 200],
  ['a limit of another model', { key: { metadata: { model_rpm_limit: { x: 0 } } } }, 200],
  ['a dynamic limit while nothing fails', { key: { rpm_limit: 0, metadata: { rpm_limit_type: 'dynamic' } } }, 200],
  ...(
    [
      ['api_key: <hash>', { key: { max_parallel_requests: 0 } }],
      ['user: u-<id>', { user: { max_parallel_requests: 0 } }],
      ['team: t-<id>', { team: { max_parallel_requests: 0 } }],
      ['team_member: t-<id>:u-<id>', { ...member, budgets: { member: { max_parallel_requests: 0 } } }],
      ['organization: o-<id>', { org: {}, budgets: { org: { max_parallel_requests: 0 } } }],
      ['end_user: e-<id>', { endUser: {}, budgets: { endUser: { max_parallel_requests: 0 } } }, NAMED],
      ['model_per_key: <hash>:gpt-4o', { key: { metadata: { model_max_parallel_requests: { 'gpt-4o': 0 } } } }],
      [
        'model_per_organization: o-<id>:gpt-4o',
        { org: { metadata: { model_max_parallel_requests: { 'gpt-4o': 0 } } } },
      ],
    ] as const
  ).map(
    ([who, rows, asked]) =>
      [
        `max_parallel_requests of 0, ${who}`,
        rows,
        [
          429,
          'throttling_error',
          null,
          new RegExp(`^Rate limit exceeded for ${who}\\. Limit type: max_parallel_requests\\.`),
        ],
        asked,
      ] as readonly [string, Rows, Refused, Ask?],
  ),
)

export const CASES: Readonly<Record<string, readonly Case[]>> = {
  credentials,
  state,
  budgets: [...budgets, ...moreBudgets],
  access,
  routes,
  request,
}
