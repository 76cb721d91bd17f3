import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { MASTER_KEY } from '../../support/app.ts'
import { createTestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const CLIENTS = 8

export interface KillRun {
  readonly kills: number
  readonly fsync: 'always' | 'interval' | 'never'
  /** Each process is killed after one answer at least, and so many at most. */
  readonly mostAnswers: number
}

/**
 * Kills `serve` under load, again and again, starts it on the same journal, and looks at what became of the calls whose
 * answer had arrived whole. Rejects when a sum does not agree with the log.
 */
export async function runKills({ kills, fsync, mostAnswers }: KillRun) {
  const { url: databaseUrl, sql, drop } = await createTestDatabase()
  let asked = 0
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: `chatcmpl-kill-${asked++}` })))
  const cwd = await mkdtemp(join(tmpdir(), 'kill-serve-'))
  await writeFile(
    join(cwd, 'config.yaml'),
    JSON.stringify({
      model_list: [
        { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'x' } },
      ],
      general_settings: { master_key: MASTER_KEY, database_url: databaseUrl },
      litellm_db: { log_flush_interval: '200ms', journal: { fsync } },
    }),
  )
  const answered: string[] = []
  try {
    for (let kill = 0; kill < kills; kill++) {
      const { child, url } = await startServe(cwd)
      const loading = load(url, answered)
      const enough = answered.length + Math.ceil(Math.random() * mostAnswers)
      await until(() => answered.length >= enough)
      child.kill('SIGKILL')
      await Promise.all([once(child, 'close'), loading])
    }
    const { child } = await startServe(cwd)
    child.kill('SIGTERM')
    const [exitCode] = await once(child, 'close')
    const rows = await sql<{ request_id: string }[]>`select request_id from "LiteLLM_SpendLogs"`
    const written = new Set(rows.map((row) => row.request_id))
    await assertLedgerConsistent(sql)
    return {
      exitCode,
      asked,
      answered: answered.length,
      rows: rows.length,
      lost: answered.filter((id) => !written.has(id)),
    }
  } finally {
    await upstream.close()
    await drop()
    await rm(cwd, { recursive: true, force: true })
  }
}

/** Starts the command on the `config.yaml` in `cwd`; resolves when it is ready. Rejects with its words when it ends before. */
export async function startServe(
  cwd: string,
  args: readonly string[] = [],
): Promise<{ child: ChildProcess; url: string }> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--host', '127.0.0.1', ...args], {
    cwd,
    env: { PATH, HOME, NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr!.on('data', (text) => {
    complaint += text
  })
  for await (const line of createInterface(child.stdout!)) {
    const [, url] = /ready at (\S+)/.exec(line) ?? []
    if (!url) continue
    child.stdout!.resume()
    return { child, url }
  }
  throw new Error(`serve did not start: ${complaint}`)
}

/** Until nobody answers any more. */
async function load(url: string, answered: string[]): Promise<void> {
  await Promise.all(Array.from({ length: CLIENTS }, client))
  async function client() {
    try {
      for (;;) {
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${MASTER_KEY}` },
          body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
        })
        const { id } = (await response.json()) as { id: string }
        answered.push(id)
      }
    } catch {
      // The process is dead: this call was not answered.
    }
  }
}
