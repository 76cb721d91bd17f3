import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import express from 'express'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { withDashboard } from '../../src/cli/serve/with-dashboard.ts'
import { createLiteLLM, litellm } from '../../src/index.ts'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { startUpstream } from '../support/upstream.ts'

/** As LiteLLM builds it, but for its size. */
const PAGE = '<script src="/litellm-asset-prefix/_next/static/a.js"></script>'
const FILES = {
  'index.html': PAGE,
  '404.html': 'lost',
  'favicon.ico': 'icon',
  'api-keys/index.html': 'keys',
  'api-keys/index.txt': 'payload',
  'old.html': 'old page',
  'api-keys/__next.!KGRh.__PAGE__.txt': 'page',
  '_next/static/a.js': 'fetch("/litellm/.well-known/litellm-ui-config")',
  'logos/logo.png': 'light',
  'logos/logo_dark.png': 'dark',
  '.hidden': 'hidden',
}

const home = mkdtempSync(join(tmpdir(), 'litellm-ui-'))
const folder = join(home, 'out')
let app: TestApp
let upstream: Awaited<ReturnType<typeof startUpstream>>

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  writeFileSync(join(home, 'secret.txt'), 'secret')
  symlinkSync(join(home, 'secret.txt'), join(folder, 'link.txt'))
  upstream = await startUpstream((res) => res.end())
  app = await startApp({
    upstream: upstream.url,
    options: { config: { general_settings: { ui_dir: folder } } },
    app: (gateway) => {
      const served = express()
      served.use('/mounted', litellm({ gateway }))
      served.use(toRequestListener(withDashboard(gateway), () => {}))
      return served
    },
  })
})
afterAll(async () => {
  await app.close()
  await upstream.close()
  rmSync(home, { recursive: true })
})

const get = (path: string, options: RequestInit = {}) => fetch(app.url + path, { redirect: 'manual', ...options })

/** As it is, which `fetch` would tidy. */
const raw = (path: string) =>
  new Promise<string>((resolve, reject) => {
    request(`${app.url}/`, { path }, (res) => {
      res.setEncoding('utf8')
      let text = ''
      res.on('data', (part) => {
        text += part
      })
      res.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })

test('pages have folders, files or names without an ending, and those that are missing get the page of the build', async () => {
  expect([(await get('/ui')).status, (await get('/ui')).headers.get('location')]).toEqual([307, '/ui/'])
  expect((await get('/ui/api-keys?a=b')).headers.get('location')).toBe('/ui/api-keys/?a=b')
  expect(await (await get('/ui/')).text()).toBe(PAGE)
  expect(await (await get('/ui/api-keys/')).text()).toBe('keys')
  expect(await (await get('/ui/old')).text()).toBe('old page')
  expect(await (await get('/ui/api-keys/__next.!KGRh.__PAGE__.txt?_rsc=1')).text()).toBe('page')
  const missing = await get('/ui/nowhere/')
  expect([missing.status, await missing.text()]).toEqual([404, 'lost'])
})

test('the prefetch of a page by HEAD has the head of its GET and no body', async () => {
  const head = await get('/ui/api-keys/', { method: 'HEAD' })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['4', ''])
  expect(head.headers.get('x-frame-options')).toBe('DENY')
})

test('assets are kept for ever, pages are asked for again and answered with 304', async () => {
  for (const path of ['/_next/static/a.js', '/litellm-asset-prefix/_next/static/a.js']) {
    const asset = await get(path)
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(await asset.text()).toBe(FILES['_next/static/a.js'])
  }
  expect((await get('/_next/static/b.js')).status).toBe(404)
  const page = await get('/ui/')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const again = await get('/ui/', { headers: { 'if-none-match': page.headers.get('etag')! } })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('nothing outside of the folder is served: no parents, no links, no hidden files', async () => {
  const paths = ['/ui/../secret.txt', '/ui/..%2fsecret.txt', '/ui/%2e%2e/secret.txt', '/_next/../../secret.txt']
  for (const path of [...paths, '/ui/link.txt', '/ui/.hidden', '/ui/..%5csecret.txt', '/ui/%']) {
    expect([path, await raw(path)]).not.toEqual([path, expect.stringMatching(/secret$|hidden/)])
  }
})

test('below the path of a mount the build finds its assets and its configuration', async () => {
  expect((await get('/mounted/ui')).headers.get('location')).toBe('/mounted/ui/')
  const page = await get('/mounted/ui/')
  expect(await page.text()).toBe('<script src="/mounted/_next/static/a.js"></script>')
  expect(page.headers.get('etag')).not.toBe((await get('/ui/')).headers.get('etag'))
  const script = await (await get('/mounted/_next/static/a.js')).text()
  expect(script).toBe('fetch("/mounted/.well-known/litellm-ui-config")')
  const config = await (await get('/mounted/.well-known/litellm-ui-config')).json()
  expect(config).toMatchObject({ server_root_path: '/mounted', admin_ui_disabled: false })
})

test('logos and icon are those of the build', async () => {
  expect(await (await get('/get_image')).text()).toBe('light')
  expect(await (await get('/get_image?theme=dark')).text()).toBe('dark')
  expect(await (await get('/get_favicon')).text()).toBe('icon')
})

test('a browser at / is led to it, and the dashboard of this package is under /dashboard', async () => {
  const led = await get('/', { headers: { accept: 'text/html' } })
  expect([led.status, led.headers.get('location')]).toEqual([302, './ui/'])
  expect((await get('/dashboard')).headers.get('location')).toBe('dashboard/')
})

test('with SERVER_ROOT_PATH all is below that path too, and the build is told so', async () => {
  const gateway = createLiteLLM({
    masterKey: MASTER_KEY,
    enabled: false,
    config: { general_settings: { ui_dir: folder }, environment_variables: { SERVER_ROOT_PATH: '/root/' } },
  })
  const served = express().use(toRequestListener(withDashboard(gateway), () => {}))
  const server = served.listen(0)
  const { port } = server.address() as { port: number }
  for (const path of ['/ui/', '/root/ui/']) {
    expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toContain('"/root/_next/static/a.js"')
  }
  server.close().closeAllConnections()
  await gateway.close()
})

test('a folder without the build is a mistake that is told at the start', () => {
  const start = (ui_dir: string) => createLiteLLM({ enabled: false, config: { general_settings: { ui_dir } } })
  expect(() => start(home)).toThrow(/index\.html and _next are missing.*ui install/)
  expect(() => start(join(home, 'nowhere'))).toThrow('ui_dir')
})

test('DISABLE_ADMIN_UI leaves out the pages and every way to sign in', async () => {
  const gateway = createLiteLLM({
    masterKey: MASTER_KEY,
    databaseUrl: app.databaseUrl,
    config: { general_settings: { ui_dir: folder }, environment_variables: { DISABLE_ADMIN_UI: 'true' } },
  })
  const server = express()
    .use(toRequestListener(litellm({ gateway }), () => {}))
    .listen(0)
  const { port } = server.address() as { port: number }
  const status = async (path: string, options?: RequestInit) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, options)).status
  expect(await status('/ui/')).toBe(404)
  expect(await status('/v2/login', { method: 'POST', body: '{}' })).toBe(404)
  expect(await status('/fallback/login')).toBe(404)
  expect(await status('/onboarding/get_token?invite_link=x')).toBe(404)
  server.close().closeAllConnections()
  await gateway.close()
})
