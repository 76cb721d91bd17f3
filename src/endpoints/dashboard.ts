import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { roleOf } from '../admission/credential/credential.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { targetPath } from '../call/request/request-facts.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import type { BalancingRouter } from '../models/routing/router.ts'
import { litellmAuth } from './auth.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

/** The page as it was built: beside this file's folder, in the sources and in the package alike. */
const BUILT = new URL('../dashboard/page/built/', import.meta.url)

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

/**
 * The dashboard, mounted e.g. under `/ui`: a page that reads the gateway's own reports with the key that its reader signs in
 * with. `GET <mount>/state` tells it who that is and, to administrators, what the ledger and the deployments do. Other paths are
 * passed on.
 */
export function litellmDashboard(options: GatewayOption<Gateway> = {}): Middleware {
  const gateway = gatewayOf<Gateway>(options)
  const auth = litellmAuth({ gateway, checkModel: false })
  const files = new Map<string, Buffer>()

  return function litellmDashboardMiddleware(req, res, next) {
    const path = targetPath(req.url ?? '/').replace(/^\//, '')
    if (req.method !== 'GET' && req.method !== 'HEAD') return next()
    if (path === 'state') return void auth(req, res, (error) => (error ? next(error) : tell().catch(next)))
    const name = path === '' ? 'index.html' : path
    if (!FILES.has(name)) return next()
    try {
      sendFile(res, name, req.method === 'HEAD')
    } catch (error) {
      next(error)
    }

    async function tell(): Promise<void> {
      answerJson(res, 200, await stateOf(gateway, getKey(req)))
    }
  }

  function sendFile(res: ServerResponse, name: string, isHead: boolean): void {
    const bytes = files.get(name) ?? readBuilt(name)
    files.set(name, bytes)
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    res.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': bytes.length })
    res.end(isHead ? undefined : bytes)
  }
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

/** What the page must know beside the reports. Secrets and addresses of providers are not in it. */
async function stateOf(gateway: Gateway, key: ReturnType<typeof getKey>) {
  const role = roleOf(key)
  const isAdmin = role === 'proxy_admin' || role === 'proxy_admin_viewer'
  const reader = {
    role: role ?? null,
    user_id: key.owners.userId ?? null,
    key_alias: key.alias ?? null,
    is_admin: isAdmin,
    may_change: role === 'proxy_admin',
    spend: key.spend,
    max_budget: key.maxBudget ?? null,
    models: key.models,
  }
  const database = await gateway.database()
  if (!isAdmin) return { reader, database, model_groups: gateway.router.modelGroups() }
  return {
    reader,
    database,
    model_groups: gateway.router.modelGroups(),
    ledger: gateway.spend() ?? null,
    deployments: deploymentsOf(gateway),
  }
}

function deploymentsOf({ relay, router, prices }: Gateway) {
  const { coolingMs } = router as Partial<BalancingRouter>
  return (relay.models?.() ?? []).map(({ deployment }) => {
    const price = prices.find(deployment)?.price
    return {
      id: deployment.id,
      model_group: deployment.modelGroup,
      model: deployment.litellmModel ?? deployment.model,
      provider: deployment.provider,
      cooling_ms: coolingMs?.(deployment) ?? 0,
      has_price: price !== undefined,
      input_cost_per_token: price?.input_cost_per_token ?? null,
      output_cost_per_token: price?.output_cost_per_token ?? null,
    }
  })
}
