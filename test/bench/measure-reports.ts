// [DATABASE_URL=…] node test/bench/measure-reports.ts [rows] [rounds]
// Measures what the dashboards' pages ask for, over HTTP, on a log of 1,000,000 calls in 30 days: the first answer of a
// process, and median and 95th percentile of those after it. DATABASE_URL names a database that has such rows already;
// without it one is made on the server of TEST_DATABASE_URL, and dropped. Exits with 1 where a 95th percentile is over 100 ms.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createLiteLLM, litellm } from '../../src/index.ts'
import { type ReportPath, reportPaths } from '../support/report-paths.ts'
import { insertReportRows } from '../support/report-rows.ts'
import { openBenchDatabase } from './database.ts'

const LIMIT_MS = 100
const MASTER_KEY = 'sk-master-of-the-measurement'
const [rows = 1_000_000, rounds = 40] = process.argv.slice(2).map(Number)

const given = process.env.DATABASE_URL
const made = given === undefined ? await openBenchDatabase() : undefined
if (made) await insertReportRows(made.sql, { rows, days: 30 })

const gateway = createLiteLLM({
  databaseUrl: given ?? made!.url,
  masterKey: MASTER_KEY,
  config: { model_list: [{ model_name: 'gpt-4o-mini', litellm_params: { model: 'openai/gpt-4o-mini' } }] },
})
const server = createServer(express().use(litellm({ gateway })))
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

let slow = 0
console.log('| asked for | first ms | median ms | p95 ms | kB |\n| --- | ---: | ---: | ---: | ---: |')
for (const path of reportPaths(new Date())) {
  const first = await ask(path)
  const times = []
  for (let round = 0; round < rounds; round++) times.push((await ask(path)).ms)
  const sorted = times.toSorted((a, b) => a - b)
  const [median, p95] = [0.5, 0.95].map((part) => sorted[Math.ceil(part * sorted.length) - 1]!)
  if (p95! > LIMIT_MS || first.status !== 200) slow++
  const cells = [first.ms, median!, p95!].map((ms) => ms.toFixed(1))
  const refused = first.status === 200 ? '' : ` (${first.status})`
  console.log(`| ${path.name}${refused} | ${cells.join(' | ')} | ${Math.round(first.bytes / 1024)} |`)
}
server.close()
server.closeAllConnections()
await gateway.close()
await made?.stop()
if (slow > 0) process.exitCode = 1

async function ask({ path, body }: ReportPath): Promise<{ ms: number; bytes: number; status: number }> {
  const at = performance.now()
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const { byteLength: bytes } = await answer.arrayBuffer()
  return { ms: performance.now() - at, bytes, status: answer.status }
}
