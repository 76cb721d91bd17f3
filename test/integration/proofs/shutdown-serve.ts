import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { MASTER_KEY } from '../../support/app.ts'
import { createTestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../../support/upstream.ts'
import { startServe } from './kill-serve.ts'

const CLIENTS = 8

export interface ShutdownRun {
  readonly shutdowns: number
  readonly durability: 'memory' | 'journal' | 'sync'
  /** Each process is stopped after one call at least, and so many at most. */
  readonly mostCalls: number
}

/**
 * Stops `serve` under load with SIGTERM, plain calls and streams under way, and looks at what became of each call of
 * which its client has seen an id: the whole answer, or the beginning of a stream that the end of the process cut.
 */
export async function runShutdowns({ shutdowns, durability, mostCalls }: ShutdownRun) {
  const { url: databaseUrl, sql, drop } = await createTestDatabase()
  const upstream = await startUpstream(answerOf())
  const cwd = await mkdtemp(join(tmpdir(), 'shutdown-serve-'))
  const litellm_params = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'x' }
  const config = {
    model_list: [{ model_name: 'gpt-4o', litellm_params }],
    general_settings: { master_key: MASTER_KEY, database_url: databaseUrl },
    litellm_db: { log_flush_interval: '100ms', durability },
  }
  await writeFile(join(cwd, 'config.yaml'), JSON.stringify(config))
  const seen = { whole: [] as string[], cut: [] as string[] }
  const exitCodes: (number | null)[] = []
  try {
    for (let shutdown = 0; shutdown < shutdowns; shutdown++) {
      const { child, url } = await startServe(cwd, ['--grace', '100ms'])
      const loading = load(url, seen)
      const enough = seen.whole.length + Math.ceil(Math.random() * mostCalls)
      await until(() => seen.whole.length >= enough)
      child.kill('SIGTERM')
      const [[exitCode]] = await Promise.all([once(child, 'close'), loading])
      exitCodes.push(exitCode)
    }
    const rows = await sql<{ request_id: string; status: string }[]>`
      select request_id, status from "LiteLLM_SpendLogs"`
    const status = new Map(rows.map((row) => [row.request_id, row.status]))
    await assertLedgerConsistent(sql)
    return {
      exitCodes,
      rows: rows.length,
      whole: seen.whole.length,
      cut: seen.cut.length,
      lost: [...seen.whole, ...seen.cut].filter((id) => !status.has(id)),
      wrong: seen.whole.filter((id) => status.get(id) !== 'success'),
    }
  } finally {
    await upstream.close()
    await drop()
    await rm(cwd, { recursive: true, force: true })
  }
}

/** Every second call is a stream that takes its time. Each has an id of its own. */
function answerOf(): Script {
  let asked = 0
  return async (res, { body }) => {
    const id = `chatcmpl-stop-${asked++}`
    if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion({ id }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of chatEvents({ id, words: ['Some ', 'words ', 'and ', 'more ', 'to ', 'come.'] })) {
      if (res.destroyed) return
      res.write(event)
      await sleep(20)
    }
    res.end()
  }
}

/** Until no connection is taken any more. */
async function load(url: string, seen: { whole: string[]; cut: string[] }): Promise<void> {
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index % 2 === 0)))

  async function client(stream: boolean) {
    for (;;) {
      let text = ''
      try {
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${MASTER_KEY}` },
          body: JSON.stringify({ model: 'gpt-4o', stream, messages: [{ role: 'user', content: 'hi' }] }),
        })
        if (response.status !== 200) return
        for await (const piece of response.body!) text += Buffer.from(piece).toString()
        const id = idIn(text)
        if (id) seen.whole.push(id)
      } catch {
        const id = idIn(text)
        if (id) seen.cut.push(id)
        return
      }
    }
  }
}

function idIn(text: string): string | undefined {
  return /"id":"(chatcmpl-stop-\d+)"/.exec(text)?.[1]
}
