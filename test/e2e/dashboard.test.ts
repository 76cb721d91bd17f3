import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { withDashboard } from '../../src/cli/serve/with-dashboard.ts'
import { createLiteLLM } from '../../src/compose/create-gateway.ts'
import { buildDashboard } from '../../src/dashboard/build.ts'
import { migrate } from '../../src/upkeep/migrate.ts'
import { MASTER_KEY } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createKey } from '../support/keys.ts'
import { serveFolder } from '../support/serve.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const executablePath = chromiumPath()
const inBrowser = executablePath ? test : test.skip
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const PRICES = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
const PAGES = ['overview', 'calls', 'keys', 'models', 'ledger']

let database: TestDatabase
let gateway: Awaited<ReturnType<typeof startServed>>
let browser: Browser | undefined
const stops: (() => unknown)[] = []
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

beforeAll(async () => {
  await buildDashboard(new URL('../../src/dashboard/page/built/', import.meta.url))
  database = await createTestDatabase({ schema: 'empty' })
  stops.push(() => database.drop())
  await migrate(database.sql)
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  stops.push(() => upstream.close())
  gateway = await startServed(upstream.url)
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }).catch(() => undefined)
  stops.push(() => browser?.close())
})

/** What `serve` serves. */
async function startServed(upstream: string) {
  const model = { model: 'openai/gpt-4o', api_base: upstream, api_key: 'sk-provider', ...PRICES }
  const config = {
    model_list: [{ model_name: 'm', litellm_params: model }],
    litellm_db: { log_flush_interval: '100ms' },
  }
  const served = createLiteLLM({ config, databaseUrl: database.url, masterKey: MASTER_KEY })
  stops.push(() => served.close())
  const server = createServer(toRequestListener(withDashboard(served), () => {}))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stops.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const chat = (key: string) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] }),
    })
  return { url, chat }
}

/** A page of a reader who has signed in, and everything that went wrong or was fetched on it. */
async function open(key: string, options: BrowserContextOptions = {}) {
  const context = await browser!.newContext(options)
  stops.push(() => context.close())
  const page = await context.newPage()
  const wrong: string[] = []
  const fetched = new Set<string>()
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('request', (request) => fetched.add(new URL(request.url()).origin))
  await page.goto(gateway.url)
  await page.fill('#key', key)
  await page.click('button[type=submit]')
  await page.waitForSelector('nav')
  return { page, wrong, fetched }
}

const go = async (page: Page, name: string) => {
  await page.goto(`${gateway.url}/ui/#${name}`)
  await page.waitForSelector('main section, main .soft, main [role=alert]')
}

inBrowser('a browser at the root is led to the dashboard, and a wrong key is told so', async () => {
  const page = await browser!.newPage()
  await page.goto(gateway.url)
  expect(page.url()).toBe(`${gateway.url}/ui/`)
  await page.fill('#key', 'sk-wrong')
  await page.click('button[type=submit]')
  await page.waitForSelector('[role=alert]')
  expect(await page.isVisible('#key')).toBe(true)
  await page.close()
})

inBrowser(
  'an empty gateway says how to send the first call; then its figures and its row appear by themselves',
  async () => {
    const { page, wrong } = await open(MASTER_KEY)
    await page.waitForSelector('text=No calls yet')
    expect(await page.textContent('pre')).toContain(`curl ${gateway.url}/v1/chat/completions`)
    expect((await gateway.chat(MASTER_KEY)).status).toBe(200)
    await go(page, 'calls')
    await page.click('tbody tr')
    await page.waitForSelector('aside >> text=reported')
    expect(await page.textContent('aside')).toContain('10 in, 20 out')
    await page.keyboard.press('Escape')
    await page.waitForSelector('aside', { state: 'detached' })
    await go(page, 'overview')
    await page.waitForSelector('svg.chart')
    expect(await page.textContent('.figures')).toContain('$0.000050')
    expect(wrong).toEqual([])
  },
)

inBrowser('a key that is made here is in the database, works, and can be blocked', async () => {
  const { page, wrong } = await open(MASTER_KEY)
  await go(page, 'keys')
  await page.fill('label:has-text("Alias") input', 'made-here')
  await page.fill('label:has-text("Budget") input', '2.5')
  await page.click('text=Make a key')
  const [secret = ''] = /sk-[\w-]+/.exec((await page.textContent('pre')) ?? '') ?? []
  const row = page.locator('tbody tr', { hasText: 'made-here' })
  await row.waitFor()
  expect(await row.textContent()).toContain('$2.50')
  const find = () =>
    database.sql`select max_budget, blocked from "LiteLLM_VerificationToken" where key_alias = 'made-here'`
  expect(await find()).toEqual([{ max_budget: 2.5, blocked: null }])
  expect((await gateway.chat(secret)).status).toBe(200)
  await row.locator('button').click()
  await row.locator('text=blocked').waitFor()
  expect((await find())[0]).toMatchObject({ blocked: true })
  expect(wrong).toEqual([])
})

inBrowser('the holder of a key sees the calls of that key, and no page of an administrator', async () => {
  const { secret } = await createKey(database.sql, { key_alias: 'own' })
  await gateway.chat(secret)
  const { page, wrong } = await open(secret)
  expect(await page.locator('nav a').allTextContents()).toEqual(['Overview', 'Calls'])
  await go(page, 'calls')
  await page.waitForSelector('tbody tr')
  expect(await page.locator('tbody tr').count()).toBe(1)
  await go(page, 'keys')
  expect(await page.textContent('h1')).toBe('Overview')
  expect(wrong).toEqual([])
})

inBrowser.each([
  ['wide and light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' }],
] as const)(
  'every page is readable %s: no serious finding of axe, nothing beyond the edge, nothing from elsewhere',
  async (_how, options) => {
    const { page, wrong, fetched } = await open(MASTER_KEY, options)
    const axe = await readFile(AXE, 'utf8')
    for (const name of PAGES) {
      await go(page, name)
      // The page's own policy lets no script in; the tools of the browser do.
      await page.evaluate(axe)
      const found = await page.evaluate('axe.run().then(({ violations }) => violations)')
      const serious = (found as { impact: string; id: string; nodes: { html: string }[] }[])
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)
      expect(serious).toEqual([])
      expect([name, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([name, 0])
    }
    expect(wrong).toEqual([])
    expect([...fetched]).toEqual([gateway.url])
  },
)

test('the page is served with a policy that lets nothing else in, and nothing beside it', async () => {
  const answer = await fetch(`${gateway.url}/ui/`)
  expect(answer.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/,
  )
  expect(await answer.text()).not.toMatch(/<script(?! type="module" src="page.js")|style=|https?:\/\//)
  for (const path of ['/ui/../package.json', '/ui/%2e%2e/build.ts', '/ui/build.ts', '/ui/state']) {
    expect([401, 404]).toContain((await fetch(gateway.url + path)).status)
  }
  const api = await fetch(gateway.url, { headers: { accept: 'application/json' }, redirect: 'manual' })
  expect(api.status).toBe(404)
})

test('DISABLE_ADMIN_UI leaves it out', async () => {
  const { serve } = await serveFolder({ upstream: 'http://127.0.0.1:1', databaseUrl: database.url })
  const without = await serve([], { DISABLE_ADMIN_UI: 'true' })
  expect((await fetch(`${without.url}/ui/`)).status).toBe(404)
})
