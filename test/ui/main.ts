// npm run test:ui -- <folder of LiteLLM's dashboard>
// Signs in to LiteLLM's own dashboard in front of this gateway, in Chromium, and works on its pages: no call that a page needs
// fails, what is in the database is on the page, and a key that is made there is in the database. The folder is the build, as
// `express-litellm ui install` copies it. Needs TEST_DATABASE_URL: a PostgreSQL on which databases can be made.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Page } from 'playwright-core'
import postgres from 'postgres'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { withDashboard } from '../../src/cli/serve/with-dashboard.ts'
import { createLiteLLM } from '../../src/index.ts'
import { chromiumPath } from '../support/chromium.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const MASTER_KEY = 'sk-master-of-the-dashboard'
const [folder] = process.argv.slice(2)
const { TEST_DATABASE_URL: server } = process.env
const executablePath = chromiumPath()
if (!folder || !server || !executablePath) {
  throw new Error(
    'Usage: TEST_DATABASE_URL=... npm run test:ui -- <folder>, with a Chromium on the path or in TEST_CHROMIUM',
  )
}

/** What stands on which page once its calls have been answered. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'api-keys': ['seeded-key'],
  usage: ['Total Spend'],
  logs: ['seeded-key'],
  'models-and-endpoints': ['seeded-model'],
  teams: ['Seeded Team'],
  users: ['seeded@example.com'],
  budgets: ['seeded-budget'],
  'tag-management': ['seeded-tag'],
  caching: [],
  'old-usage': [],
  'logging-and-alerts': ['Langfuse'],
  'router-settings': [],
  'admin-panel': [],
}
/** A busy machine draws slowly. */
const WAIT_MS = 60_000
/** LiteLLM answers these with an error too, and the page expects it. */
const EXPECTED = [/ \/ui\.txt/, / \/favicon\.ico/]

const name = `ui_${process.pid}`
const admin = postgres(server, { max: 1, onnotice: () => {} })
await admin`create database ${admin(name)}`
const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href
const sql = postgres(databaseUrl, { max: 2, onnotice: () => {} })
const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'sk-provider' }
const gateway = createLiteLLM({
  databaseUrl,
  masterKey: MASTER_KEY,
  logFlushInterval: '100ms',
  config: {
    model_list: [{ model_name: 'seeded-model', litellm_params: model }],
    general_settings: { ui_dir: folder, store_model_in_db: true },
  },
})
const http = createServer(toRequestListener(withDashboard(gateway), (error) => console.error(error)))
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  await gateway.migrate()
  await once(http.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  await seed(url)
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await signIn(page, url)
  const wrong: string[] = []
  for (const [path, texts] of Object.entries(PAGES)) wrong.push(...(await visit(page, url, path, texts)))
  await makeKey(page, url)
  assert.deepEqual(wrong, [])
  console.log(`${Object.keys(PAGES).length} pages of LiteLLM's dashboard work, and a key was made there.`)
} finally {
  await browser.close()
  http.close().closeAllConnections()
  await gateway.close()
  await upstream.close()
  await sql.end({ timeout: 1 })
  await admin`drop database ${admin(name)} with (force)`
  await admin.end({ timeout: 1 })
}

/** What the pages are to show, made by the API, and one call. */
async function seed(url: string): Promise<void> {
  const post = async (path: string, body: object, secret = MASTER_KEY) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`)
    return (await answer.json()) as { key?: string }
  }
  await post('/budget/new', { budget_id: 'seeded-budget', max_budget: 5 })
  await post('/team/new', { team_alias: 'Seeded Team' })
  await post('/user/new', { user_email: 'seeded@example.com', user_role: 'internal_user', auto_create_key: false })
  await post('/tag/new', { name: 'seeded-tag', description: 'a tag' })
  const callback = { litellm_settings: { success_callback: ['langfuse'] } }
  const variables = { LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk', LANGFUSE_HOST: upstream.url }
  await post('/config/update', { ...callback, environment_variables: variables })
  const { key } = await post('/key/generate', { key_alias: 'seeded-key' })
  const messages = [{ role: 'user', content: 'Hello' }]
  await post('/v1/chat/completions', { model: 'seeded-model', messages, metadata: { tags: ['seeded-tag'] } }, key)
  await gateway.flush()
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/ui/login/`)
  await page.waitForSelector('input[type=password]')
  await page.fill('input:not([type=password])', 'admin')
  await page.fill('input[type=password]', MASTER_KEY)
  await page.keyboard.press('Enter')
  // The dashboard leads to its first page by itself, in the middle of whatever is opened before.
  await page.getByText('Total Requests').waitFor({ timeout: WAIT_MS })
}

/** The calls of a page that failed, and the texts that it lacks. */
async function visit(page: Page, url: string, path: string, texts: readonly string[]): Promise<string[]> {
  const failed: string[] = []
  const listen = (response: { status(): number; url(): string; request(): { method(): string } }) => {
    const call = `${response.status()} ${response.request().method()} ${response.url().replace(url, ' ').trim()}`
    if (response.status() >= 400 && !EXPECTED.some((known) => known.test(call))) failed.push(`${path}: ${call}`)
  }
  page.on('response', listen)
  await page.goto(`${url}/ui/${path}/`)
  await page.waitForLoadState('networkidle', { timeout: WAIT_MS })
  for (const text of texts) {
    const found = page.getByText(text).first()
    await found.waitFor({ state: 'attached', timeout: WAIT_MS }).catch(() => failed.push(`${path}: no "${text}"`))
  }
  page.off('response', listen)
  return failed
}

async function makeKey(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/ui/api-keys/`)
  await page.getByRole('button', { name: /Create New Key/ }).click()
  const form = page.getByRole('dialog')
  await form.waitFor()
  await form.getByLabel(/Key Name/).fill('made-in-the-browser')
  await form.getByRole('button', { name: /^Create Key/ }).click()
  const made = () => sql`select 1 from "LiteLLM_VerificationToken" where key_alias = 'made-in-the-browser'`
  await until(async () => (await made()).length === 1)
}
