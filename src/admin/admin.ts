import type { z } from 'zod'
import { ZonedDate } from '../auth/zoned-date.ts'
import { isLiteLLMError, LiteLLMError } from '../errors.ts'
import type { AdminDeps, AdminSettings } from './admin-deps.ts'
import { createAdminStore } from './admin-store.ts'
import { callerOf, nameOf } from './caller.ts'
import { checkStorable } from './check-storable.ts'
import { checkText } from './check-text.ts'
import { databaseRefusal, isGone } from './database-refusal.ts'
import type { AdminRequest, Endpoint } from './endpoint.ts'
import { type Invalid, invalidBody, missing } from './invalid-body.ts'
import { createRouteMatcher, type Matched } from './match-route.ts'
import { checkAccess } from './permission.ts'
import { ROUTES } from './routes.ts'

export interface AdminAnswer {
  readonly status: number
  readonly body: unknown
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
    return { status: 200, body: await run(matched, request, body.value, query.value) }
  }

  async function run(matched: Matched<Endpoint>, request: AdminRequest, body: unknown, query: unknown) {
    try {
      return await once(false).catch((error: unknown) => {
        // LiteLLM has migrated the database since its tables were read. A statement that failed has changed nothing.
        if (isGone(error)) return once(true)
        throw error
      })
    } catch (error) {
      if (isLiteLLMError(error)) throw error
      const told = databaseRefusal(error)
      if (isLiteLLMError(told) && told.code === 'internal') deps.events.tell('fault', { error, where: matched.route })
      throw told
    }

    async function once(fresh: boolean): Promise<unknown> {
      const caller = callerOf(request.caller)
      const now = new ZonedDate(deps.now?.() ?? new Date(), deps.settings.timeZone)
      const said = mayName(request.caller, deps.settings) ? request.changedBy : undefined
      const who = { changedBy: said || nameOf(caller), hashedToken: caller.key.hashedToken, now }
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
  const { data, error } = schema.safeParse(input)
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
