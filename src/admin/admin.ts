import type { z } from 'zod'
import { textProblem } from '../admission/facts/text-problem.ts'
import { ZonedDate } from '../admission/facts/time-zone.ts'
import { isLiteLLMError, LiteLLMError } from '../errors.ts'
import type { AdminDeps, AdminSettings } from './admin-deps.ts'
import { createAdminStore } from './admin-store.ts'
import { callerOf, nameOf } from './caller.ts'
import { checkStorable } from './check-storable.ts'
import type { AdminRequest, Endpoint } from './endpoint.ts'
import { statedError } from './error-forms.ts'
import { type Invalid, invalidBody, missing } from './invalid-body.ts'
import { checkAccess, databaseRefusal, isGone, refuse } from './refuse.ts'
import { ROUTES } from './routes.ts'

const MAX_DEPTH = 32

const MAX_STRING = 65_536

/** Members that change an object's prototype in careless code, here or in what reads the rows. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

export interface AdminAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Admin {
  /** The endpoint of a path, or `undefined` when it is none of ours. */
  match(method: string, path: string): Matched<Endpoint> | undefined
  /** Rejects with a LiteLLMError, as LiteLLM would state it. */
  handle(matched: Matched<Endpoint>, request: AdminRequest): Promise<AdminAnswer>
}

const KEYS = 'LiteLLM_VerificationToken'
const READS = /\/(info|list|aliases|settings)$/

/** LiteLLM's management endpoints on LiteLLM's tables. */
export function createAdmin(deps: AdminDeps): Admin {
  return { match: createRouteMatcher(ROUTES), handle }

  async function handle(matched: Matched<Endpoint>, request: AdminRequest): Promise<AdminAnswer> {
    const { value: endpoint, route } = matched
    const caller = callerOf(request.caller)
    const refusal = checkAccess(endpoint.access, caller, route, READS.test(route))
    if (refusal) throw refusal
    const bad = checkText(request.body) ?? checkText([...request.query, ...Object.values(matched.params)].flat())
    if (bad) throw bad
    const body = parse(endpoint.body, request.body, 'body')
    if (body.invalid) return { status: 422, body: body.invalid }
    const query = parse(endpoint.query, toObject(request.query), 'query')
    if (query.invalid) return { status: 422, body: query.invalid }
    return { status: 200, body: await run(matched, request, body.value, query.value), headers: endpoint.headers }
  }

  async function run(matched: Matched<Endpoint>, request: AdminRequest, body: unknown, query: unknown) {
    try {
      return await once(false).catch((error: unknown) => {
        // LiteLLM has migrated the database since its tables were read. A statement that failed has changed nothing.
        if (isGone(error)) return once(true)
        throw error
      })
    } catch (error) {
      if (isLiteLLMError(error)) throw statedError(error, matched.route)
      const told = databaseRefusal(error)
      if (isLiteLLMError(told) && told.code === 'internal') deps.events.tell('fault', { error, where: matched.route })
      throw told
    }

    async function once(fresh: boolean): Promise<unknown> {
      const caller = callerOf(request.caller)
      const now = new ZonedDate(deps.now?.() ?? new Date(), deps.settings.timeZone)
      const said = mayName(request.caller, deps.settings) ? request.changedBy : undefined
      const { changedBy: claimedBy } = request
      const who = { changedBy: said || nameOf(caller), claimedBy, hashedToken: caller.key.hashedToken, now }
      const { stores = [] } = matched.value
      let schema = await deps.schema({ fresh })
      // LiteLLM, or we, may have migrated the database since its tables were read.
      const stale = !schema.has(KEYS) || checkStorable(schema, stores, body) !== undefined
      if (stale && !fresh) schema = await deps.schema({ fresh: true })
      if (!schema.has(KEYS)) throw new LiteLLMError('no_tables')
      const store = createAdminStore(deps, schema, who, checkStorable(schema, stores, body))
      const { route, params } = matched
      const { settings } = deps
      return await matched.value.run({ store, settings, caller, body, query, params, route, now } as never)
    }
  }
}

/** Whom a change is for, the header says only for keys that are trusted to say so: not even for the master key. */
function mayName(
  { metadata, teamMetadata }: AdminRequest['caller'],
  { trustChangedBy = false }: AdminSettings,
): boolean {
  return trustChangedBy || [metadata, teamMetadata].some((one) => one.allow_litellm_changed_by_header === true)
}

type Parsed = { readonly value?: unknown; readonly invalid?: Invalid }

function parse(schema: z.ZodType | undefined, input: unknown, where: 'body' | 'query'): Parsed {
  if (!schema) return {}
  const { data, error } = schema.safeParse(input, { reportInput: true })
  if (!error) return { value: data }
  return { invalid: input === undefined ? missing(where) : invalidBody(error, where) }
}

/** What is sent once is a text, what is sent more often a list. */
function toObject(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
}

interface Matched<T> {
  readonly value: T
  readonly route: string
  readonly params: Readonly<Record<string, string>>
}

/** Finds what a table has under `METHOD /path/{name}`. Exact paths go before those with names in them. */
export function createRouteMatcher<T>(table: Readonly<Record<string, T>>) {
  const exact = new Map(Object.entries(table).filter(([route]) => !route.includes('{')))
  const patterns = Object.entries(table)
    .filter(([route]) => route.includes('{'))
    .map(([route, value]) => ({ route, value, regex: new RegExp(`^${route.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) }))

  return function matchRoute(method: string, path: string): Matched<T> | undefined {
    const route = `${method} ${path}`
    const found = exact.get(route)
    if (found !== undefined) return { value: found, route: path, params: {} }
    for (const pattern of patterns) {
      const groups = pattern.regex.exec(route)?.groups
      if (groups) return { value: pattern.value, route: pathOf(pattern.route), params: decoded(groups) }
    }
    return undefined
  }
}

function pathOf(route: string): string {
  return route.slice(route.indexOf(' ') + 1)
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]))
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** Why this value must not get near the database, or `undefined`: PostgreSQL's text has no NUL, and no half characters. */
function checkText(value: unknown, depth = 0): LiteLLMError | undefined {
  if (typeof value === 'string') return checkString(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= MAX_DEPTH) return bad(`The request is nested deeper than ${MAX_DEPTH} levels.`)
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN.has(name)) return bad(`The request must not have a member named '${name}'.`)
    const refusal = checkString(name) ?? checkText(member, depth + 1)
    if (refusal) return refusal
  }
  return undefined
}

function checkString(value: string): LiteLLMError | undefined {
  if (value.length > MAX_STRING) return bad(`A text in the request is longer than ${MAX_STRING} characters.`)
  const problem = textProblem(value)
  return problem === undefined ? undefined : bad(`The request ${problem}.`)
}

function bad(message: string): LiteLLMError {
  return refuse(400, message, { type: 'bad_request_error' })
}
