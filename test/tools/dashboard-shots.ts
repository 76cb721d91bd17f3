import { once } from 'node:events'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BrowserContextOptions, chromium } from 'playwright-core'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { withDashboard } from '../../src/cli/serve/with-dashboard.ts'
import { createLiteLLM } from '../../src/compose/create-gateway.ts'
import { buildDashboard } from '../../src/dashboard/build.ts'
import { DeadLetters } from '../../src/ledger/journal/dead-letters.ts'
import { deadLettersDir } from '../../src/ledger/journal/open-journal.ts'
import { migrate } from '../../src/upkeep/migrate.ts'
import { chromiumPath } from '../support/chromium.ts'
import { createTestDatabase } from '../support/database.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'
import { seedDashboard } from './dashboard-seed.ts'

/*
 * `npm run shots -- <folder>`: a picture of each page of the dashboard, light and dark, wide and narrow, with data and
 * without. `--keep` serves it instead, until it is stopped. Needs TEST_DATABASE_URL and Chromium.
 */

const [folder = 'shots', keep] = process.argv.slice(2).filter((argument) => argument !== '--')
const MASTER_KEY = 'sk-master-of-the-shots'
const CALLS = 6_000
const PAGES = ['overview', 'calls', 'keys', 'teams', 'models', 'budgets', 'ledger', 'playground']
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  narrow: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
}

process.env.TEST_RUN_ID ??= `shots_${process.pid}`
await buildDashboard(new URL('../../src/dashboard/page/built/', import.meta.url))
await mkdir(folder, { recursive: true })
const full = await start(true)
const empty = await start(false)
console.log(`${full.url}/ui/ with ${MASTER_KEY}, or as a user with ${full.userKey}; empty: ${empty.url}/ui/`)
if (keep === '--keep') await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
else await takeAll()
await full.close()
await empty.close()

async function takeAll(): Promise<void> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  const shots = [
    ...Object.keys(LOOKS).map((look) => ({ look, of: full, key: MASTER_KEY, name: look })),
    { look: 'light', of: full, key: full.userKey, name: 'user' },
    { look: 'light', of: empty, key: MASTER_KEY, name: 'empty' },
  ]
  for (const { look, of, key, name } of shots) {
    const page = await (await browser.newContext(LOOKS[look])).newPage()
    page.on('console', (message) => message.type() === 'error' && console.log(`${name}: ${message.text()}`))
    page.on('pageerror', (error) => console.log(`${name}: ${error.message}`))
    await page.goto(`${of.url}/ui/`)
    await page.fill('#key', key)
    await page.click('button[type=submit]')
    await page.waitForSelector('nav')
    for (const one of PAGES) {
      await page.goto(`${of.url}/ui/#${one}`)
      await page.waitForSelector('main .card, main .empty')
      await sleep(800)
      await page.screenshot({ path: join(folder, `${one}-${name}.png`), fullPage: true })
    }
    await page.context().close()
  }
  await browser.close()
}

async function start(isSeeded: boolean) {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  const upstream = await startUpstream(async (res, { url, body }) => {
    if (url.endsWith('/told')) return sendJson(res, 200, {})
    const { model, stream } = JSON.parse(body.toString())
    if (model === 'gpt-4o-b') return sendJson(res, 500, { error: { message: 'overloaded' } })
    await sleep(80 + Math.random() * 200)
    if (!stream) return sendJson(res, 200, chatCompletion({ model }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of chatEvents({ model, words: 'Paris is the capital of France. '.repeat(6).split(/(?<= )/) })) {
      res.write(event)
      await sleep(20)
    }
    res.end()
  })
  const dir = await mkdtemp(join(tmpdir(), 'shots-'))
  const served = createLiteLLM({
    config: configFor(upstream.url, isSeeded, dir),
    databaseUrl: database.url,
    masterKey: MASTER_KEY,
  })
  const server = createServer(toRequestListener(withDashboard(served), console.error))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const post = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) console.log(path, answer.status, text.slice(0, 200))
    return JSON.parse(text)
  }
  const userKey = isSeeded ? await seedDashboard(served, post, CALLS) : ''
  if (isSeeded) await addLife(post, dir)
  return {
    url,
    userKey,
    async close() {
      server.closeAllConnections()
      server.close()
      await served.close({ timeoutMs: 0 })
      await upstream.close()
      await database.drop().catch(() => {})
    },
  }
}

function configFor(api_base: string, isSeeded: boolean, dir: string) {
  const model = (model_name: string, name: string, prices: object) => ({
    model_name,
    litellm_params: { model: `openai/${name}`, api_base, api_key: 'sk-provider', ...prices },
    model_info: { id: name },
  })
  const dear = { input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 }
  const cheap = { input_cost_per_token: 1.5e-7, output_cost_per_token: 6e-7 }
  const models = [
    model('gpt-4o', 'gpt-4o-a', dear),
    model('gpt-4o', 'gpt-4o-b', dear),
    model('gpt-4o-mini', 'gpt-4o-mini-a', cheap),
    model('claude-sonnet', 'claude-sonnet-a', { input_cost_per_token: 3e-6, output_cost_per_token: 1.5e-5 }),
    model('house-model', 'house-model-1', {}),
  ]
  return {
    model_list: isSeeded ? models : [models[2]],
    general_settings: { store_prompts_in_spend_logs: true },
    router_settings: { allowed_fails: 1, cooldown_time: 300, num_retries: 2 },
    litellm_settings: { success_callback: isSeeded ? ['audit', 'billing'] : [] },
    callback_settings: {
      audit: { callback_type: 'generic_api', endpoint: `${api_base}/told`, log_format: 'single' },
      // Nobody listens there.
      billing: { callback_type: 'generic_api', endpoint: 'http://127.0.0.1:9/billing' },
    },
    litellm_db: { durability: 'journal', journal: { dir }, log_flush_interval: '200ms' },
  }
}

/** Calls through the front door, and letters that the database has refused. */
async function addLife(post: (path: string, body: unknown) => Promise<unknown>, dir: string): Promise<void> {
  const models = ['gpt-4o', 'gpt-4o-mini', 'gpt-4o-mini', 'claude-sonnet', 'gpt-4o', 'house-model']
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      models.map((model) =>
        post('/v1/chat/completions', {
          model,
          messages: [{ role: 'user', content: 'What is the capital of France?' }],
        }),
      ),
    )
  }
  const letters = new DeadLetters(deadLettersDir(dir))
  const reason = { sqlstate: '22P05', reason: 'unsupported Unicode escape sequence' }
  for (const sequence of [71, 72]) {
    await letters.add({ sequence, appendedAt: Date.now() - 7_200_000, payload: Buffer.from('{}') }, reason)
  }
}
