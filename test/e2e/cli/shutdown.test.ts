import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createFaultProxy } from '../../../src/testing/fault-proxy.ts'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { FEW_WORDS, halves } from '../../support/halves.ts'
import { serveFolder } from '../../support/serve.ts'
import { until } from '../../support/until.ts'
import { type Script, startUpstream } from '../../support/upstream.ts'

/** Words without end. */
const endless: Script = async (res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  while (!res.destroyed) {
    res.write(FEW_WORDS[1])
    await sleep(5)
  }
}

interface Given {
  readonly script?: Script
  readonly durability?: string
  readonly mode?: string
  readonly general?: object
  readonly db?: object
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** The database stands behind a proxy that can lose it. */
  readonly proxied?: boolean
}

async function setup({ script = endless, durability, mode, general, db, args, env, proxied }: Given = {}) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const { url, sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const proxy = proxied ? await createFaultProxy(url) : undefined
  if (proxy) cleanups.push(proxy.close)
  const folder = await serveFolder({
    upstream: upstream.url,
    databaseUrl: proxy?.url ?? url,
    general,
    params: mode === undefined ? {} : { on_client_abort: mode },
    db: { ...(durability !== undefined && { durability }), ...db },
  })
  const run = await folder.serve(args, env)
  const rows = () => sql`select * from "LiteLLM_SpendLogs" order by "startTime"`
  return { upstream, sql, proxy, folder, run, rows }
}

/** Reads until the first words are there; the rest is read on. `ended` says whether it came to its end. */
async function begin(answer: Response) {
  const reader = answer.body!.getReader()
  let text = ''
  while (!text.includes('Some')) text += Buffer.from((await reader.read()).value!).toString()
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return text
      text += Buffer.from(value).toString()
    }
  })()
  ended.catch(() => {})
  return { ended }
}

const shortGrace = { args: ['--grace', '200ms'] }

describe.each(['journal', 'memory', 'sync'])('a stream that is cut when serve stops, durability %s', (durability) => {
  test.each(['auto', 'cancel', 'drain'])('is settled and recorded, on_client_abort %s', async (mode) => {
    const { run, rows, sql, upstream } = await setup({ durability, mode, ...shortGrace })
    const { ended } = await begin(await run.chat({ stream: true }))
    run.signal('SIGTERM')
    await expect(ended).rejects.toThrow()
    expect(await run.ended).toBe(0)
    const [row, ...others] = await rows()
    expect(others).toEqual([])
    expect(row).toMatchObject({ status: 'failure', model_group: 'm' })
    expect(row!.metadata).toMatchObject({
      usage_source: 'estimated',
      usage_complete: false,
      error_information: { error_code: '503' },
    })
    expect(row!.completion_tokens).toBeGreaterThan(0)
    expect(row!.spend).toBeCloseTo(row!.prompt_tokens * 1e-6 + row!.completion_tokens * 2e-6, 12)
    expect(run.said.err).toMatch(
      /1 call was cut:\n {2}\S+ m: usage estimated from what was sent, \$\S+; spend log written\n/,
    )
    expect(upstream.aborted).toBe(1)
    await assertLedgerConsistent(sql)
  })

  test('has its true usage where its upstream is read on and ends within the bound', async () => {
    const { script, go } = halves()
    const { run, rows, sql } = await setup({ durability, mode: 'drain', script, ...shortGrace })
    const { ended } = await begin(await run.chat({ stream: true }))
    run.signal('SIGTERM')
    await expect(ended).rejects.toThrow()
    go()
    expect(await run.ended).toBe(0)
    expect(await rows()).toMatchObject([
      { status: 'failure', prompt_tokens: 10, completion_tokens: 20, metadata: { usage_source: 'reported' } },
    ])
    expect(run.said.err).toContain('its upstream was read to the end')
    await assertLedgerConsistent(sql)
  })

  test('is recorded by a second signal at once', async () => {
    const { run, rows } = await setup({ durability, args: ['--grace', '1h'] })
    const { ended } = await begin(await run.chat({ stream: true }))
    run.signal('SIGTERM')
    await until(() => run.said.out.includes('Stopping'))
    run.signal('SIGTERM')
    await expect(ended).rejects.toThrow()
    expect(await run.ended).toBe(0)
    expect(await rows()).toMatchObject([{ status: 'failure', metadata: { usage_source: 'estimated' } }])
  })
})

test('many streams that are cut are all recorded and told', async () => {
  const { run, rows, sql } = await setup({ ...shortGrace })
  const streams = await Promise.all(Array.from({ length: 30 }, async () => begin(await run.chat({ stream: true }))))
  run.signal('SIGTERM')
  await Promise.allSettled(streams.map(({ ended }) => ended))
  expect(await run.ended).toBe(0)
  expect(await rows()).toHaveLength(30)
  expect(run.said.err).toContain('30 calls were cut:')
  await assertLedgerConsistent(sql)
})

test('a stream that ends within the grace period is whole, and no call is cut', async () => {
  const { script, go } = halves()
  const { run, rows } = await setup({ script })
  const { ended } = await begin(await run.chat({ stream: true }))
  run.signal('SIGTERM')
  await until(() => run.said.out.includes('Stopping: calls that are under way have 25 s to end'))
  go()
  expect(await ended).toContain('[DONE]')
  expect(await run.ended).toBe(0)
  expect(await rows()).toMatchObject([{ status: 'success', completion_tokens: 20 }])
  expect(run.said.err).not.toContain('cut')
})

test.each<[string, Given]>([
  ['--grace', { args: ['--grace', '70s'], general: { shutdown_grace: 5 }, env: { LITELLM_SHUTDOWN_GRACE: '6' } }],
  ['general_settings.shutdown_grace', { general: { shutdown_grace: '70s' }, env: { LITELLM_SHUTDOWN_GRACE: '6' } }],
  ['LITELLM_SHUTDOWN_GRACE', { env: { LITELLM_SHUTDOWN_GRACE: '70' } }],
])('%s is the grace period', async (_, given) => {
  const { run } = await setup(given)
  run.signal('SIGTERM')
  expect(await run.ended).toBe(0)
  expect(run.said.out).toContain('Stopping: calls that are under way have 70 s to end')
})

test('a call that has no answer yet when it is cut gets 503, and leaves its row', async () => {
  const { run, rows, upstream } = await setup({ script: () => {}, ...shortGrace })
  const answer = run.chat({ stream: true })
  await until(() => upstream.requests.length === 1)
  run.signal('SIGTERM')
  const { status, headers } = await answer
  expect([status, headers.get('connection'), headers.get('retry-after')]).toEqual([503, 'close', '1'])
  expect(await (await answer).json()).toMatchObject({ error: { message: 'The gateway is shutting down.' } })
  expect(await run.ended).toBe(0)
  expect(await rows()).toMatchObject([{ status: 'failure', spend: 0, metadata: { usage_source: 'none' } }])
  expect(upstream.aborted).toBe(1)
})

test('from the first signal on readiness is 503 and answers close; connections are taken for the drain delay', async () => {
  const { script, go } = halves()
  const { run, rows } = await setup({ script, args: ['--drain-delay', '1h', '--grace', '2h'] })
  const before = await fetch(`${run.url}/health/readiness`)
  expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive'])
  const unanswered = run.chat({ stream: true })
  run.signal('SIGTERM')
  await until(() => run.said.out.includes('Stopping'))
  for (const [path, status] of [
    ['readiness', 503],
    ['liveliness', 200],
  ] as const) {
    const answer = await fetch(`${run.url}/health/${path}`)
    expect([path, answer.status, answer.headers.get('connection')]).toEqual([path, status, 'close'])
  }
  const late = await run.chat({ stream: true })
  expect([late.status, late.headers.get('connection')]).toEqual([200, 'close'])
  go()
  expect(await late.text()).toContain('[DONE]')
  expect(await (await unanswered).text()).toContain('[DONE]')
  run.signal('SIGTERM')
  expect(await run.ended).toBe(0)
  expect(await rows()).toHaveLength(2)
})

test('a drain delay that is longer than the grace period is a sentence', async () => {
  await expect(setup({ args: ['--grace', '5s', '--drain-delay', '6s'] })).rejects.toThrow(
    '`shutdownDrainDelay` (`general_settings.shutdown_drain_delay`) is part of `shutdownGrace`',
  )
})

describe('where the database is dead at the end', () => {
  test('what was cut waits in the journal, and the next start writes it', async () => {
    const { run, rows, proxy, folder, sql } = await setup({ proxied: true, ...shortGrace })
    const { ended } = await begin(await run.chat({ stream: true }))
    proxy!.freeze()
    run.signal('SIGTERM')
    await expect(ended).rejects.toThrow()
    expect(await run.ended).toBe(0)
    expect(run.said.err).toMatch(/1 call was cut:\n.*; spend log in the journal\n1 spend logs are in the journal/)
    expect(await rows()).toEqual([])
    proxy!.thaw()
    const second = await folder.serve()
    second.signal('SIGTERM')
    expect(await second.ended).toBe(0)
    expect(await rows()).toMatchObject([{ status: 'failure', metadata: { usage_source: 'estimated' } }])
    await assertLedgerConsistent(sql)
  })

  test.each(['memory', 'sync'])('what was cut is told as lost, and the exit code is 1: %s', async (durability) => {
    const { run, rows, proxy } = await setup({ durability, proxied: true, ...shortGrace })
    const { ended } = await begin(await run.chat({ stream: true }))
    proxy!.freeze()
    run.signal('SIGTERM')
    await expect(ended).rejects.toThrow()
    expect(await run.ended).toBe(1)
    expect(run.said.err).toMatch(/1 call was cut:\n.*; spend log lost\n1 spend logs are lost/)
    expect(await rows()).toEqual([])
  })
})
