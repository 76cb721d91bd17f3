import type { IncomingMessage } from 'node:http'
import { litellmDashboard } from '../../endpoints/dashboard.ts'
import type { Gateway } from '../../gateway.ts'
import { type GatewayMiddleware, litellm } from '../../preset.ts'

const MOUNT = '/ui'

/** The whole gateway, with the dashboard under `/ui`, to which a browser at `/` is led. */
export function withDashboard(gateway: Gateway): GatewayMiddleware {
  const api = litellm({ gateway })
  const dashboard = litellmDashboard({ gateway })

  return Object.assign(serveBoth, { upgrade: api.upgrade, methodsOf: api.methodsOf })

  function serveBoth(...[req, res, next]: Parameters<GatewayMiddleware>): void {
    const [path = '/', query] = (req.url ?? '/').split('?')
    if (path === MOUNT || (path === '/' && isBrowser(req))) {
      // Relative, so that it holds behind a proxy that has a path of its own in front.
      res.writeHead(302, { location: path === MOUNT ? 'ui/' : './ui/' })
      return void res.end()
    }
    if (!path.startsWith(`${MOUNT}/`)) return void api(req, res, next)
    const { url } = req
    req.url = path.slice(MOUNT.length) + (query === undefined ? '' : `?${query}`)
    dashboard(req, res, (error) => {
      req.url = url
      next(error)
    })
  }
}

function isBrowser({ method, headers: { accept = '' } }: IncomingMessage): boolean {
  return method === 'GET' && accept.includes('text/html')
}
