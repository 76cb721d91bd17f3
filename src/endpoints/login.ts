import type { IncomingMessage, ServerResponse } from 'node:http'
import { refusalError } from '../admission/facts/refusal.ts'
import { answerJson } from '../call/answer/answer.ts'
import { readBody } from '../call/request/body/read-body.ts'
import { clientIpOf, requestFactsOf, targetPath } from '../call/request/request-facts.ts'
import { isLiteLLMError, LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import { object } from '../lib/json.ts'
import type { Login } from '../login/login.ts'
import { jsonOf } from './admin.ts'
import { rootPathOf } from './dashboard/litellm-ui.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type LoginGateway = Pick<Gateway, 'login' | 'ui' | 'calls' | 'admission'>

interface Asked {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly login: Login
  readonly gateway: LoginGateway
  readonly rootPath: string
}

const MAX_BODY_BYTES = 64 * 1024

/** What LiteLLM's dashboard calls before there is a session. */
const ROUTES: Readonly<Record<string, (asked: Asked) => unknown>> = {
  'POST /v2/login': signIn,
  'GET /onboarding/get_token': openInvitation,
  'POST /onboarding/claim_token': claimInvitation,
}

/** Paths that an app may have itself: they are taken only where LiteLLM's dashboard is served. */
const UI_ROUTES: Readonly<Record<string, (asked: Asked) => unknown>> = {
  'POST /login': signInByForm,
  'GET /fallback/login': ({ res, rootPath }) => sendForm(res, rootPath),
  'GET /sso/key/generate': ({ res, rootPath }) => sendForm(res, rootPath),
}

/** Whether a request is for `loginEndpoint`. */
export function isLogin({ method, url = '/' }: IncomingMessage, { login, ui }: Pick<Gateway, 'login' | 'ui'>): boolean {
  if (!login) return false
  const route = `${method} ${targetPath(url)}`
  return Object.hasOwn(ROUTES, route) || (ui?.files !== undefined && Object.hasOwn(UI_ROUTES, route))
}

/** Sign-in with a name and a password, and by invitation, as LiteLLM's dashboard does it. Open to all. */
export function loginEndpoint(options: GatewayOption<LoginGateway>): Middleware {
  const gateway = gatewayOf<LoginGateway>(options)
  const { login, ui, calls, admission } = gateway

  return function litellmLoginMiddleware(req, res, next) {
    const route = `${req.method} ${targetPath(req.url ?? '/')}`
    const run = ROUTES[route] ?? UI_ROUTES[route]
    if (!login || !run) return next()
    const unwelcome = admission.refuseUnknown?.(requestFactsOf(req, undefined, calls))
    if (unwelcome) return next(refusalError(unwelcome))
    res.setHeader('cache-control', 'no-store')
    Promise.resolve({ req, res, login, gateway, rootPath: rootPathOf(req, ui?.rootPath) })
      .then(run)
      .catch(next)
  }
}

/** `POST /v2/login`, JSON: the session's token in the answer and as a cookie, which the page has to be able to read. */
async function signIn({ req, res, login, gateway, rootPath }: Asked): Promise<void> {
  const { username, password } = object(await jsonOf(req, res, limitsOf(gateway)))
  const token = await login.signIn(credentials(req, gateway, username, password), rootPath)
  res.setHeader('set-cookie', cookie(req, gateway, token))
  answerJson(res, 200, { redirect_url: `${rootPath}/ui/?login=success`, token })
}

/** `POST /login`: the same for a form without script. */
async function signInByForm({ req, res, login, gateway, rootPath }: Asked): Promise<void> {
  const { bytes, parsed } = await readBody(req, res, limitsOf(gateway))
  const form: Record<string, unknown> =
    parsed === undefined || Buffer.isBuffer(parsed)
      ? Object.fromEntries(new URLSearchParams(bytes?.toString() ?? ''))
      : { ...object(parsed) }
  try {
    const token = await login.signIn(credentials(req, gateway, form.username, form.password), rootPath)
    const headers = { 'set-cookie': cookie(req, gateway, token), location: `${rootPath}/ui/?login=success` }
    res.writeHead(303, { ...headers, 'content-length': 0 }).end()
  } catch (error) {
    if (!isLiteLLMError(error) || (error.code !== 'invalid_login' && error.code !== 'too_many_logins')) throw error
    for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value)
    sendForm(res, rootPath, error.status, error.code === 'invalid_login' ? 'Name or password is wrong.' : error.message)
  }
}

async function openInvitation({ req, res, login, rootPath }: Asked): Promise<void> {
  const link = new URL(req.url ?? '/', 'http://gateway').searchParams.get('invite_link')
  if (!link) throw missing('query', 'invite_link')
  answerJson(res, 200, await login.openInvitation(link, rootPath))
}

async function claimInvitation({ req, res, login, gateway, rootPath }: Asked): Promise<void> {
  const body = object(await jsonOf(req, res, limitsOf(gateway)))
  const [invitation_link, user_id, password] = ['invitation_link', 'user_id', 'password'].map((name) => {
    const value = body[name]
    if (typeof value !== 'string' || value === '') throw missing('body', name)
    return value
  }) as [string, string, string]
  const header = req.headers[(gateway.calls.keyHeaderName ?? 'authorization').toLowerCase()]
  const secret = typeof header === 'string' ? header.replace(/^bearer /i, '') : undefined
  answerJson(res, 200, await login.claimInvitation({ invitation_link, user_id, password }, secret, rootPath))
}

function limitsOf({ calls }: LoginGateway) {
  return { ...calls, maxBodyBytes: Math.min(calls.maxBodyBytes, MAX_BODY_BYTES) }
}

function credentials(req: IncomingMessage, { calls }: LoginGateway, name: unknown, password: unknown) {
  const address = clientIpOf(req, calls) ?? ''
  return { address, name: typeof name === 'string' ? name : '', password: typeof password === 'string' ? password : '' }
}

function cookie(req: IncomingMessage, { ui, calls }: LoginGateway, token: string): string {
  const forwarded = calls.forwardedFor ? String(req.headers['x-forwarded-proto'] ?? '') : ''
  const isSecure = 'encrypted' in req.socket || forwarded.startsWith('https') || ui?.baseUrl?.startsWith('https:')
  return `token=${token}; Path=/; SameSite=Lax${isSecure ? '; Secure' : ''}`
}

function missing(where: string, name: string): LiteLLMError {
  const detail = [{ type: 'missing', loc: [where, name], msg: 'Field required' }]
  return new LiteLLMError('bad_request', { status: 422, form: 'detail', detail })
}

const FORM_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** A page for browsers without script. Nothing of a request is in it but the path, which the gateway itself has. */
function sendForm(res: ServerResponse, rootPath: string, status = 200, problem = ''): void {
  const action = `${rootPath}/login`.replace(/[^\w./~-]/g, encodeURIComponent)
  res.writeHead(status, FORM_HEADERS).end(`<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in</title>
<style>body{font:16px system-ui;max-width:20rem;margin:15vh auto;padding:0 1rem}label,input,button{display:block;width:100%;box-sizing:border-box}input,button{font:inherit;padding:.5rem;margin:.25rem 0 1rem}</style>
<h1>Sign in</h1>
<p role="alert">${problem}</p>
<form method="post" action="${action}">
<label>User name <input name="username" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>
</html>`)
}
