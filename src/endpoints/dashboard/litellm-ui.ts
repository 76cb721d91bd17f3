import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../../call/answer/answer.ts'
import { targetPath } from '../../call/request/request-facts.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { Middleware } from '../../lib/http/middleware.ts'
import { type SendOptions, type StaticFile, sendFile } from '../../lib/http/static-folder.ts'
import { type GatewayOption, gatewayOf } from '../default-gateway.ts'

type UiGateway = Pick<Gateway, 'ui'>

/** The prefix that LiteLLM has its build write before its assets. It stands for the path at which the gateway is mounted. */
const ASSET_PREFIX = '/litellm-asset-prefix'
const CONFIG_PATH = '/.well-known/litellm-ui-config'

/** The build has inline scripts, so no policy on scripts is possible. */
const HEADERS = {
  'content-security-policy': "frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}
/** Names in the build change with the content. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

const SERVED = /^\/(ui(\/|$)|_next\/|litellm-asset-prefix\/_next\/|get_image$|get_favicon$)/

/** Whether a request is for `litellmUiEndpoint`. */
export function isLitellmUi({ method, url = '/' }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && SERVED.test(targetPath(url))
}

/** LiteLLM's own dashboard from the folder that `ui_dir` names, under `/ui` of the path where the gateway is mounted. */
export function litellmUiEndpoint(options: GatewayOption<UiGateway>): Middleware {
  const { ui } = gatewayOf<UiGateway>(options)

  return function litellmUiMiddleware(req, res, next) {
    if (!ui?.files) return next()
    serve(req, res, ui as ServedUi).catch(next)
  }
}

type ServedUi = NonNullable<Gateway['ui']> & { readonly files: ReadonlyMap<string, StaticFile> }

async function serve(req: IncomingMessage, res: ServerResponse, ui: ServedUi): Promise<void> {
  const { files } = ui
  const path = targetPath(req.url ?? '/')
  const root = rootPathOf(req, ui.rootPath)
  if (path === '/get_image' || path === '/get_favicon') return await sendPicture(req, res, ui)
  const assets = path.indexOf('/_next/')
  if (assets >= 0 && !path.startsWith('/ui/')) {
    const file = files.get(decoded(path.slice(assets + 1)))
    if (!file) throw notFound()
    return await sendFile(req, res, file, { headers: { ...HEADERS, 'cache-control': IMMUTABLE }, rewrite: at(root) })
  }
  const name = decoded(path.slice('/ui/'.length))
  const found = pageOf(files, path, name)
  const headers = { ...HEADERS, 'cache-control': name.startsWith('_next/') ? IMMUTABLE : 'no-cache' }
  if (found === 'folder') {
    const query = (req.url ?? '').slice(path.length)
    res.writeHead(307, { ...HEADERS, location: `${root}${path}/${query}`, 'content-length': 0 })
    return void res.end()
  }
  if (found) return await sendFile(req, res, found, { headers, rewrite: at(root) })
  const missing = files.get('404.html') ?? files.get('404/index.html')
  if (!missing) throw notFound()
  await sendFile(req, res, missing, { status: 404, headers, rewrite: at(root) })
}

/** A page has a folder with an `index.html`, or a file of its name; builds differ. */
function pageOf(files: ReadonlyMap<string, StaticFile>, path: string, name: string): StaticFile | 'folder' | undefined {
  if (path === '/ui') return 'folder'
  if (name === '' || name.endsWith('/')) return files.get(`${name}index.html`) ?? files.get(`${name.slice(0, -1)}.html`)
  return files.get(name) ?? (files.has(`${name}/index.html`) ? 'folder' : files.get(`${name}.html`))
}

/** The logo and the icon: the operator's own, where an address is configured, else those that come with the build. */
async function sendPicture(
  req: IncomingMessage,
  res: ServerResponse,
  { files, logos, pictures }: ServedUi,
): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://gateway')
  const isDark = searchParams.get('theme') === 'dark'
  const { logo: ownLogo, logoDark, favicon } = pictures()
  const own = pathname === '/get_favicon' ? favicon : (isDark && logoDark) || ownLogo
  if (own) {
    res.writeHead(307, { ...HEADERS, location: own, 'content-length': 0 })
    return void res.end()
  }
  const stem = searchParams.get('variant') === 'monogram' ? 'logo_monogram' : 'logo'
  const logo = (isDark && logos.get(`${stem}_dark.png`)) || logos.get(`${stem}.png`)
  const file = (pathname === '/get_image' && logo) || files.get('favicon.ico')
  if (!file) throw notFound()
  await sendFile(req, res, file, { headers: { ...HEADERS, 'cache-control': 'no-cache' } })
}

/** LiteLLM rewrites its files on the disk for a root path; here they are left as they are. */
function at(root: string): SendOptions['rewrite'] {
  if (root === '') return undefined
  return {
    mark: Buffer.from(root).toString('base64url'),
    text: (text) => text.replaceAll(`/litellm${CONFIG_PATH}`, `${root}${CONFIG_PATH}`).replaceAll(ASSET_PREFIX, root),
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function notFound(): LiteLLMError {
  return new LiteLLMError('not_found', { message: 'Not Found', form: 'detail' })
}

/** `GET /.well-known/litellm-ui-config`: what the dashboard must know before anybody has signed in. */
export function uiConfigEndpoint(options: GatewayOption<UiGateway>): Middleware {
  const { ui } = gatewayOf<UiGateway>(options)

  return function litellmUiConfigMiddleware(req, res) {
    answerJson(res, 200, {
      server_root_path: rootPathOf(req, ui?.rootPath),
      proxy_base_url: ui?.baseUrl ?? null,
      auto_redirect_to_sso: false,
      admin_ui_disabled: ui?.isDisabled ?? false,
      sso_configured: false,
      hide_default_credentials_hint: ui?.hidesCredentialsHint ?? false,
      is_control_plane: false,
      mcp_stdio_enabled: false,
      workers: [],
    })
  }
}

/**
 * Where a browser sees the gateway: `SERVER_ROOT_PATH`, else the path at which a framework has mounted it, which it takes
 * off the front of `url`.
 */
export function rootPathOf(req: IncomingMessage & { originalUrl?: string }, configured = ''): string {
  const { originalUrl = '', url = '/' } = req
  if (configured !== '' || !originalUrl.endsWith(url)) return configured
  return originalUrl.slice(0, originalUrl.length - url.length).replace(/\/$/, '')
}
