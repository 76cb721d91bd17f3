import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { startApp } from '../../support/app.ts'
import { foundingConfiguration } from '../../support/founding-configurations.ts'
import { startStrictProviders } from '../../support/strict/strict-providers.ts'
import { TALKS } from '../../support/strict/talks.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A gateway on a configuration as it is. All its providers are one strict server. */
async function setup(name: Parameters<typeof foundingConfiguration>[0]) {
  const providers = await startStrictProviders()
  closers.push(providers.close)
  const origin = providers.url.replace('/v1', '')
  const variables = {
    LITELLM_MASTER_KEY: 'sk-master-of-the-tests',
    DATABASE_URL: 'postgresql://unused',
    REDIS_HOST: '127.0.0.1',
    OPENAI_API_KEY: 'sk-openai',
    OPENAI_BASE_URL: `${origin}/v1`,
    ANTHROPIC_API_KEY: 'sk-anthropic',
    ANTHROPIC_API_BASE: origin,
    MOONSHOT_API_KEY: 'sk-moonshot',
    MOONSHOT_API_BASE: `${origin}/v1`,
  }
  for (const [variable, value] of Object.entries(variables)) {
    const before = process.env[variable]
    process.env[variable] = value
    closers.push(() => {
      if (before === undefined) delete process.env[variable]
      else process.env[variable] = before
    })
  }
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'founding-')), 'config.yaml')
  await writeFile(file, foundingConfiguration(name).replace(/http:\/\/host:\d+/g, origin))
  const app = await startApp({ upstream: '', options: { config: file } })
  closers.push(app.close)
  const { secret } = await app.key()
  return { app, providers, secret }
}

test.each([
  ['local-and-cloud', ['anthropic-fallback', 'qwen-dell', 'kimi-k2.5']],
  ['session-tracking', ['gpt-4o', 'claude-3-5-sonnet']],
] as const)('the models of %s answer every client, whole and streamed', async (name, models) => {
  const { app, providers, secret } = await setup(name)
  let calls = 0
  for (const model of models) {
    for (const client of Object.keys(TALKS)) {
      for (const stream of [false, true]) {
        const talk = TALKS[client]!({ url: app.url, secret, model, stream })
        const said = await talk.say('turn 2')
        expect([model, client, said.calls.length]).toEqual([model, client, 2])
        expect((await talk.give(['a', 'b'])).text).toBe('Answer: a & b')
        calls += 2
      }
    }
  }
  expect(providers.refused).toEqual([])
  const rows = await app.rows()
  expect(rows).toHaveLength(calls)
  for (const row of rows) expect(row).toMatchObject({ status: 'success', prompt_tokens: 100, completion_tokens: 20 })
})
