import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MASTER_KEY } from '../../support/app.ts'
import { createTestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'
import { startServe } from './kill-serve.ts'

export interface CallbackKillRun {
  readonly kills: number
  readonly durability: 'journal' | 'sync'
  /** Calls that are answered before each kill. */
  readonly calls: number
}

/**
 * Kills `serve` between the answers of calls and their delivery to a callback, again and again. Every other time the
 * destination does not answer, so that all of it waits when the process dies. Resolves when each call has been told, with
 * how often the one was that was told most; rejects when one never is.
 */
export async function runCallbackKills({ kills, durability, calls }: CallbackKillRun) {
  const { url: databaseUrl, drop } = await createTestDatabase()
  let asked = 0
  let hanging = 0
  const told: string[] = []
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: `chatcmpl-told-${asked++}` })))
  const destination = await startUpstream(
    (res, { body }) => {
      if (hanging > 0) return void hanging--
      told.push(...(JSON.parse(String(body)) as { id: string }[]).map(({ id }) => id))
      sendJson(res, 200, {})
    },
    { strict: false },
  )
  const cwd = await mkdtemp(join(tmpdir(), 'callback-kills-'))
  await writeFile(
    join(cwd, 'config.yaml'),
    JSON.stringify({
      model_list: [
        { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'x' } },
      ],
      general_settings: { master_key: MASTER_KEY, database_url: databaseUrl },
      litellm_settings: { callbacks: ['generic_api'] },
      litellm_db: { log_flush_interval: '100ms', durability },
      environment_variables: {
        GENERIC_LOGGER_ENDPOINT: destination.url,
        DEFAULT_FLUSH_INTERVAL_SECONDS: '0.05',
        DEFAULT_BATCH_SIZE: '3',
      },
    }),
  )
  const answered: string[] = []
  try {
    for (let kill = 0; kill < kills; kill++) {
      hanging = kill % 2 === 0 ? 2 : 0
      const { child, url } = await startServe(cwd)
      for (let call = 0; call < calls; call++) answered.push(await ask(url))
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    hanging = 0
    const { child } = await startServe(cwd)
    const missing = () => answered.filter((id) => !told.includes(id))
    await until(() => missing().length === 0)
    child.kill('SIGTERM')
    await once(child, 'close')
    const times = answered.map((id) => told.filter((one) => one === id).length)
    return { answered: answered.length, told: told.length, most: Math.max(...times) }
  } finally {
    await upstream.close()
    await destination.close()
    await drop()
    await rm(cwd, { recursive: true, force: true })
  }
}

async function ask(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
  })
  if (response.status !== 200) throw new Error(`answered ${response.status}`)
  return ((await response.json()) as { id: string }).id
}
