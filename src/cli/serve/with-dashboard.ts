import type { IncomingMessage } from 'node:http'
import { litellmDashboard } from '../../endpoints/dashboard/dashboard.ts'
import type { Gateway } from '../../gateway.ts'
import type { Middleware } from '../../lib/http/middleware.ts'
import { type GatewayMiddleware, litellm } from '../../preset.ts'

/** Where the dashboard of this package is: under `/ui`, unless LiteLLM's is there. */
export function dashboardPath({ ui }: Pick<Gateway, 'ui'>): string {
  return ui?.files ? '/dashboard' : '/ui'
}

/** The whole gateway, with the dashboard, and a browser at `/` led to `/ui`. */
export function withDashboard(gateway: Gateway): GatewayMiddleware {
  const api = litellm({ gateway })
  const dashboard = litellmDashboard({ gateway })
  const mount = dashboardPath(gateway)

  return Object.assign(belowRoot(serveBoth, gateway), { upgrade: api.upgrade, methodsOf: api.methodsOf })

  function serveBoth(...[req, res, next]: Parameters<Middleware>): void {
    const [path = '/', query] = (req.url ?? '/').split('?')
    if (path === mount || (path === '/' && isBrowser(req))) {
      // Relative, so that it holds behind a proxy that has a path of its own in front.
      res.writeHead(302, { location: path === mount ? `${mount.slice(1)}/` : './ui/' })
      return void res.end()
    }
    if (!path.startsWith(`${mount}/`)) return void api(req, res, next)
    const { url } = req
    req.url = path.slice(mount.length) + (query === undefined ? '' : `?${query}`)
    dashboard(req, res, (error) => {
      req.url = url
      next(error)
    })
  }
}

/** With `SERVER_ROOT_PATH`, the same below that path: a proxy in front may take it off, or leave it. */
function belowRoot(serve: Middleware, { ui }: Pick<Gateway, 'ui'>): Middleware {
  const root = ui?.rootPath
  if (!root) return serve
  return function serveBelowRoot(req, res, next) {
    const { url = '/' } = req
    if (url === root) {
      res.writeHead(302, { location: `${root}/` })
      return void res.end()
    }
    if (url.startsWith(`${root}/`)) req.url = url.slice(root.length)
    serve(req, res, next)
  }
}

function isBrowser({ method, headers: { accept = '' } }: IncomingMessage): boolean {
  return method === 'GET' && accept.includes('text/html')
}
