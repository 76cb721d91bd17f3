import { expect, test } from '@jest/globals'
import { startHttpServer } from '../../../../src/cli/serve/http-server.ts'
import { toRequestListener } from '../../../../src/cli/serve/serve.ts'
import { LiteLLMError } from '../../../../src/errors.ts'
import { cleanups } from '../../../support/cleanups.ts'

async function setup(
  middleware: Parameters<typeof toRequestListener>[0],
  methodsOf?: Parameters<typeof toRequestListener>[2],
) {
  const faults: unknown[] = []
  const listener = toRequestListener(middleware, (error) => faults.push(error), methodsOf)
  const server = await startHttpServer(listener, {
    port: 0,
    host: '127.0.0.1',
    headersTimeoutMs: 15_000,
    bodyTimeoutMs: 60_000,
  })
  cleanups.push(() => {
    const stopped = server.stop()
    server.cut()
    return stopped
  })
  return { faults, get: (path: string) => fetch(`${server.url}${path}`) }
}

test("an unknown route is 404, as FastAPI's is for LiteLLM", async () => {
  const { get, faults } = await setup((_req, _res, next) => next())
  const answer = await get('/nowhere?key=secret')
  expect(answer.status).toBe(404)
  expect(await answer.json()).toEqual({ detail: 'Not Found' })
  expect(faults).toEqual([])
})

test('a route of other methods is 405, and names them', async () => {
  const { get } = await setup(
    (_req, _res, next) => next(),
    (path) => (path === '/there' ? ['POST', 'DELETE'] : []),
  )
  const answer = await get('/there?a=1')
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, DELETE'])
  expect(await answer.json()).toEqual({ detail: 'Method Not Allowed' })
  expect((await get('/nowhere')).status).toBe(404)
})

test('an error of ours keeps its status and headers', async () => {
  const { get } = await setup((_req, _res, next) => {
    next(new LiteLLMError('budget_exceeded', { headers: { 'retry-after': '7' } }))
  })
  const answer = await get('/')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([422, '7'])
})

test.each([
  [
    'thrown',
    () =>
      Promise.resolve().then(() => {
        throw new Error('password 123')
      }),
  ],
  ['passed on', (_req: unknown, _res: unknown, next: (error: unknown) => void) => next(new Error('password 123'))],
])('a bug that is %s is 500 without its words, and reported', async (_how, middleware) => {
  const { get, faults } = await setup(middleware as never)
  const answer = await get('/')
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('password')
  expect(faults).toHaveLength(1)
})

test('a bug after the head was sent cuts the answer instead of ending it as if it were whole', async () => {
  const { get } = await setup((_req, res, next) => {
    res.writeHead(200)
    res.write('half')
    setImmediate(next, new Error('broken'))
  })
  await expect(get('/').then((answer) => answer.text())).rejects.toThrow()
})
