import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { createTestDatabase } from '../../support/database.ts'
import { createKey } from '../../support/keys.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

const SPENDER = fileURLToPath(new URL('./child/spender.ts', import.meta.url))

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function setup() {
  const database = await createTestDatabase()
  closers.push(database.drop)
  // Calls of exactly one cent, and long enough to meet each other.
  const upstream = await startUpstream(
    (res) => void setTimeout(() => sendJson(res, 200, chatCompletion({ id: '', prompt: 0, completion: 5_000 })), 30),
  )
  closers.push(upstream.close)
  const start = async (secret: string, calls: number) => {
    const child = spawn(process.execPath, [SPENDER, database.url, upstream.url, secret, String(calls)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    closers.push(async () => {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('ready')
    return {
      async run() {
        child.stdin.write('go\n')
        return JSON.parse((await lines.next()).value!) as { statuses: number[]; faults: string[] }
      },
      async end() {
        child.stdin.write('end\n')
        await once(child, 'exit')
      },
    }
  }
  return { sql: database.sql, upstream, start }
}

test('four processes on one key never overshoot its budget, and fill it', async () => {
  const { sql, upstream, start } = await setup()
  const { secret, hashedToken } = await createKey(sql, { max_budget: 10, spend: 9.5 })
  const spenders = await Promise.all(Array.from({ length: 4 }, () => start(secret, 30)))
  const answers = await Promise.all(spenders.map((spender) => spender.run()))
  expect(answers.flatMap(({ faults }) => faults)).toEqual([])
  const statuses = answers.flatMap((answer) => answer.statuses)
  expect(statuses.filter((status) => status === 200)).toHaveLength(50)
  expect(statuses.filter((status) => status === 429)).toHaveLength(70)
  expect(upstream.requests).toHaveLength(50)
  await Promise.all(spenders.map((spender) => spender.end()))
  const [row] = await sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
  expect(row!.spend).toBeCloseTo(10, 9)
}, 60_000)
