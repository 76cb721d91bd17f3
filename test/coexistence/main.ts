// LITELLM_URL=... GATEWAY_URL=... DATABASE_URL=... LITELLM_MASTER_KEY=... npm run test:coexistence [name of a case | management | reports]
// Sends the same calls to a LiteLLM and then to this gateway, which share a database, each with a key of its own, and
// compares answers, headers, spend logs, daily rows and counters; then management calls and reports, of which it compares the answers. Both need STORE_MODEL_IN_DB=True: the models are made
// through LiteLLM. Nothing else may call the two. Exits with 1 at a difference that `accepted.ts` does not list.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { until } from '../support/until.ts'
import { acceptedReason } from './accepted.ts'
import { type Asked, ask, made, nameOf, neutral } from './asking.ts'
import { CASES } from './cases.ts'
import { differences } from './differences.ts'
import { compareManagement } from './management.ts'
import { modelsAt } from './models.ts'
import { startProviders } from './providers.ts'
import { compareReports } from './reports.ts'
import { type Counters, counters, grown, written } from './written.ts'

const { LITELLM_URL, GATEWAY_URL, DATABASE_URL, LITELLM_MASTER_KEY = 'sk-1234' } = process.env
if (!LITELLM_URL || !GATEWAY_URL || !DATABASE_URL) {
  throw new Error(
    'Set LITELLM_URL, GATEWAY_URL and DATABASE_URL: of a LiteLLM, of this gateway, and of the database of both.',
  )
}
/** LiteLLM writes daily rows one flush after its spend logs, and the counts of requests every 10 seconds. */
const FLUSH_MS = 12_000

const only = process.argv[2]
const cases =
  only === 'management' || only === 'reports'
    ? []
    : CASES.filter(({ name }) => only === undefined || name.includes(only))
const sql = postgres(DATABASE_URL, { max: 2, onnotice: () => {} })
const providers = await startProviders()
let managed = 0
let accepted = 0
let unexpected = 0
try {
  if (cases.length > 0) await compareCalls()
  if (only === undefined || only === 'management') {
    const both = { litellm: LITELLM_URL, gateway: GATEWAY_URL, masterKey: LITELLM_MASTER_KEY }
    managed = await compareManagement({ ...both, run: randomUUID().slice(0, 8), tell })
  }
  if (only === undefined || only === 'reports') {
    const masterKey = LITELLM_MASTER_KEY
    managed += await compareReports({ litellm: LITELLM_URL, gateway: GATEWAY_URL, masterKey, tell })
  }
} finally {
  await providers.close()
  await sql.end({ timeout: 1 })
}
console.log(`${cases.length + managed} calls to both: ${unexpected} differences, and ${accepted} that are accepted.`)
if (unexpected > 0) process.exitCode = 1

async function compareCalls(): Promise<void> {
  await makeModels()
  const theirs = await callsTo(LITELLM_URL!)
  const ours = await callsTo(GATEWAY_URL!)
  for (const [at, { name }] of cases.entries()) {
    const a = await left(LITELLM_URL!, theirs.asked[at]!)
    const b = await left(GATEWAY_URL!, ours.asked[at]!)
    for (const difference of differences(a, b)) tell(`${name} > ${difference.path}`, difference)
  }
  for (const name of new Set([...Object.keys(theirs.counted), ...Object.keys(ours.counted)])) {
    const counted = { path: name, theirs: theirs.counted[name], ours: ours.counted[name] }
    if (differences(counted.theirs, counted.ours).length > 0) tell(name, counted)
  }
}

function tell(path: string, { theirs, ours }: { theirs: unknown; ours: unknown }): void {
  const values = [theirs, ours].map((value) => JSON.stringify(value) ?? 'absent')
  const isNull = values.every((value) => value === 'null' || value === 'absent')
  if (acceptedReason(isNull ? `${path} = null` : path)) {
    accepted++
    return
  }
  unexpected++
  console.log(`${path}: LiteLLM ${values[0]!.slice(0, 240)}, here ${values[1]!.slice(0, 240)}`)
}

async function makeModels(): Promise<void> {
  for (const [name, params] of Object.entries(modelsAt(providers.url.replace(/\/v1$/, '')))) {
    const litellm_params = { ...params, api_key: 'sk-upstream' }
    await made(LITELLM_URL!, LITELLM_MASTER_KEY, '/model/new', { model_name: nameOf(name), litellm_params })
  }
  await until(async () => (await Promise.all([LITELLM_URL!, GATEWAY_URL!].map(knows))).every(Boolean))
}

async function knows(side: string): Promise<boolean> {
  const response = await fetch(`${side}/v1/models`, { headers: { authorization: `Bearer ${LITELLM_MASTER_KEY}` } })
  const { data } = (await response.json()) as { data: { id: string }[] }
  return Object.keys(modelsAt('')).every((name) => data.some(({ id }) => id === nameOf(name)))
}

/** One side after the other: counters of all keys say only so what each has added. */
async function callsTo(side: string): Promise<{ asked: readonly Asked[]; counted: Counters }> {
  const before = await counters(sql)
  const asked = []
  for (const each of cases) asked.push(await ask(side, LITELLM_URL!, LITELLM_MASTER_KEY, each))
  await sleep(FLUSH_MS)
  return { asked, counted: grown(before, await counters(sql)) }
}

async function left(side: string, { key, answer }: Asked): Promise<object> {
  return neutral(side, { answer, ...(await written(sql, key)) })
}
