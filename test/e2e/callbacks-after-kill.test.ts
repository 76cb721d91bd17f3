import { expect, test } from '@jest/globals'
import { startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { serveFolder } from '../support/serve.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const CALLS = 5

test.each([
  ['journal', 4],
  ['sync', 2],
] as const)(
  'with `durability: %s`, what was answered is told after SIGKILL: nothing is missing, nothing comes thrice',
  async (durability, kills) => {
    let answers = 0
    const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: `chatcmpl-${++answers}` })))
    cleanups.push(() => upstream.close())
    const { url: databaseUrl, drop } = await createTestDatabase()
    cleanups.push(() => drop())
    const api = await startCallbackServer()
    const litellm = { callbacks: ['generic_api'] }
    const folder = await serveFolder({ upstream: upstream.url, databaseUrl, litellm, db: { durability } })
    const env = { GENERIC_LOGGER_ENDPOINT: api.url, DEFAULT_FLUSH_INTERVAL_SECONDS: '0.05', DEFAULT_BATCH_SIZE: '3' }

    const answered: string[] = []
    for (let run = 0; run < kills; run++) {
      // Every other time the destination does not answer, so that all of it waits when the process dies.
      api.always(run % 2 === 0 ? 'hang' : 200)
      const server = await folder.serve([], env)
      for (let call = 0; call < CALLS; call++) {
        const response = await server.chat({})
        expect(response.status).toBe(200)
        answered.push(((await response.json()) as { id: string }).id)
      }
      server.signal('SIGKILL')
      await server.ended
    }

    api.always(200)
    await folder.serve([], env)
    const told = () => api.accepted.flatMap(({ body }) => body.map(({ id }: { id: string }) => id))
    await until(() => new Set(told()).size === answered.length)
    expect([...new Set(told())].sort()).toEqual([...answered].sort())
    const times = answered.map((id) => told().filter((one) => one === id).length)
    expect(Math.max(...times)).toBeLessThanOrEqual(2)
  },
)
