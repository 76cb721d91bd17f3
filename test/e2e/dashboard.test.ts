import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { withDashboard } from '../../src/cli/serve/with-dashboard.ts'
import { createLiteLLM } from '../../src/compose/create-gateway.ts'
import { buildDashboard } from '../../src/dashboard/build.ts'
import { DeadLetters } from '../../src/ledger/journal/dead-letters.ts'
import { deadLettersDir } from '../../src/ledger/journal/open-journal.ts'
import { toSpendRecord } from '../../src/ledger/record/spend-log-row.ts'
import { migrate } from '../../src/upkeep/migrate.ts'
import { MASTER_KEY } from '../support/app.ts'
import { chromiumPath } from '../support/chromium.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createKey } from '../support/keys.ts'
import { serveFolder } from '../support/serve.ts'
import { spendEvent } from '../support/spend-event.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

const executablePath = chromiumPath()
const inBrowser = executablePath ? test : test.skip
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const PRICES = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
const PAGES = ['overview', 'calls', 'keys', 'teams', 'models', 'budgets', 'ledger', 'playground']

const RESPONSE = { id: 'resp_1', object: 'response', model: 'gpt-4o', status: 'completed', output: [] }
const RESPONSE_EVENTS = [
  { type: 'response.created', response: { ...RESPONSE, status: 'in_progress' } },
  { type: 'response.output_text.delta', item_id: 'msg_1', delta: 'Paris' },
  {
    type: 'response.completed',
    response: { ...RESPONSE, usage: { input_tokens: 10, output_tokens: 20, total_tokens: 30 } },
  },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)

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
  const upstream = await startUpstream((res, { url, body }) => {
    if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion())
    const events = url.endsWith('/responses') ? RESPONSE_EVENTS : chatEvents({ words: ['Par', 'is'] })
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''))
  })
  stops.push(() => upstream.close())
  gateway = await startServed(upstream.url)
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }).catch(() => undefined)
  stops.push(() => browser?.close())
})

/** What `serve` serves, and the same under `/x`. */
async function startServed(upstream: string) {
  const dir = await mkdtemp(join(tmpdir(), 'dashboard-'))
  stops.push(() => rm(dir, { recursive: true, force: true }))
  const model = { model: 'openai/gpt-4o', api_base: upstream, api_key: 'sk-provider', ...PRICES }
  const config = {
    model_list: [{ model_name: 'm', litellm_params: model }],
    litellm_db: { log_flush_interval: '100ms', durability: 'journal', journal: { dir } },
  }
  const served = createLiteLLM({ config, databaseUrl: database.url, masterKey: MASTER_KEY })
  stops.push(() => served.close())
  const listener = toRequestListener(withDashboard(served), () => {})
  const server = createServer((req, res) => {
    req.url = req.url!.replace(/^\/x\//, '/')
    listener(req, res)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stops.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const post = (path: string, key: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const chat = (key: string) =>
    post('/v1/chat/completions', key, { model: 'm', messages: [{ role: 'user', content: 'Hello' }] })
  return { url, dir, post, chat }
}

/** A page of a reader who has signed in, and everything that went wrong or was fetched on it. */
async function open(key: string, options: BrowserContextOptions = {}, at = '') {
  const context = await browser!.newContext(options)
  stops.push(() => context.close())
  const page = await context.newPage()
  const wrong: string[] = []
  const fetched = new Set<string>()
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('request', (request) => fetched.add(new URL(request.url()).origin))
  await page.goto(gateway.url + at)
  await page.fill('#key', key)
  await page.click('button[type=submit]')
  await page.waitForSelector('nav')
  return { page, wrong, fetched }
}

const go = async (page: Page, name: string) => {
  await page.goto(`${gateway.url}/ui/#${name}`)
  await page.waitForSelector('main section, main .empty, main [role=alert]')
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
    await go(page, 'calls')
    await page.waitForSelector('text=No calls yet')
    expect((await gateway.chat(MASTER_KEY)).status).toBe(200)
    await page.click('tbody tr')
    await page.waitForSelector('aside >> text=Not kept')
    const detail = (await page.textContent('aside')) ?? ''
    for (const part of ['input10', 'output20', 'Cost $0.000050', 'of the deployment', 'reported by the provider'])
      expect(detail).toContain(part)
    await page.keyboard.press('Escape')
    await page.waitForSelector('aside', { state: 'detached' })
    await go(page, 'overview')
    await page.waitForSelector('svg.chart')
    expect(await page.textContent('.figures')).toContain('$0.000050')
    // The last hour is at the right end.
    await page.focus('svg.chart')
    await page.keyboard.press('ArrowLeft')
    await until(async () => !(await page.textContent('figcaption'))?.startsWith('In all'))
    expect(await page.textContent('figcaption')).toContain('$0.000050')
    await page.keyboard.press('Escape')
    expect(await page.textContent('figcaption')).toContain('In all')
    expect(wrong).toEqual([])
  },
)

inBrowser('a call appears on top while the page is looked at, and the list is held under the pointer', async () => {
  const { page, wrong } = await open(MASTER_KEY)
  await go(page, 'calls')
  await page.waitForSelector('.state.ok >> text=live')
  const rows = page.locator('tbody tr')
  await rows.first().waitFor()
  const before = await rows.count()
  // Not a report that is asked again: its requests are held back.
  await page.route('**/spend/logs/ui?*', () => {})
  await gateway.chat(MASTER_KEY)
  await until(async () => (await rows.count()) === before + 1)
  await page.hover('tbody tr')
  await gateway.chat(MASTER_KEY)
  await page.waitForSelector('text=1 more when the pointer leaves')
  expect(await rows.count()).toBe(before + 1)
  await page.mouse.move(0, 0)
  await until(async () => (await rows.count()) === before + 2)
  expect(wrong).toEqual([])
})

inBrowser('filters are chips, stand in the address, and can be taken away', async () => {
  const { page } = await open(MASTER_KEY)
  await go(page, 'calls')
  await page.waitForSelector('tbody tr')
  await page.keyboard.press('/')
  await page.keyboard.type('no-such-model')
  await page.keyboard.press('Enter')
  await page.waitForSelector('text=No call passes these filters')
  expect(page.url()).toContain('model=no-such-model')
  await page.click('.chip')
  await page.waitForSelector('tbody tr')
  expect(page.url()).not.toContain('no-such-model')
})

inBrowser('a key that is made here is in the database, works, and can be changed, blocked and rotated', async () => {
  const { page, wrong } = await open(MASTER_KEY)
  await go(page, 'keys')
  await page.click('text=Make a key')
  await page.fill('label:has-text("Alias") input', 'made-here')
  await page.fill('label:has-text("Budget, dollars") input', '2.5')
  await page.click('text=Make it')
  const [secret = ''] = /sk-[\w-]+/.exec((await page.textContent('pre')) ?? '') ?? []
  const row = page.locator('tbody tr', { hasText: 'made-here' })
  await row.waitFor()
  expect(await row.textContent()).toContain('$2.50')
  const find = () =>
    database.sql`select max_budget, rpm_limit, blocked from "LiteLLM_VerificationToken" where key_alias = 'made-here'`
  expect(await find()).toEqual([{ max_budget: 2.5, rpm_limit: null, blocked: null }])
  expect((await gateway.chat(secret)).status).toBe(200)
  await row.click()
  await page.fill('aside label:has-text("Budget, dollars") input', '5')
  await page.fill('aside label:has-text("Calls a minute") input', '60')
  await page.click('aside >> text=Save')
  await row.locator('text=$5.00').waitFor()
  expect(await find()).toEqual([{ max_budget: 5, rpm_limit: '60', blocked: null }])
  await page.click('aside >> text=Block')
  await row.locator('text=blocked').waitFor()
  expect((await find())[0]).toMatchObject({ blocked: true })
  await page.click('aside >> text=Unblock')
  await row.locator('text=active').waitFor()
  await page.click('aside >> text=Rotate the secret')
  await page.click('aside >> text=Rotate')
  await until(async () => !(await page.textContent('pre'))?.includes(secret))
  const [rotated = ''] = /sk-[\w-]+/.exec((await page.textContent('pre')) ?? '') ?? []
  expect([(await gateway.chat(secret)).status, (await gateway.chat(rotated)).status]).toEqual([401, 200])
  expect(wrong).toEqual([])
})

inBrowser('teams, users and ceilings are shown as they are, the nearest ceiling first', async () => {
  await gateway.post('/organization/new', MASTER_KEY, {
    organization_id: 'org',
    organization_alias: 'Acme',
    max_budget: 9,
  })
  await gateway.post('/team/new', MASTER_KEY, {
    team_id: 'red',
    team_alias: 'Red',
    organization_id: 'org',
    max_budget: 4,
  })
  await gateway.post('/user/new', MASTER_KEY, {
    user_id: 'ann',
    user_email: 'ann@acme.example',
    auto_create_key: false,
  })
  await gateway.post('/team/member_add', MASTER_KEY, { team_id: 'red', member: [{ user_id: 'ann', role: 'user' }] })
  await database.sql`update "LiteLLM_TeamTable" set spend = 3.5 where team_id = 'red'`
  const { page, wrong } = await open(MASTER_KEY)
  await go(page, 'teams')
  await page.waitForSelector('h2 >> text=Acme')
  await page.waitForSelector('td >> text=ann@acme.example')
  const team = page.locator('tbody tr', { hasText: 'Red' })
  expect(await team.textContent()).toContain('near budget')
  await team.focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('aside >> text=ann')
  await go(page, 'budgets')
  await page.waitForSelector('tbody tr')
  expect(await page.locator('tbody tr').first().textContent()).toMatch(/^teamRed\$3\.50\$4\.00.*88/)
  await go(page, 'overview')
  await page.waitForSelector('text=team Red: $3.50 of $4.00')
  expect(wrong).toEqual([])
})

inBrowser('a dead letter is tried again from the page of the ledger, and totals are compared', async () => {
  const now = new Date()
  const event = spendEvent({ callId: 'again', outcome: { startedAt: now, firstByteAt: now, endedAt: now } })
  await new DeadLetters(deadLettersDir(gateway.dir)).add(
    { sequence: 900, appendedAt: Date.now(), payload: Buffer.from(toSpendRecord(event).line) },
    { sqlstate: '22P05', reason: 'refused once' },
  )
  const { page, wrong } = await open(MASTER_KEY)
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await page.waitForSelector('text=1 dead letter')
  expect(await page.textContent('.path')).toContain('a crash loses nothing')
  await page.waitForSelector('text=22P05: refused once')
  await page.click('text=Try again')
  await page.waitForSelector('text=It waits in its queue again')
  await until(
    async () =>
      (await database.sql`select 1 from "LiteLLM_SpendLogs" where request_id = 'chatcmpl-again'`).length === 1,
  )
  await page.selectOption('[aria-label="Compare since"]', { label: 'today' })
  await page.click('text=Compare now')
  await page.waitForSelector('section[aria-label="Reconcile"] >> text=since')
  expect(wrong).toEqual([])
})

inBrowser.each([
  ['chat', 'OpenAI chat'],
  ['messages', 'Anthropic messages'],
  ['responses', 'OpenAI responses'],
])('the playground streams %s, with tokens and cost, and keeps nothing', async (_name, label) => {
  const { page, wrong } = await open(MASTER_KEY)
  await go(page, 'playground?model=m')
  await page.click(`text=${label}`)
  await page.fill('label:has-text("Message") textarea', 'What is the capital of France?')
  await page.click('text=Send')
  await page.waitForSelector('.said >> text=Paris')
  await page.waitForSelector('dd >> text=10 in, 20 out')
  await page.waitForSelector('dd >> text=$0.000050')
  expect(await page.evaluate('[localStorage.length, Object.keys(sessionStorage).join()]')).toEqual([
    0,
    'express-litellm.key',
  ])
  await page.fill('label:has-text("More members") textarea', '{"temperature": ')
  await page.waitForSelector('text=This is no JSON object')
  expect(await page.isDisabled('text=Send')).toBe(true)
  expect(wrong).toEqual([])
})

inBrowser('the playground says why a call was refused', async () => {
  const { page } = await open(MASTER_KEY)
  await go(page, 'playground?model=m')
  await page.fill('label:has-text("Key") input', 'sk-wrong')
  await page.fill('label:has-text("Message") textarea', 'Hello')
  await page.click('text=Send')
  await page.waitForSelector('[role=alert]')
  expect(await page.textContent('[role=alert]')).toContain('Authentication Error')
})

inBrowser('the holder of a key sees that key on every page, and no page of an administrator', async () => {
  const { secret } = await createKey(database.sql, { key_alias: 'own', max_budget: 1, spend: 0.9 })
  await createKey(database.sql, { key_alias: 'of another', max_budget: 1, spend: 0.95 })
  await gateway.chat(secret)
  const { page, wrong } = await open(secret)
  expect(await page.locator('nav .pages a').allTextContents()).toEqual([
    ...['Overview', 'Calls', 'Keys', 'Teams and users', 'Models', 'Budgets and limits', 'Playground'],
  ])
  await page.waitForSelector('text=key own: $0.90 of $1.00')
  expect(await page.textContent('main')).not.toContain('of another')
  await go(page, 'calls')
  await page.waitForSelector('tbody tr')
  expect(await page.locator('tbody tr').count()).toBe(1)
  for (const [name, expected] of [
    ['keys', 'own'],
    ['budgets', 'own'],
    ['models', 'openai/gpt-4o'],
  ] as const) {
    await go(page, name)
    await page.waitForSelector(`tbody >> text=${expected}`)
    expect([name, await page.locator('tbody tr').count()]).toEqual([name, 1])
  }
  await go(page, 'teams')
  await page.waitForSelector('text=You are in no team')
  await go(page, 'ledger')
  expect(await page.textContent('h1')).toBe('Overview')
  expect(wrong).toEqual([])
})

inBrowser('it runs under any mount path', async () => {
  const { page, wrong } = await open(MASTER_KEY, {}, '/x/ui/')
  await page.goto(`${gateway.url}/x/ui/#calls`)
  await page.waitForSelector('tbody tr')
  await page.waitForSelector('.state.ok >> text=live')
  await page.goto(`${gateway.url}/x/ui/#playground`)
  expect(await page.textContent('pre')).toContain(`${gateway.url}/x/v1/chat/completions`)
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
