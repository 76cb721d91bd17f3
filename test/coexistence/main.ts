// LITELLM_URL=... GATEWAY_URL=... DATABASE_URL=... LITELLM_MASTER_KEY=... npm run test:coexistence
// Sends the same calls to a LiteLLM and to this gateway, which share a database, each with a key of its own, and compares
// answers, spend logs, daily rows and the key's counters. Both need STORE_MODEL_IN_DB=True: the models are made through
// LiteLLM. Exits with 1 at a difference that `accepted.ts` does not list.
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { until } from '../support/until.ts'
import { acceptedReason } from './accepted.ts'
import { CASES, type CoexistenceCase } from './cases.ts'
import { differences } from './differences.ts'
import { modelsAt, startProviders } from './models.ts'

const { LITELLM_URL, GATEWAY_URL, DATABASE_URL, LITELLM_MASTER_KEY = 'sk-1234' } = process.env
if (!LITELLM_URL || !GATEWAY_URL || !DATABASE_URL) {
  throw new Error(
    'Set LITELLM_URL, GATEWAY_URL and DATABASE_URL: of a LiteLLM, of this gateway, and of the database of both.',
  )
}
/** LiteLLM writes daily rows one flush after its spend logs. */
const FLUSH_MS = 12_000
const DAILY = ['User', 'Team', 'Tag', 'EndUser', 'Organization'].map((name) => `LiteLLM_Daily${name}Spend`)

const run = randomUUID().slice(0, 8)
const sql = postgres(DATABASE_URL, { max: 2, onnotice: () => {} })
const providers = await startProviders()
const sides = [LITELLM_URL, GATEWAY_URL] as const
let accepted = 0
let unexpected = 0
try {
  await makeModels()
  const asked = []
  for (const each of CASES) asked.push({ each, twins: await Promise.all(sides.map((side) => ask(side, each))) })
  await sleep(FLUSH_MS)
  for (const { each, twins } of asked) {
    const [theirs, ours] = await Promise.all(
      twins.map(async ({ key, answer }) => ({ answer, ...(await written(key)) })),
    )
    for (const difference of differences(theirs, ours)) tell(`${each.name} > ${difference.path}`, difference)
  }
} finally {
  await providers.close()
  await sql.end({ timeout: 1 })
}
console.log(`${CASES.length} calls to both: ${unexpected} differences, and ${accepted} that are accepted.`)
if (unexpected > 0) process.exitCode = 1

function tell(path: string, { theirs, ours }: { theirs: unknown; ours: unknown }): void {
  const values = [theirs, ours].map((value) => JSON.stringify(value) ?? 'absent')
  const isNull = values.every((value) => value === 'null' || value === 'absent')
  if (acceptedReason(isNull ? `${path} = null` : path)) {
    accepted++
    return
  }
  unexpected++
  console.log(`${path}: LiteLLM ${values[0]!.slice(0, 160)}, here ${values[1]!.slice(0, 160)}`)
}

async function makeModels(): Promise<void> {
  for (const [name, params] of Object.entries(modelsAt(providers.url.replace(/\/v1$/, '')))) {
    const litellm_params = { ...params, api_key: 'sk-upstream' }
    await post(LITELLM_URL!, '/model/new', LITELLM_MASTER_KEY, { model_name: nameOf(name), litellm_params })
  }
  await until(async () => (await Promise.all(sides.map(knows))).every(Boolean))
}

async function knows(side: string): Promise<boolean> {
  const response = await fetch(`${side}/v1/models`, { headers: { authorization: `Bearer ${LITELLM_MASTER_KEY}` } })
  const { data } = (await response.json()) as { data: { id: string }[] }
  return Object.keys(modelsAt('')).every((name) => data.some(({ id }) => id === nameOf(name)))
}

/** Names of this run, so that runs do not meet. An invented model stays one. */
function nameOf(model: string): string {
  return model in modelsAt('') ? `${model}-${run}` : model
}

async function ask(side: string, { path, body, key = {}, headers = {}, before = 0 }: CoexistenceCase) {
  const models = 'models' in key ? { models: (key.models as string[]).map(nameOf) } : {}
  const made = await post(LITELLM_URL!, '/key/generate', LITELLM_MASTER_KEY, { ...key, ...models })
  const { key: secret } = made.body as { key: string }
  const named = 'model' in body ? { ...body, model: nameOf(String(body.model)) } : body
  for (let sent = 0; sent < before; sent++) await post(side, path, secret, named, headers)
  const { status, body: answer } = await post(side, path, secret, named, headers)
  return { key: createHash('sha256').update(secret).digest('hex'), answer: { status, ...(answer as object) } }
}

async function post(side: string, path: string, key: string, body: object, headers = {}) {
  const response = await fetch(side + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: text.startsWith('{') ? JSON.parse(text) : { text: text.replace(/"id":"[^"]*"/g, '') },
  }
}

async function written(key: string) {
  const rows = await sql`select * from "LiteLLM_SpendLogs" where api_key = ${key} order by "startTime"`
  const [token] = await sql`select spend, total_spend from "LiteLLM_VerificationToken" where token = ${key}`
  const daily = Object.fromEntries(
    await Promise.all(
      DAILY.map(async (table) => {
        const found = await sql`select * from ${sql(table)} where api_key = ${key} order by model, model_group`
        return [`daily ${table}`, Object.fromEntries(found.map((row, index) => [index, row]))] as const
      }),
    ),
  )
  return { row: rows.at(-1) ?? {}, rows: rows.length, key: token ?? {}, ...daily }
}
