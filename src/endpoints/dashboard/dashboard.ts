import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { roleOf } from '../../admission/credential/credential.ts'
import { answerJson } from '../../call/answer/answer.ts'
import { getKey } from '../../call/request/context.ts'
import { targetPath } from '../../call/request/request-facts.ts'
import { DeploymentHours } from '../../dashboard/deployment-hours.ts'
import { Happenings } from '../../dashboard/happenings.ts'
import { createLiveCalls, type LiveCalls } from '../../dashboard/live-calls.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { Middleware } from '../../lib/http/middleware.ts'
import { byObject } from '../../lib/memoize.ts'
import type { VirtualKey } from '../../types.ts'
import { jsonOf } from '../admin.ts'
import { litellmAuth } from '../auth.ts'
import { type GatewayOption, gatewayOf } from '../default-gateway.ts'
import { knownModels } from '../models-known.ts'
import { streamCalls } from './dashboard-live.ts'
import {
  type DashboardSources,
  isAdministrator,
  ledgerOf,
  modelsOf,
  requeue,
  startReconcile,
  stateOf,
} from './dashboard-reads.ts'

/** The page as it was built: beside this file's folder, in the sources and in the package alike. */
const BUILT = new URL('../../dashboard/page/built/', import.meta.url)

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const FILES: ReadonlySet<string> = new Set(['index.html', 'page.js', 'page.css', 'icon.svg'])

/** Nothing but the page's own files is loaded, nothing inline runs, and no other page may frame it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

type Sources = DashboardSources & { readonly calls: LiveCalls }

/** One of each for a gateway, however often the dashboard is mounted. */
const sourcesOf = byObject(
  (gateway: Gateway): Sources => ({
    gateway,
    known: knownModels(gateway.router, gateway.catalog),
    hours: new DeploymentHours(gateway.events),
    happenings: new Happenings(gateway.events),
    calls: createLiveCalls(gateway.events),
  }),
)

interface Route {
  /** Absent: for each key, which sees its own. `change`: not for administrators who only look. */
  readonly needs?: 'admin' | 'change'
  answer(sources: Sources, key: VirtualKey, body: unknown): unknown
}

/** What the page asks beside the reports, below the mount path. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET state': { answer: stateOf },
  'GET models': { answer: modelsOf },
  'GET ledger': { needs: 'admin', answer: ledgerOf },
  'POST ledger/requeue': { needs: 'change', answer: (sources, _key, body) => requeue(sources, body) },
  'POST ledger/reconcile': { needs: 'change', answer: (sources, _key, body) => startReconcile(sources, body) },
}
const LIVE = 'GET calls'

/**
 * The dashboard, mounted e.g. under `/ui`: a page that reads the gateway's own reports with the key that its reader signs in
 * with. It looks for them beside its own folder: mounted under `/ui` or `/x/ui`, at `/` or `/x`. Below the mount path are its
 * own routes: `state`, `models`, `calls` (live, as an event stream) and, for administrators, `ledger`. Other paths are passed
 * on.
 */
export function litellmDashboard(options: GatewayOption<Gateway> = {}): Middleware {
  const gateway = gatewayOf<Gateway>(options)
  const auth = litellmAuth({ gateway, checkModel: false })
  const sources = sourcesOf(gateway)
  const files = new Map<string, Buffer>()

  return function litellmDashboardMiddleware(req, res, next) {
    const path = targetPath(req.url ?? '/').replace(/^\//, '')
    const name = `${req.method} ${path}`
    const route = ROUTES[name]
    if (route || name === LIVE) {
      return void auth(req, res, (error) => (error ? next(error) : tell(req, res, route).catch(next)))
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') return next()
    const file = path === '' ? 'index.html' : path
    if (!FILES.has(file)) return next()
    try {
      sendFile(res, file, req.method === 'HEAD')
    } catch (error) {
      next(error)
    }
  }

  async function tell(req: IncomingMessage, res: ServerResponse, route: Route | undefined): Promise<void> {
    const key = getKey(req)
    if (!route) return streamCalls(req, res, { calls: sources.calls, key, ending: gateway.openCalls?.ending })
    if (!mayAsk(key, route))
      throw new LiteLLMError('forbidden', { message: 'This part of the dashboard is for administrators.' })
    const body = req.method === 'POST' ? await jsonOf(req, res, gateway.calls) : undefined
    answerJson(res, 200, await route.answer(sources, key, body))
  }

  function sendFile(res: ServerResponse, name: string, isHead: boolean): void {
    const bytes = files.get(name) ?? readBuilt(name)
    files.set(name, bytes)
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    res.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': bytes.length })
    res.end(isHead ? undefined : bytes)
  }
}

function mayAsk(key: VirtualKey, { needs }: Route): boolean {
  if (needs === 'change') return roleOf(key) === 'proxy_admin'
  return needs === undefined || isAdministrator(key)
}

function readBuilt(name: string): Buffer {
  try {
    return readFileSync(new URL(name, BUILT))
  } catch (cause) {
    throw new LiteLLMError('not_found', {
      cause,
      message: 'The dashboard has not been built. In a clone of the repository: `npm run build:dashboard`.',
    })
  }
}
