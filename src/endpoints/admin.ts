import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from '../admin/admin.ts'
import { unknownMembers } from '../admin/unknown-members.ts'
import { answerJson } from '../call/answer/answer.ts'
import { GuardedNames } from '../call/request/body/guarded-names.ts'
import type { BodyLimits } from '../call/request/body/held-bodies.ts'
import { parseJson } from '../call/request/body/parse-json.ts'
import { readBody } from '../call/request/body/read-body.ts'
import { getKey } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import type { VirtualKey } from '../types.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

interface AdminGateway {
  /** `undefined` without a database: nothing can be managed then. */
  readonly admin: Admin | undefined
  readonly calls: BodyLimits
}

/** Bodies of management requests are small. */
const MAX_BODY_BYTES = 1_048_576

/**
 * LiteLLM's management endpoints: keys, users, teams, organizations, customers, budgets and tags. Mount it after
 * `litellmAuth`; other paths are passed on. What is open to all needs
 * no key. Members of a body that no endpoint knows are named in the header
 * `x-litellm-unknown-params`.
 */
export function litellmAdmin(options: GatewayOption<AdminGateway> = {}): Middleware {
  const gateway = gatewayOf<AdminGateway>(options)
  const { admin } = gateway
  const limits = { ...gateway.calls, maxBodyBytes: Math.min(gateway.calls.maxBodyBytes, MAX_BODY_BYTES) }

  return function litellmAdminMiddleware(req, res, next) {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://gateway')
    const matched = admin?.match(req.method ?? 'GET', pathname)
    if (!admin || !matched) return next()
    answer(admin, matched).catch(next)

    async function answer(to: Admin, route: NonNullable<typeof matched>) {
      const caller = route.value.access === 'public' ? NOBODY : getKey(req)
      const body = route.value.body ? await jsonOf(req, res, limits) : undefined
      const unknown = unknownMembers(route.value.body, body)
      // Set first, so that refusals have it too.
      if (unknown !== undefined) res.setHeader('x-litellm-unknown-params', unknown)
      const changedBy = req.headers['litellm-changed-by']
      const {
        status,
        body: result,
        headers,
      } = await to.handle(route, {
        caller,
        body,
        query: searchParams,
        changedBy: typeof changedBy === 'string' ? changedBy : undefined,
      })
      answerJson(res, status, result, headers)
    }
  }
}

/** Who asks for what is open to all. */
const NOBODY: VirtualKey = Object.freeze({
  ...{ hashedToken: '', master: false, owners: {}, models: [], blocked: false, spend: 0 },
  ...{ metadata: {}, teamMetadata: {} },
})

/** The JSON of a management request; `undefined` without a body. */
export async function jsonOf(req: IncomingMessage, res: ServerResponse, limits: BodyLimits): Promise<unknown> {
  const { bytes, parsed } = await readBody(req, res, limits)
  if (parsed !== undefined && !Buffer.isBuffer(parsed)) return parsed
  if (!bytes || bytes.length === 0) return undefined
  try {
    return await parseJson(bytes, new GuardedNames())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // The parser's own message quotes the body: it may hold a secret.
    throw new LiteLLMError('body_not_json', {
      param: 'request_body',
      message: 'Invalid JSON payload: the body is not valid JSON.',
    })
  }
}
